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
    const controller = new AbortController();
    deadlines.start(controller, 1_000);
    vi.advanceTimersByTime(999);
    expect(controller.signal.aborted).toBe(false);
    vi.advanceTimersByTime(51);
    expect(controller.signal.aborted).toBe(true);
  });

  it("keeps each its own", () => {
    const deadlines = new Deadlines();
    const [short, long] = [new AbortController(), new AbortController()];
    deadlines.start(long, 10_000);
    deadlines.start(short, 100);
    vi.advanceTimersByTime(200);
    expect([short.signal.aborted, long.signal.aborted]).toEqual([true, false]);
  });

  it("aborts nothing that was cleared", () => {
    const deadlines = new Deadlines();
    const controller = new AbortController();
    deadlines.start(controller, 100);
    deadlines.clear(controller);
    vi.advanceTimersByTime(10_000);
    expect(controller.signal.aborted).toBe(false);
  });

  it("runs one timer for all, and none when nothing is under way", () => {
    const deadlines = new Deadlines();
    const all = Array.from({ length: 100 }, () => new AbortController());
    for (const controller of all) deadlines.start(controller, 100);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(200);
    expect(vi.getTimerCount()).toBe(1);
    for (const controller of all) deadlines.clear(controller);
    expect(vi.getTimerCount()).toBe(0);
    const again = new AbortController();
    deadlines.start(again, 100);
    expect(vi.getTimerCount()).toBe(1);
    deadlines.clear(again);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not mind being cleared twice, or of something it never knew", () => {
    const deadlines = new Deadlines();
    deadlines.clear(new AbortController());
    const controller = new AbortController();
    deadlines.start(controller, 100);
    deadlines.clear(new AbortController());
    vi.advanceTimersByTime(200);
    expect(controller.signal.aborted).toBe(true);
  });

  it("tells of one that is still there two seconds after it was aborted, once, and then lets it go", () => {
    const deadlines = new Deadlines();
    const controller = new AbortController();
    const onIgnored = vi.fn();
    deadlines.start(controller, 1_000, onIgnored);
    vi.advanceTimersByTime(2_999);
    expect([controller.signal.aborted, onIgnored.mock.calls.length]).toEqual([true, 0]);
    vi.advanceTimersByTime(101);
    expect([onIgnored.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it("tells nothing of one that ended after it was aborted", () => {
    const deadlines = new Deadlines();
    const controller = new AbortController();
    const onIgnored = vi.fn();
    deadlines.start(controller, 1_000, onIgnored);
    vi.advanceTimersByTime(1_100);
    deadlines.clear(controller);
    vi.advanceTimersByTime(10_000);
    expect([controller.signal.aborted, onIgnored.mock.calls.length]).toEqual([true, 0]);
  });

  it("gives what it aborts when asked the same two seconds, however far its deadline was", () => {
    const deadlines = new Deadlines();
    const onIgnored = vi.fn();
    deadlines.start(new AbortController(), 60_000, onIgnored);
    deadlines.abortAll();
    vi.advanceTimersByTime(1_999);
    expect(onIgnored).not.toHaveBeenCalled();
    vi.advanceTimersByTime(101);
    expect(onIgnored).toHaveBeenCalledTimes(1);
  });

  it("aborts all at once when asked", () => {
    const deadlines = new Deadlines();
    const all = [new AbortController(), new AbortController()];
    for (const controller of all) deadlines.start(controller, 10_000);
    deadlines.abortAll();
    expect(all.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
