import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Loop } from "../../src/running/loop.js";
import { deferred } from "../make.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const REST = 1_000;

/** A loop whose steps answer what is listed, then that there is no more. */
function looping(answers: (boolean | Error)[] = []) {
  const steps: number[] = [];
  const errors: unknown[] = [];
  const loop = new Loop(
    async () => {
      steps.push(Date.now());
      const answer = answers.shift() ?? false;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    REST,
    (error) => errors.push(error),
  );
  return { loop, steps, errors };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("Loop", () => {
  it("does nothing before it is started", async () => {
    const { loop, steps } = looping();
    loop.wake();
    await pass(10 * REST);
    expect(steps).toEqual([]);
    await loop.stop();
  });

  it("rests between steps that found nothing", async () => {
    const { loop, steps } = looping();
    loop.start();
    await pass(3 * REST + 10);
    expect(steps).toHaveLength(4);
    await loop.stop();
  });

  it("goes on at once while there is more", async () => {
    const { loop, steps } = looping([true, true, true]);
    loop.start();
    await pass(10);
    expect(steps).toHaveLength(4);
    await loop.stop();
  });

  it("ends its rest when woken, once for all wakes of a moment", async () => {
    const { loop, steps } = looping();
    loop.start();
    await pass(10);
    loop.wake();
    loop.wake();
    await pass(10);
    expect(steps).toHaveLength(2);
    await pass(REST - 100);
    expect(steps).toHaveLength(2);
    await loop.stop();
  });

  it("does not lose a wake that comes during a step", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    let steps = 0;
    const loop = new Loop(
      () => gates[steps++]?.promise ?? Promise.resolve(false),
      REST,
      () => {},
    );
    loop.start();
    await pass(0);
    loop.wake();
    gates[0]?.resolve(false);
    await pass(10);
    expect(steps).toBe(2);
    gates[1]?.resolve(false);
    await pass(10);
    expect(steps).toBe(2);
    await loop.stop();
  });

  it("never does two steps at once, started and woken as often as may be", async () => {
    let running = 0;
    let most = 0;
    const loop = new Loop(
      async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 50));
        running--;
        return true;
      },
      REST,
      () => {},
    );
    for (let i = 0; i < 20; i++) {
      loop.start();
      loop.wake();
      await pass(13);
    }
    expect(most).toBe(1);
    const stopped = loop.stop();
    await pass(100);
    await stopped;
  });

  it("stops at once in its rest, and does no step after", async () => {
    const { loop, steps } = looping();
    loop.start();
    await pass(10);
    await loop.stop();
    expect(vi.getTimerCount()).toBe(0);
    loop.wake();
    await pass(10 * REST);
    expect(steps).toHaveLength(1);
  });

  it("waits for the step under way before it has stopped", async () => {
    const gate = deferred<boolean>();
    const loop = new Loop(
      () => gate.promise,
      REST,
      () => {},
    );
    loop.start();
    await pass(0);
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    await pass(10 * REST);
    expect(stopped).toBe(false);
    gate.resolve(true);
    await pass(10);
    await stopping;
    expect(stopped).toBe(true);
  });

  it("can be started again", async () => {
    const { loop, steps } = looping();
    loop.start();
    await pass(10);
    await loop.stop();
    loop.start();
    await pass(10);
    expect(steps).toHaveLength(2);
    await loop.stop();
  });

  it("reports a step that throws and tries again, each time later, at most every 5 s", async () => {
    const { loop, steps, errors } = looping(Array.from({ length: 20 }, (_, i) => new Error(`away ${i}`)));
    loop.start();
    await pass(60_000);
    const gaps = steps.slice(1).map((at, index) => at - (steps[index] ?? 0));
    expect(gaps.slice(0, 9)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    expect(errors).toHaveLength(steps.length);
    expect(errors[0]).toEqual(new Error("away 0"));
    await loop.stop();
  });

  it("forgets the back-off after a step that worked", async () => {
    const { loop, steps } = looping([new Error("1"), new Error("2"), true, new Error("3"), false]);
    loop.start();
    await pass(500);
    const gaps = steps.slice(1).map((at, index) => at - (steps[index] ?? 0));
    expect(gaps.filter((gap) => gap >= 100)).toEqual([100, 200, 100]);
    await loop.stop();
  });

  it("is not hurried by wakes while it backs off, and heeds them after", async () => {
    const { loop, steps, errors } = looping([new Error("1"), new Error("2")]);
    loop.start();
    for (let i = 0; i < 29; i++) {
      await pass(10);
      loop.wake();
    }
    expect(errors).toHaveLength(2);
    await pass(20);
    expect(steps).toHaveLength(3);
    loop.wake();
    await pass(10);
    expect(steps).toHaveLength(4);
    await loop.stop();
  });

  it("stops at once while it backs off", async () => {
    const { loop, steps } = looping(Array.from({ length: 9 }, () => new Error("away")));
    loop.start();
    await pass(2_000);
    const before = steps.length;
    await loop.stop();
    await pass(60_000);
    expect(steps).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});
