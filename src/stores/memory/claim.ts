import type { LeasedDelivery } from "../../model/delivery.js";
import type { ClaimRequest } from "../../model/store.js";
import { type DeliveryRow, leasedDelivery, type SubscriptionRow } from "./rows.js";
import type { Lane, Tables } from "./tables.js";

/** Leases due deliveries, lane by lane from the one that was served longest ago. */
export function claim(tables: Tables, request: ClaimRequest): LeasedDelivery[] {
  const excluded = new Set(request.exclude);
  const found: DeliveryRow[] = [];
  const served: string[] = [];
  for (const [id, lane] of tables.lanes) {
    const room = Math.min(request.perSubscription, request.limit - found.length);
    if (room <= 0) break;
    const subscription = tables.subscriptions.get(id);
    if (!subscription || excluded.has(id) || !isOpen(subscription, request.now)) continue;
    const before = found.length;
    addDue(found, lane, subscription.record.ordered, room, request.now);
    if (found.length > before) served.push(id);
  }

  const dueAt = request.now + request.leaseMs;
  const claimed = found.map((row) => {
    const firstAttemptAt = row.firstAttemptAt ?? request.now;
    const extraAttempts = row.extraAttempts + (row.lease === null ? 0 : 1);
    const attempts = row.attempts + 1;
    tables.changeDelivery(row, { lease: request.lease, attempts, extraAttempts, firstAttemptAt, dueAt });
    const [eventId] = row.eventIds;
    const event = row.eventIds.length === 1 && eventId !== undefined ? tables.events.get(eventId) : undefined;
    return leasedDelivery(row, request.lease, event?.record ?? null);
  });
  for (const id of served) {
    const lane = tables.lanes.get(id);
    tables.lanes.delete(id);
    if (lane) tables.lanes.set(id, lane);
  }
  return claimed;
}

function isOpen({ record, health }: SubscriptionRow, now: number): boolean {
  return record.enabled && (health.holdUntil === null || health.holdUntil <= now);
}

function addDue(found: DeliveryRow[], lane: Lane, isOrdered: boolean, limit: number, now: number): void {
  const isDue = (row: DeliveryRow) => row.dueAt !== null && row.dueAt <= now;
  if (isOrdered) {
    const { first } = lane.byPlace;
    if (first && isDue(first)) found.push(first);
    return;
  }
  const most = found.length + limit;
  for (const queue of [lane.begun, lane.fresh]) {
    if (queue.size === 0) continue;
    for (const row of queue.ascend()) {
      if (found.length >= most || !isDue(row)) break;
      found.push(row);
    }
  }
}
