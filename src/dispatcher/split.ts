import type { LeasedDelivery, NewDelivery } from "../model/delivery.js";
import { newId } from "../model/id.js";
import type { Millis } from "../model/time.js";
import type { AttemptResult } from "./attempt-result.js";

/** Whether the endpoint says that a batch is too large, and it can be made smaller. */
export function isTooLarge(delivery: LeasedDelivery, result: AttemptResult): boolean {
  return result.kind === "response" && result.status === 413 && delivery.eventIds.length > 1;
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
