import type { AttemptRecord, DeliveryRecord } from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { DeliveryQuery, EventQuery, PendingQuery } from "../../model/store.js";
import type { Database } from "./database.js";
import { Filters } from "./filters.js";
import {
  ATTEMPT_COLUMNS,
  attemptRecord,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryRecord,
  EVENT_COLUMNS,
  type EventRow,
  eventRecord,
  PENDING_COLUMNS,
  pendingRecord,
} from "./rows.js";

/** Those of the ids that exist. */
export function readEvents(database: Database, ids: readonly string[]): EventRecord[] {
  return database
    .all<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM hookwright_events WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    )
    .map(eventRecord);
}

const NUMBER = "(SELECT r.seq FROM hookwright_recipients r WHERE r.subscription_id = ?)";

// Three searches for each event passed: in deliveries_event, the key of listed_events and pending_event.
const MISSED = `test = 0
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries d
    WHERE d.event_seq = hookwright_events.seq AND d.recipient_seq = ${NUMBER})
  AND NOT EXISTS (SELECT 1 FROM hookwright_listed_events e CROSS JOIN hookwright_deliveries d ON d.list_seq = e.list_seq
    WHERE e.event_seq = hookwright_events.seq AND d.recipient_seq = ${NUMBER})
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending p
    WHERE p.event_seq = hookwright_events.seq AND p.waiter_seq = ${NUMBER})`;

/**
 * A page of events, newest first. SEARCH USING INDEX hookwright_events_newest (created_at>? AND ...), no sort; scope
 * and type are read from the index, so that a rare one costs no look at the rows passed over.
 */
export function findEvents(database: Database, query: EventQuery): EventRecord[] {
  const filters = new Filters();
  if (query.under !== undefined) filters.under(query.under);
  if (query.type !== undefined) filters.add("type = ?", query.type);
  if (query.since !== undefined) filters.add("created_at >= ?", query.since);
  if (query.until !== undefined) filters.add("created_at < ?", query.until);
  if (query.missedBy !== undefined) filters.add(MISSED, query.missedBy, query.missedBy, query.missedBy);
  return filters.newest<EventRow>(database, EVENT_COLUMNS, "hookwright_events", query).map(eventRecord);
}

/** A page of waiting events. Sorts the subscription's, which its batch size keeps few, rather than pay for one more index at each publish. */
export function findPending(database: Database, query: PendingQuery): PendingRecord[] {
  const filters = new Filters();
  filters.add("w.subscription_id = ?", query.subscriptionId);
  const table = "hookwright_recipients w CROSS JOIN hookwright_pending p ON p.waiter_seq = w.seq";
  return filters.waiting<PendingRecord>(database, PENDING_COLUMNS, table, query).map(pendingRecord);
}

/** Those of the ids that exist. */
export function readDeliveries(database: Database, ids: readonly string[]): DeliveryRecord[] {
  return database
    .all<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM hookwright_deliveries WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    )
    .map(deliveryRecord);
}

// However a delivery names its event; each part is a search in its own index.
const NAMES_EVENT = `seq IN (
  SELECT d.seq FROM hookwright_events e CROSS JOIN hookwright_deliveries d ON d.event_seq = e.seq WHERE e.id = ?
  UNION ALL SELECT seq FROM hookwright_deliveries WHERE event_id = ?
  UNION ALL SELECT d.seq FROM hookwright_events e CROSS JOIN hookwright_listed_events l ON l.event_seq = e.seq
    CROSS JOIN hookwright_deliveries d ON d.list_seq = l.list_seq WHERE e.id = ?)`;

/**
 * A page of deliveries, newest first. Of an event: SEARCH USING INTEGER PRIMARY KEY (rowid=?), then a sort of the few.
 * Of a subscription: hookwright_deliveries_history, and a sort of those made in one millisecond. Otherwise hookwright_deliveries_newest, no sort, and
 * the scope is read from the index; a rare status is looked for row by row.
 */
export function findDeliveries(database: Database, query: DeliveryQuery): DeliveryRecord[] {
  const filters = new Filters();
  if (query.eventId !== undefined) filters.add(NAMES_EVENT, query.eventId, query.eventId, query.eventId);
  if (query.subscriptionId !== undefined) filters.add(`recipient_seq = ${NUMBER}`, query.subscriptionId);
  if (query.under !== undefined) filters.under(query.under);
  if (query.status !== undefined) filters.add("status = ?", query.status);
  const rows =
    query.subscriptionId === undefined
      ? filters.newest<DeliveryRow>(database, DELIVERY_COLUMNS, "hookwright_deliveries", query)
      : filters.newestChosen<DeliveryRow>(database, DELIVERY_COLUMNS, "hookwright_deliveries", query);
  return rows.map(deliveryRecord);
}

/** A delivery's attempts, by number. */
export function readAttempts(database: Database, deliveryId: string): AttemptRecord[] {
  return database
    .all<AttemptRecord>(
      `SELECT ${ATTEMPT_COLUMNS} FROM hookwright_attempts
       WHERE delivery_seq = (SELECT seq FROM hookwright_deliveries WHERE id = ?) ORDER BY number`,
      deliveryId,
    )
    .map(attemptRecord);
}
