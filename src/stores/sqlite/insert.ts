import type { NewDelivery } from "../../model/delivery.js";
import type { PendingRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import type { Database } from "./database.js";

const INSERT_EVENT = `INSERT INTO hookwright_events (id, type, scope, at, created_at, test, is_named, data)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

// One step to the end of the table. Rows that are replaced stay until after their replacements, so the number is
// above that of every open row.
const LAST = "SELECT coalesce(max(seq), 0) AS seq FROM hookwright_deliveries";

const INSERT_DELIVERY = `INSERT INTO hookwright_deliveries
  (id, subscription_id, scope, kind, type, format, event_id, status, attempts, created_at, first_attempt_at, due_at,
   lease, place, span)
  VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?) RETURNING seq`;

const INSERT_DELIVERY_EVENT =
  "INSERT INTO hookwright_delivery_events (delivery_seq, position, event_id) VALUES (?, ?, ?)";

const INSERT_PENDING = `INSERT INTO hookwright_pending (subscription_id, lane, event_id, bytes, at)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT (event_id, subscription_id) DO NOTHING`;

const MARK_NAMED = "UPDATE hookwright_events SET is_named = 1 WHERE id = ? AND is_named = 0";

const MARK_LOOSE = `UPDATE hookwright_events SET is_named = 0 WHERE id = ?1 AND is_named = 1
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries WHERE event_id = ?1)
  AND NOT EXISTS (SELECT 1 FROM hookwright_delivery_events WHERE event_id = ?1)
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending WHERE event_id = ?1)`;

/**
 * Writes what is new of the entries and answers the new events' ids. A prepared statement in a loop, inside the
 * caller's transaction: the database is in this process, so that a call costs little, and `json_each` would have to
 * write and parse JSON.
 */
export function insertEntries(database: Database, entries: Entries): readonly string[] {
  const mentioned = new Set<string>();
  for (const { eventIds } of entries.deliveries) for (const id of eventIds) mentioned.add(id);
  for (const { eventId } of entries.pending) mentioned.add(eventId);

  const fresh = new Set<string>();
  const known = new Set<string>();
  const repeated = new Set<string>();
  for (const event of entries.events) {
    const { id, type, scope, at, createdAt, test, data } = event;
    const isNamed = mentioned.has(id) ? 1 : 0;
    const isNew =
      database.run(INSERT_EVENT, id, type, scope, at, createdAt, test ? 1 : 0, isNamed, data) === 1;
    if (isNew) fresh.add(id);
    else (fresh.has(id) ? repeated : known).add(id);
  }

  const { deliveries, pending, named } = derivedRows(entries, known, repeated);
  insertDeliveries(database, deliveries);
  for (const row of pending) insertPending(database, row);
  for (const id of named) if (!fresh.has(id)) database.run(MARK_NAMED, id);
  markLoose(
    database,
    [...mentioned].filter((id) => fresh.has(id) && !named.has(id)),
  );
  return [...fresh];
}

/** Where a delivery stands in its subscription's order, and how far that place reaches. */
export interface Place {
  readonly place: number;
  readonly span: number;
}

/** Writes deliveries behind all that are there. */
export function insertDeliveries(database: Database, deliveries: readonly NewDelivery[]): void {
  if (deliveries.length === 0) return;
  let place = database.get<{ seq: number }>(LAST)?.seq ?? 0;
  for (const delivery of deliveries) insertDelivery(database, delivery, { place: ++place, span: 1 });
}

/** Writes a delivery behind all that are there. Answers its number. */
export function insertLast(database: Database, delivery: NewDelivery): number {
  const last = database.get<{ seq: number }>(LAST)?.seq ?? 0;
  return insertDelivery(database, delivery, { place: last + 1, span: 1 });
}

/** Writes a delivery. Born leased, it counts as attempted at its creation. Answers its number. */
export function insertDelivery(database: Database, delivery: NewDelivery, { place, span }: Place): number {
  const [eventId, another] = delivery.eventIds;
  const single = eventId !== undefined && another === undefined ? eventId : null;
  const isLeased = delivery.lease !== null;
  const inserted = database.get<{ seq: number }>(
    INSERT_DELIVERY,
    delivery.id,
    delivery.subscriptionId,
    delivery.scope,
    delivery.kind,
    delivery.type,
    delivery.format,
    single,
    isLeased ? 1 : 0,
    delivery.createdAt,
    isLeased ? delivery.createdAt : null,
    delivery.dueAt,
    delivery.lease,
    place,
    span,
  );
  const seq = inserted?.seq ?? 0;
  if (single === null) {
    delivery.eventIds.forEach((id, position) => {
      database.run(INSERT_DELIVERY_EVENT, seq, position, id);
    });
  }
  return seq;
}

function insertPending(database: Database, row: PendingRecord): void {
  database.run(INSERT_PENDING, row.subscriptionId, row.lane, row.eventId, row.bytes, row.at);
}

/** Marks events that were named until now, where nothing names them any more. */
export function markLoose(database: Database, eventIds: readonly string[]): void {
  for (const id of eventIds) database.run(MARK_LOOSE, id);
}

/** Marks events that a delivery names from now on. */
export function markNamed(database: Database, eventIds: readonly string[]): void {
  for (const id of eventIds) database.run(MARK_NAMED, id);
}
