import type { HealthChange, SubscriptionHealth } from "../model/subscription.js";
import type { Millis } from "../model/time.js";
import type { Verdict } from "./outcome.js";
import { breakerPause } from "./retry.js";

/** Failures in a row, and since when. */
export type Streak = Pick<SubscriptionHealth, "consecutiveFailures" | "failingSince">;

/** One judged attempt, as the sum of health needs it. */
export interface Judged {
  readonly subscriptionId: string;
  readonly at: Millis;
  readonly now: Millis;
  /** How the subscription stood before, as far as this process knows. */
  readonly before: Streak;
  readonly verdict: Verdict;
}

/** Sums attempts, in the order they ended, into one change for each subscription. Attempts that do not count are left out. Pure. */
export function sumHealth(judged: readonly Judged[]): HealthChange[] {
  const changes = new Map<string, HealthChange>();
  for (const one of judged) {
    if (!one.verdict.counts) continue;
    const before = changes.get(one.subscriptionId);
    changes.set(one.subscriptionId, add(before ?? nothing(one), one));
  }
  return [...changes.values()];
}

function nothing(one: Judged): HealthChange {
  return {
    subscriptionId: one.subscriptionId,
    reset: false,
    add: 0,
    failedAt: null,
    succeededAt: null,
    lastAttemptAt: one.at,
    lastStatus: null,
    holdUntil: null,
  };
}

function add(sum: HealthChange, one: Judged): HealthChange {
  const latest =
    one.at >= sum.lastAttemptAt ? { lastAttemptAt: one.at, lastStatus: one.verdict.httpStatus } : {};
  if (one.verdict.success) {
    // Attempts are judged as they end, so one that began earlier may come later.
    const succeededAt = latestOf(sum.succeededAt, one.at);
    return { ...sum, ...latest, reset: true, add: 0, failedAt: null, succeededAt };
  }
  const failures = sum.add + 1;
  const failedAt = sum.failedAt ?? one.at;
  const before = sum.reset ? { consecutiveFailures: 0, failingSince: null } : one.before;
  const failingFor = one.now - (before.failingSince ?? failedAt);
  const pause = breakerPause(failures + before.consecutiveFailures, failingFor);
  return {
    ...sum,
    ...latest,
    add: failures,
    failedAt,
    holdUntil: latestOf(sum.holdUntil, one.verdict.holdUntil, pause === null ? null : one.now + pause),
  };
}

function latestOf(...moments: readonly (Millis | null)[]): Millis | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.max(...known);
}
