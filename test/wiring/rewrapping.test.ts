import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Rewrapping } from "../../src/wiring/rewrapping.js";
import { stuckOnce } from "../../src/wiring/stuck.js";
import { deferred } from "../make.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const STARTED = Promise.resolve();

function rounds(isNeeded = true, rewrap: () => Promise<number> = async () => 0) {
  const faults: string[] = [];
  const asked: (() => boolean)[] = [];
  const rewrapping = new Rewrapping({
    isNeeded,
    rewrap(isStopped) {
      asked.push(isStopped);
      return rewrap();
    },
    onFault: (_, message) => void faults.push(message),
  });
  return { rewrapping, asked, faults };
}

describe("Rewrapping", () => {
  test("goes round at once and every hour, and not twice when it is started twice", async () => {
    const { rewrapping, asked } = rounds();
    await rewrapping.startAfter(STARTED);
    await rewrapping.startAfter(STARTED);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_599_999);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    await rewrapping.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does nothing where there is one key", async () => {
    const { rewrapping, asked } = rounds(false);
    await rewrapping.startAfter(STARTED);
    await vi.advanceTimersByTimeAsync(10_000_000);
    expect(asked).toHaveLength(0);
  });

  test("reports a fault, and tries again in a minute", async () => {
    const { rewrapping, asked, faults } = rounds(true, () => Promise.reject(new Error("away")));
    await rewrapping.startAfter(STARTED);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
    expect(faults).toHaveLength(2);
    await rewrapping.stop();
  });

  test("tells the round under way to stop, and waits for it", async () => {
    const { promise, resolve } = deferred<number>();
    const { rewrapping, asked } = rounds(true, () => promise);
    await rewrapping.startAfter(STARTED);
    expect(asked[0]?.()).toBe(false);
    let isOver = false;
    const stopping = rewrapping.stop().then(() => {
      isOver = true;
    });
    expect(asked[0]?.()).toBe(true);
    await Promise.resolve();
    expect(isOver).toBe(false);
    resolve(1);
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
    await rewrapping.startAfter(STARTED);
    expect(asked).toHaveLength(2);
    await rewrapping.stop();
  });

  test("does not begin when it was stopped before the rest had started, nor when that fails", async () => {
    const { rewrapping, asked } = rounds();
    const { promise, resolve } = deferred<void>();
    const starting = rewrapping.startAfter(promise);
    await rewrapping.stop();
    resolve();
    await starting;
    await expect(rewrapping.startAfter(Promise.reject(new Error("no store")))).rejects.toThrow("no store");
    expect(asked).toHaveLength(0);
  });
});

test("what is stuck is reported once for each subscription and key", () => {
  const said: string[] = [];
  const report = stuckOnce((_, message) => said.push(message));
  for (const _ of [1, 2]) {
    report("sub_1", "k1", new Error());
    report("sub_1", "k2", new Error());
    report("sub_2", "k1", new Error());
    report("sub_2", null, new Error());
  }
  expect(said).toEqual([
    "What is stored of subscription sub_1 cannot be sealed anew. It was sealed with key k1.",
    "What is stored of subscription sub_1 cannot be sealed anew. It was sealed with key k2.",
    "What is stored of subscription sub_2 cannot be sealed anew. It was sealed with key k1.",
    "What is stored of subscription sub_2 cannot be sealed anew.",
  ]);
});
