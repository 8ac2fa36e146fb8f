import type { HealthChange, SubscriptionHealth } from "../model/subscription.js";
import type { Millis } from "../model/time.js";
import type { Verdict } from "./outcome.js";
import { breakerPause } from "./retry.js";

/** Failures in a row, and since when. */
export type Streak = Pick<SubscriptionHealth, "consecutiveFailures" | "failingSince">;

/** Of a subscription that has not failed, as far as is known. */
export const NEVER_FAILED: Streak = { consecutiveFailures: 0, failingSince: null };

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
  const changes = new Map<string, Sum>();
  for (const one of judged) {
    if (!one.verdict.counts) continue;
    let sum = changes.get(one.subscriptionId);
    if (sum === undefined) {
      sum = nothing(one);
      changes.set(one.subscriptionId, sum);
    }
    add(sum, one);
  }
  return [...changes.values()];
}

type Sum = { -readonly [K in keyof HealthChange]: HealthChange[K] };

function nothing(one: Judged): Sum {
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

function add(sum: Sum, one: Judged): void {
  if (one.at >= sum.lastAttemptAt) {
    sum.lastAttemptAt = one.at;
    sum.lastStatus = one.verdict.httpStatus;
  }
  if (one.verdict.success) {
    // Attempts are judged as they end, so one that began earlier may come later.
    sum.succeededAt = Math.max(sum.succeededAt ?? one.at, one.at);
    sum.reset = true;
    sum.add = 0;
    sum.failedAt = null;
    return;
  }
  sum.add++;
  sum.failedAt ??= one.at;
  const before = sum.reset ? NEVER_FAILED : one.before;
  const failingFor = one.now - (before.failingSince ?? sum.failedAt);
  const pause = breakerPause(sum.add + before.consecutiveFailures, failingFor);
  sum.holdUntil = latestOf(sum.holdUntil, one.verdict.holdUntil, pause === null ? null : one.now + pause);
}

function latestOf(...moments: readonly (Millis | null)[]): Millis | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.max(...known);
}
