import type { Subscription } from "../../../../subscriptions/present.js";

/** What the list says of a webhook's health: whoever disabled it matters, for only one of the two needs help. */
export const HEALTHS = ["pending", "healthy", "failing", "paused", "stopped"] as const;

/** `paused`: somebody disabled it. `stopped`: it disabled itself. One that was never enabled is `pending`. */
export type ListHealth = (typeof HEALTHS)[number];

/** The word for one webhook. */
export function listHealth({
  enabled,
  health,
  disabledReason,
}: Pick<Subscription, "enabled" | "health" | "disabledReason">): ListHealth {
  if (enabled) return health.status === "disabled" ? "paused" : health.status;
  if (disabledReason === null) return "pending";
  return disabledReason === "manual" ? "paused" : "stopped";
}
