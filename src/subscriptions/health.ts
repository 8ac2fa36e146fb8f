import type { SubscriptionHealth } from "../model/subscription.js";

/** How a subscription is doing, in one word. */
export type HealthStatus =
  /** Nothing was sent yet. */
  | "pending"
  /** The last attempt was answered with a 2xx, and taken. */
  | "healthy"
  /** The last attempt failed. */
  | "failing"
  /** Paused, by hand or by itself. */
  | "disabled";

/** The one word for a stored subscription. */
export function healthStatus(stored: {
  readonly enabled: boolean;
  readonly health: SubscriptionHealth;
}): HealthStatus {
  const { consecutiveFailures, lastAttemptAt, lastStatus } = stored.health;
  if (!stored.enabled) return "disabled";
  if (lastAttemptAt === null) return "pending";
  // A 2xx may still be a failure, where its body says so.
  if (consecutiveFailures > 0) return "failing";
  return lastStatus !== null && lastStatus >= 200 && lastStatus < 300 ? "healthy" : "failing";
}

/** What a save with `resetHealth` makes of the health: failures and holds forgotten, the last attempt kept. */
export function resetHealth(health: SubscriptionHealth): SubscriptionHealth {
  return { ...health, consecutiveFailures: 0, failingSince: null, holdUntil: null };
}
