import type { AttemptRecord, DeliveryRecord } from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { DeliveryQuery, EventQuery, PendingQuery } from "../../model/store.js";
import type { Database } from "./database.js";
import { Filters } from "./filters.js";
import { Parameters } from "./parameters.js";
import {
  ATTEMPT_COLUMNS,
  type AttemptRow,
  attemptRecord,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryRecord,
  EVENT_COLUMNS,
  type EventRow,
  eventRecord,
  PENDING_COLUMNS,
  type PendingRow,
  pendingRecord,
} from "./rows.js";

/** Those of the ids that exist. */
export async function readEvents(database: Database, ids: readonly string[]): Promise<EventRecord[]> {
  if (ids.length === 0) return [];
  const bind = new Parameters();
  const rows = await database.all<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM hookwright.events WHERE id = ${bind.among(ids)}`,
    bind.values,
    undefined,
    { reads: true },
  );
  return rows.map(eventRecord);
}

/** A page of events, newest first: a walk down `events_newest`, no sort. A rare scope or type is looked for row by row. */
export async function findEvents(database: Database, query: EventQuery): Promise<EventRecord[]> {
  const filters = new Filters();
  const { under, type, since, until, missedBy } = query;
  if (under !== undefined) filters.under(under);
  if (type !== undefined) filters.add((bind) => `type = ${bind.text(type)}`);
  if (since !== undefined) filters.add((bind) => `created_at >= ${bind.number(since)}`);
  if (until !== undefined) filters.add((bind) => `created_at < ${bind.number(until)}`);
  if (missedBy !== undefined) filters.add((bind) => missed(bind.text(missedBy)));
  const rows = await filters.newest<EventRow>(
    database,
    `SELECT ${EVENT_COLUMNS} FROM hookwright.events`,
    query,
  );
  return rows.map(eventRecord);
}

/** Three index searches for each event passed. */
function missed(subscriptionId: string): string {
  return `NOT test
    AND NOT EXISTS (SELECT 1 FROM hookwright.deliveries d
      WHERE d.event_id = events.id AND d.subscription_id = ${subscriptionId})
    AND NOT EXISTS (SELECT 1 FROM hookwright.delivery_events e JOIN hookwright.deliveries d ON d.id = e.delivery_id
      WHERE e.event_id = events.id AND d.subscription_id = ${subscriptionId})
    AND NOT EXISTS (SELECT 1 FROM hookwright.pending p
      WHERE p.event_id = events.id AND p.subscription_id = ${subscriptionId})`;
}

/** A page of waiting events. Sorts the subscription's, which its batch size keeps few, rather than pay for one more index at each publish. */
export async function findPending(database: Database, query: PendingQuery): Promise<PendingRecord[]> {
  const filters = new Filters();
  filters.add((bind) => `subscription_id = ${bind.text(query.subscriptionId)}`);
  const rows = await filters.waiting<PendingRow>(
    database,
    `SELECT ${PENDING_COLUMNS} FROM hookwright.pending`,
    query,
  );
  return rows.map(pendingRecord);
}

/** Those of the ids that exist. */
export async function readDeliveries(database: Database, ids: readonly string[]): Promise<DeliveryRecord[]> {
  if (ids.length === 0) return [];
  const bind = new Parameters();
  const rows = await database.all<DeliveryRow>(
    `SELECT ${DELIVERY_COLUMNS} FROM hookwright.deliveries d WHERE d.id = ${bind.among(ids)}`,
    bind.values,
    undefined,
    { reads: true },
  );
  return rows.map(deliveryRecord);
}

/**
 * A page of deliveries, newest first: of `history` by a walk down `history_subscription` or `history_newest`, no sort, and
 * merged with it those of `queue`, sorted, which has no index for it: that would cost each delivery 4 us, and a
 * million open ones are sorted in half a second. Of an event: the few that name it, sorted. A rare scope or status is
 * looked for row by row.
 */
export async function findDeliveries(database: Database, query: DeliveryQuery): Promise<DeliveryRecord[]> {
  const filters = new Filters();
  const { eventId, subscriptionId, under, status } = query;
  if (eventId !== undefined) {
    filters.add((bind) => {
      const id = `${bind.text(eventId)}`;
      return `id = ANY(ARRAY(SELECT id FROM hookwright.deliveries WHERE event_id = ${id}
        UNION ALL SELECT delivery_id FROM hookwright.delivery_events WHERE event_id = ${id}))`;
    });
  }
  if (subscriptionId !== undefined) filters.add((bind) => `subscription_id = ${bind.text(subscriptionId)}`);
  if (under !== undefined) filters.under(under);
  if (status !== undefined) filters.add((bind) => `status = ${bind.text(status)}`);
  const rows = await filters.newest<DeliveryRow>(
    database,
    `SELECT ${DELIVERY_COLUMNS} FROM hookwright.deliveries d`,
    query,
  );
  return rows.map(deliveryRecord);
}

/** A delivery's attempts, by number. */
export async function readAttempts(database: Database, deliveryId: string): Promise<AttemptRecord[]> {
  const rows = await database.all<AttemptRow>(
    `SELECT ${ATTEMPT_COLUMNS} FROM hookwright.attempts WHERE delivery_id = $1::text ORDER BY number`,
    [deliveryId],
    undefined,
    { reads: true },
  );
  return rows.map(attemptRecord);
}
