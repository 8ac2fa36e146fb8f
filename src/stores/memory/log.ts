import type { AttemptRecord, DeliveryRecord } from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { DeliveryQuery, EventQuery, PendingQuery } from "../../model/store.js";
import { isUnder } from "../shared/scope.js";
import { byCreation, type Created, type DeliveryRow, deliveryRecord, pendingRecord } from "./rows.js";
import type { Tables } from "./tables.js";
import { take } from "./take.js";

/** Those of the ids that exist. */
export function readEvents(tables: Tables, ids: readonly string[]): EventRecord[] {
  return [...new Set(ids)].flatMap((id) => tables.events.get(id)?.record ?? []);
}

/** A page of events, newest first. */
export function findEvents(tables: Tables, query: EventQuery): EventRecord[] {
  const { under, type, since, until, missedBy, after } = query;
  const matches = function* () {
    for (const { record } of tables.eventsByTime.descend(after && { createdAt: after.at, id: after.id })) {
      if (since !== undefined && record.createdAt < since) return;
      if (under !== undefined && !isUnder(record.scope, under)) continue;
      if (type !== undefined && record.type !== type) continue;
      if (until !== undefined && record.createdAt >= until) continue;
      if (missedBy !== undefined && (record.test || isNamed(tables, record.id, missedBy))) continue;
      yield record;
    }
  };
  return take(matches(), query.limit);
}

/** Whether a delivery or a waiting event of the subscription names the event. */
function isNamed(tables: Tables, eventId: string, subscriptionId: string): boolean {
  if (tables.isWaiting(subscriptionId, eventId)) return true;
  return tables.deliveriesNaming(eventId).some((row) => row.subscriptionId === subscriptionId);
}

/** A page of a subscription's waiting events, in the order they wait. */
export function findPending(tables: Tables, query: PendingQuery): PendingRecord[] {
  const after = query.after && { at: query.after.at, eventId: query.after.id };
  const rows = tables.waiters.get(query.subscriptionId)?.listed.ascend(after) ?? [];
  return take(rows, query.limit).map(pendingRecord);
}

/** Those of the ids that exist. */
export function readDeliveries(tables: Tables, ids: readonly string[]): DeliveryRecord[] {
  return [...new Set(ids)].flatMap((id) => {
    const row = tables.deliveries.get(id);
    return row ? [deliveryRecord(row)] : [];
  });
}

/** A page of deliveries, newest first, from the narrowest index that the filters allow. */
export function findDeliveries(tables: Tables, query: DeliveryQuery): DeliveryRecord[] {
  const { subscriptionId, eventId, under, status, after } = query;
  const before = after && { createdAt: after.at, id: after.id };
  const list =
    subscriptionId === undefined ? tables.deliveriesByTime : tables.deliveriesOf.get(subscriptionId);
  const rows = eventId === undefined ? list?.descend(before) : newestFirst(tables, eventId, before);
  const matches = (row: DeliveryRow) =>
    (subscriptionId === undefined || row.subscriptionId === subscriptionId) &&
    (under === undefined || isUnder(row.scope, under)) &&
    (status === undefined || row.status === status);
  const found = function* () {
    for (const row of rows ?? []) if (matches(row)) yield deliveryRecord(row);
  };
  return take(found(), query.limit);
}

/** Sorted for each page: an event has few deliveries, and keeping each event's in order made writing slow. */
function newestFirst(tables: Tables, eventId: string, before: Created | null): DeliveryRow[] {
  const rows = tables.deliveriesNaming(eventId);
  const older = before === null ? rows : rows.filter((row) => byCreation(row, before) < 0);
  return older.sort((a, b) => byCreation(b, a));
}

/** A delivery's attempts, by number. */
export function readAttempts(tables: Tables, deliveryId: string): AttemptRecord[] {
  const attempts = tables.attempts.get(deliveryId) ?? [];
  return [...attempts].sort((a, b) => a.number - b.number);
}
