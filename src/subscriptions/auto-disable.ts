import type { SubscriptionHealth } from "../model/subscription.js";
import type { Millis } from "../model/time.js";

/** When a subscription is disabled by itself, durations in milliseconds. */
export type AutoDisable =
  | "exhausted"
  | "never"
  | { readonly consecutive: number }
  | { readonly failingFor: Millis };

/** Which rule disabled a subscription. */
export type AutoDisableReason = "exhausted" | "consecutive" | "failingFor";

/** What the rule needs to know of the attempt that just failed. */
export interface FailedDelivery {
  /** It used up its schedule with this attempt. */
  readonly exhausted: boolean;
  readonly firstAttemptAt: Millis | null;
  /** The attempt was asked for by hand, or was a test: it counts for nothing. */
  readonly manual: boolean;
}

/**
 * Whether a failed attempt disables its subscription, and by which rule; `null`: it stays enabled.
 *
 * @param health - With this attempt already counted.
 */
export function shouldDisable(
  policy: AutoDisable,
  delivery: FailedDelivery,
  health: SubscriptionHealth,
  now: Millis,
): AutoDisableReason | null {
  if (delivery.manual || policy === "never") return null;
  if (policy === "exhausted")
    return delivery.exhausted && !hasSucceededSince(health, delivery) ? policy : null;
  if ("consecutive" in policy) return health.consecutiveFailures >= policy.consecutive ? "consecutive" : null;
  const { failingSince } = health;
  return failingSince !== null && now - failingSince >= policy.failingFor ? "failingFor" : null;
}

function hasSucceededSince(health: SubscriptionHealth, delivery: FailedDelivery): boolean {
  if (health.lastSuccessAt === null) return false;
  return delivery.firstAttemptAt === null || health.lastSuccessAt >= delivery.firstAttemptAt;
}
