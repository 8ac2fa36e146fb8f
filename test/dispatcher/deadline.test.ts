import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines } from "../../src/dispatcher/deadline.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Deadlines", () => {
  it("aborts at the deadline or up to 50 ms after it, never before", () => {
    const deadlines = new Deadlines();
    const deadline = deadlines.begin(1_000);
    vi.advanceTimersByTime(999);
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(51);
    expect(deadline.signal.aborted).toBe(true);
  });

  it("keeps each its own", () => {
    const deadlines = new Deadlines();
    const long = deadlines.begin(10_000);
    const short = deadlines.begin(100);
    vi.advanceTimersByTime(200);
    expect([short.signal.aborted, long.signal.aborted]).toEqual([true, false]);
  });

  it("aborts nothing that was cleared", () => {
    const deadlines = new Deadlines();
    const deadline = deadlines.begin(100);
    deadlines.end(deadline);
    vi.advanceTimersByTime(10_000);
    expect(deadline.signal.aborted).toBe(false);
  });

  it("runs one timer for all, and none when nothing is under way", () => {
    const deadlines = new Deadlines();
    const all = Array.from({ length: 100 }, () => deadlines.begin(100));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(200);
    expect(vi.getTimerCount()).toBe(1);
    for (const deadline of all) deadlines.end(deadline);
    expect(vi.getTimerCount()).toBe(0);
    const again = deadlines.begin(100);
    expect(vi.getTimerCount()).toBe(1);
    deadlines.end(again);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not mind one being ended twice, and ends no other by it", () => {
    const deadlines = new Deadlines();
    const first = deadlines.begin(100);
    deadlines.end(first, true);
    const second = deadlines.begin(100);
    deadlines.end(new Deadlines().begin(100));
    vi.advanceTimersByTime(200);
    expect(second.signal.aborted).toBe(true);
    deadlines.end(second, true);
    deadlines.end(second, true);
    expect(deadlines.begin(100).signal).not.toBe(deadlines.begin(100).signal);
    deadlines.abortAll();
  });

  it("gives a signal out again only when nobody listens to it any more, and never one that aborted", () => {
    const deadlines = new Deadlines();
    const used = deadlines.begin(100);
    const { signal } = used;
    deadlines.end(used);
    const own = deadlines.begin(100);
    expect(own.signal).not.toBe(signal);
    const free = own.signal;
    deadlines.end(own, true);
    const again = deadlines.begin(100);
    expect(again.signal).toBe(free);
    vi.advanceTimersByTime(200);
    deadlines.end(again, true);
    const fresh = deadlines.begin(100);
    expect([free.aborted, fresh.signal.aborted, fresh.signal === free]).toEqual([true, false, false]);
    deadlines.end(fresh);
  });

  it("calls nobody of an earlier attempt when a signal serves again", () => {
    const deadlines = new Deadlines();
    const onIgnored = vi.fn();
    deadlines.end(deadlines.begin(100, onIgnored), true);
    deadlines.begin(100);
    vi.advanceTimersByTime(10_000);
    expect([onIgnored.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it("tells of one that is still there two seconds after it was aborted, once, and then lets it go", () => {
    const deadlines = new Deadlines();
    const onIgnored = vi.fn();
    const deadline = deadlines.begin(1_000, onIgnored);
    vi.advanceTimersByTime(2_999);
    expect([deadline.signal.aborted, onIgnored.mock.calls.length]).toEqual([true, 0]);
    vi.advanceTimersByTime(101);
    expect([onIgnored.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it("tells nothing of one that ended after it was aborted", () => {
    const deadlines = new Deadlines();
    const onIgnored = vi.fn();
    const deadline = deadlines.begin(1_000, onIgnored);
    vi.advanceTimersByTime(1_100);
    deadlines.end(deadline);
    vi.advanceTimersByTime(10_000);
    expect([deadline.signal.aborted, onIgnored.mock.calls.length]).toEqual([true, 0]);
  });

  it("gives what it aborts when asked the same two seconds, however far its deadline was", () => {
    const deadlines = new Deadlines();
    const onIgnored = vi.fn();
    deadlines.begin(60_000, onIgnored);
    deadlines.abortAll();
    vi.advanceTimersByTime(1_999);
    expect(onIgnored).not.toHaveBeenCalled();
    vi.advanceTimersByTime(101);
    expect(onIgnored).toHaveBeenCalledTimes(1);
  });

  it("aborts all at once when asked", () => {
    const deadlines = new Deadlines();
    const all = [deadlines.begin(10_000), deadlines.begin(10_000)];
    deadlines.abortAll();
    expect(all.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
