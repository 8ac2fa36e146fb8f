import type { HealthChange } from "../../model/subscription.js";

/**
 * One change for each subscription, with the effect of all of them one after another: a statement can write a row
 * once only.
 */
export function sumHealth(changes: readonly HealthChange[]): HealthChange[] {
  const sums = new Map<string, HealthChange>();
  for (const change of changes) {
    const before = sums.get(change.subscriptionId);
    sums.set(change.subscriptionId, before ? then(before, change) : change);
  }
  return [...sums.values()];
}

function then(a: HealthChange, b: HealthChange): HealthChange {
  const { lastAttemptAt, lastStatus } = b.lastAttemptAt >= a.lastAttemptAt ? b : a;
  return {
    subscriptionId: a.subscriptionId,
    reset: a.reset || b.reset,
    add: b.reset ? b.add : a.add + b.add,
    failedAt: b.reset || a.add === 0 ? b.failedAt : a.failedAt,
    succeededAt: later(a.succeededAt, b.succeededAt),
    lastAttemptAt,
    lastStatus,
    holdUntil: later(a.holdUntil, b.holdUntil),
  };
}

function later(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
