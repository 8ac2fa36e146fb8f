import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Judged, type Streak, sumHealth } from "../../src/dispatcher/health.js";
import type { Verdict } from "../../src/dispatcher/outcome.js";
import { applyHealth, FRESH_HEALTH, type SubscriptionHealth } from "../../src/model/subscription.js";
import { NOW } from "../make.js";

const FRESH: Streak = { consecutiveFailures: 0, failingSince: null };

function verdict(change: Partial<Verdict> = {}): Verdict {
  return {
    status: "failed",
    dueAt: NOW,
    httpStatus: 500,
    error: null,
    success: false,
    counts: true,
    holdUntil: null,
    gone: false,
    split: false,
    ...change,
  };
}

function judged(change: Partial<Judged> = {}): Judged {
  return { subscriptionId: "sub_1", at: NOW, now: NOW, before: FRESH, verdict: verdict(), ...change };
}

const SUCCESS = verdict({ success: true, status: "delivered", httpStatus: 200, dueAt: null });

describe("sumHealth", () => {
  it("of nothing is nothing", () => {
    expect(sumHealth([])).toEqual([]);
  });

  it("leaves out what does not count, also the only one", () => {
    expect(sumHealth([judged({ verdict: verdict({ counts: false }) })])).toEqual([]);
  });

  it("keeps subscriptions apart, in the order they came", () => {
    const changes = sumHealth([
      judged({ subscriptionId: "b" }),
      judged({ subscriptionId: "a", verdict: SUCCESS }),
      judged({ subscriptionId: "b" }),
    ]);
    expect(changes.map(({ subscriptionId, add, reset }) => [subscriptionId, add, reset])).toEqual([
      ["b", 2, false],
      ["a", 0, true],
    ]);
  });

  it("counts the failures after the last success, and when the first of them was", () => {
    const [change] = sumHealth([
      judged({ at: 1 }),
      judged({ at: 2, verdict: SUCCESS }),
      judged({ at: 3 }),
      judged({ at: 4 }),
    ]);
    expect(change).toMatchObject({
      reset: true,
      add: 2,
      failedAt: 3,
      succeededAt: 2,
      lastAttemptAt: 4,
      lastStatus: 500,
    });
  });

  it("keeps the latest success, though one that began earlier ended after it", () => {
    const [change] = sumHealth([judged({ at: 10, verdict: SUCCESS }), judged({ at: 5, verdict: SUCCESS })]);
    expect(change).toMatchObject({ succeededAt: 10, lastAttemptAt: 10 });
  });

  it("holds as long as the longest Retry-After asks", () => {
    const until = (holdUntil: number) => judged({ verdict: verdict({ holdUntil }) });
    expect(sumHealth([until(NOW + 9), until(NOW + 50), until(NOW + 7)])[0]?.holdUntil).toBe(NOW + 50);
  });

  it("holds one that goes on failing, by the failures known before and those of this sum", () => {
    const before = { consecutiveFailures: 18, failingSince: NOW - 100_000 };
    expect(sumHealth([judged({ before })])[0]?.holdUntil).toBeNull();
    expect(sumHealth([judged({ before }), judged({ before })])[0]?.holdUntil).toBe(NOW + 10_000);
  });

  it("does not hold for failures that a success ended", () => {
    const before = { consecutiveFailures: 50, failingSince: NOW - 100_000 };
    expect(sumHealth([judged({ before, verdict: SUCCESS }), judged({ before })])[0]?.holdUntil).toBeNull();
  });

  it("says the same as applying one attempt at a time, holds aside", () => {
    const attempt = fc.record({
      subscriptionId: fc.constantFrom("a", "b"),
      at: fc.nat({ max: 30 }),
      success: fc.boolean(),
      counts: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
      httpStatus: fc.constantFrom(null, 200, 404, 500),
    });
    const start = fc.record({
      consecutiveFailures: fc.nat({ max: 3 }),
      failingSince: fc.nat({ max: 30 }),
      lastAttemptAt: fc.option(fc.nat({ max: 30 })),
      lastSuccessAt: fc.option(fc.nat({ max: 30 })),
    });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 12 }), start, (attempts, known) => {
        const health: SubscriptionHealth = {
          ...FRESH_HEALTH,
          ...known,
          failingSince: known.consecutiveFailures === 0 ? null : known.failingSince,
        };
        const all = attempts.map(({ subscriptionId, at, ...rest }) =>
          judged({ subscriptionId, at, verdict: verdict(rest) }),
        );
        for (const id of ["a", "b"]) {
          const own = all.filter(({ subscriptionId }) => subscriptionId === id);
          const atOnce = sumHealth(all)
            .filter(({ subscriptionId }) => subscriptionId === id)
            .reduce(applyHealth, health);
          const oneByOne = own.flatMap((one) => sumHealth([one])).reduce(applyHealth, health);
          expect({ ...atOnce, holdUntil: null }).toEqual({ ...oneByOne, holdUntil: null });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
