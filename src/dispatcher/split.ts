import type { LeasedDelivery, NewDelivery } from "../model/delivery.js";
import type { AnswerMeaning } from "../model/format.js";
import { newId } from "../model/id.js";
import type { Millis } from "../model/time.js";

/**
 * Whether a batch was refused for being a batch: it is too large (413), or holds an event that will never be taken.
 * Halved again and again, it is taken but for the one event.
 */
export function isWorthSplitting(
  delivery: LeasedDelivery,
  status: number | null,
  meaning: AnswerMeaning | null,
): boolean {
  return delivery.eventIds.length > 1 && (status === 413 || meaning === "final");
}

/** The two halves of a batch, due at once. Each has an id and a schedule of its own. */
export function halves(delivery: LeasedDelivery, now: Millis): readonly [NewDelivery, NewDelivery] {
  const middle = Math.ceil(delivery.eventIds.length / 2);
  const { subscriptionId, scope, kind, type, format } = delivery;
  const half = (eventIds: readonly string[]): NewDelivery => ({
    id: newId("dlv", now),
    subscriptionId,
    scope,
    kind,
    type,
    format,
    eventIds,
    createdAt: now,
    dueAt: now,
    lease: null,
  });
  return [half(delivery.eventIds.slice(0, middle)), half(delivery.eventIds.slice(middle))];
}
