import type { Millis } from "./time.js";

/** What stores may ask of a subscription without reading its document. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly scope: string;
  readonly enabled: boolean;
  /** One delivery at a time, in the order they were appended. */
  readonly ordered: boolean;
  /** 1 when created, one more at each change. */
  readonly version: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  /** Everything else as JSON text, secrets sealed. Opaque to stores: new settings need no migration. */
  readonly document: string;
}

/** What has been seen of the endpoint. Kept as arithmetic, so that processes never overwrite each other. */
export interface SubscriptionHealth {
  readonly consecutiveFailures: number;
  readonly failingSince: Millis | null;
  readonly lastAttemptAt: Millis | null;
  /** HTTP status of the last attempt; `null` when there was no answer. */
  readonly lastStatus: number | null;
  readonly lastSuccessAt: Millis | null;
  /** Nothing is claimed for the subscription before this moment. */
  readonly holdUntil: Millis | null;
}

/** The health of a subscription nothing was sent to. */
export const FRESH_HEALTH: SubscriptionHealth = {
  consecutiveFailures: 0,
  failingSince: null,
  lastAttemptAt: null,
  lastStatus: null,
  lastSuccessAt: null,
  holdUntil: null,
};

/** A subscription and its health, as stores answer them. */
export interface StoredSubscription extends SubscriptionRecord {
  readonly health: SubscriptionHealth;
}

/** What one settle adds to a subscription's health. Stores apply it field by field: see {@link applyHealth}. */
export interface HealthChange {
  readonly subscriptionId: string;
  /** At least one attempt succeeded: failures before it are forgotten. */
  readonly reset: boolean;
  /** Failures after the last success of this change, or all of them. */
  readonly add: number;
  /** When the first of those failures happened. */
  readonly failedAt: Millis | null;
  readonly succeededAt: Millis | null;
  readonly lastAttemptAt: Millis;
  readonly lastStatus: number | null;
  /** Hold the subscription at least until then; `null` leaves a hold as it is. */
  readonly holdUntil: Millis | null;
}

/** The meaning of a {@link HealthChange}; a store that writes it in its own query language must agree with this. */
export function applyHealth(health: SubscriptionHealth, change: HealthChange): SubscriptionHealth {
  const kept = change.reset ? 0 : health.consecutiveFailures;
  const failures = kept + change.add;
  const since = change.reset ? null : health.failingSince;
  const isLatest = health.lastAttemptAt === null || change.lastAttemptAt >= health.lastAttemptAt;
  return {
    consecutiveFailures: failures,
    failingSince: failures === 0 ? null : (since ?? change.failedAt),
    lastAttemptAt: isLatest ? change.lastAttemptAt : health.lastAttemptAt,
    lastStatus: isLatest ? change.lastStatus : health.lastStatus,
    lastSuccessAt: later(health.lastSuccessAt, change.succeededAt),
    holdUntil: later(health.holdUntil, change.holdUntil),
  };
}

function later(a: Millis | null, b: Millis | null): Millis | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
