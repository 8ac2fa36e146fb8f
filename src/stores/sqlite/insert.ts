import type { NewDelivery } from "../../model/delivery.js";
import type { PendingRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import type { Database } from "./database.js";
import { eventSeq, insertList } from "./event-list.js";
import { waiterOf } from "./waiters.js";

const INSERT_EVENT = `INSERT INTO hookwright_events (id, type, scope, at, created_at, test, is_named, data)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

// One step to the end of the table. Rows that are replaced stay until after their replacements, so the number is
// above that of every open row.
const LAST = "SELECT coalesce(max(seq), 0) AS seq FROM hookwright_deliveries";

const INSERT_DELIVERY = `INSERT INTO hookwright_deliveries
  (id, subscription_id, scope, kind, type, format, event_id, list_seq, status, attempts, created_at,
   first_attempt_at, due_at, lease, place, span)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?)`;

// One step in the key.
const LAST_PENDING = `SELECT coalesce(max(seq), 0) AS seq FROM hookwright_pending
  WHERE waiter_seq = ? AND lane = ? AND at = ?`;

const INSERT_PENDING = `INSERT INTO hookwright_pending (waiter_seq, lane, at, seq, bytes, event_seq, event_id)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_seq, waiter_seq) DO NOTHING`;

const MARK_NAMED = "UPDATE hookwright_events SET is_named = 1 WHERE id = ? AND is_named = 0";

const MARK_LOOSE = `UPDATE hookwright_events SET is_named = 0 WHERE id = ?1 AND is_named = 1
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries d WHERE d.event_id = ?1)
  AND NOT EXISTS (SELECT 1 FROM hookwright_listed_events l WHERE l.event_seq = hookwright_events.seq)
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending p WHERE p.event_seq = hookwright_events.seq)`;

/**
 * Writes what is new of the entries and answers the new events' ids. A prepared statement in a loop, inside the
 * caller's transaction: the database is in this process, so that a call costs little, and `json_each` would have to
 * write and parse JSON.
 */
export function insertEntries(database: Database, entries: Entries): readonly string[] {
  const mentioned = new Set<string>();
  for (const { eventIds } of entries.deliveries) for (const id of eventIds) mentioned.add(id);
  for (const { eventId } of entries.pending) mentioned.add(eventId);

  const fresh = new Map<string, number>();
  const known = new Set<string>();
  const repeated = new Set<string>();
  for (const event of entries.events) {
    const { id, type, scope, at, createdAt, test, data } = event;
    const isNamed = mentioned.has(id) ? 1 : 0;
    const seq = database.insert(INSERT_EVENT, id, type, scope, at, createdAt, test ? 1 : 0, isNamed, data);
    if (seq !== null) fresh.set(id, seq);
    else (fresh.has(id) ? repeated : known).add(id);
  }

  const { deliveries, pending, named } = derivedRows(entries, known, repeated);
  insertDeliveries(database, deliveries, fresh);
  insertPending(database, pending, fresh);
  for (const id of named) if (!fresh.has(id)) database.run(MARK_NAMED, id);
  for (const id of mentioned) if (fresh.has(id) && !named.has(id)) database.run(MARK_LOOSE, id);
  return [...fresh.keys()];
}

/** Where a delivery stands in its subscription's order, and how far that place reaches. */
export interface Place {
  readonly place: number;
  readonly span: number;
}

/** Writes deliveries behind all that are there. */
function insertDeliveries(
  database: Database,
  deliveries: readonly NewDelivery[],
  known: ReadonlyMap<string, number>,
): void {
  if (deliveries.length === 0) return;
  let place = database.get<{ seq: number }>(LAST)?.seq ?? 0;
  for (const delivery of deliveries) {
    insertDelivery(database, delivery, { place: ++place, span: 1 }, listOf(database, delivery, known));
  }
}

/**
 * Writes a delivery behind all that are there.
 *
 * @param list - Its list of events, where it is written already.
 */
export function insertLast(database: Database, delivery: NewDelivery, list: number | null = null): void {
  const last = database.get<{ seq: number }>(LAST)?.seq ?? 0;
  insertDelivery(database, delivery, { place: last + 1, span: 1 }, list);
}

/** Writes deliveries that take the place of another, whose events and their numbers are `known`. */
export function insertReplacement(
  database: Database,
  delivery: NewDelivery,
  place: Place,
  known: ReadonlyMap<string, number>,
): void {
  insertDelivery(database, delivery, place, listOf(database, delivery, known));
  for (const id of delivery.eventIds) if (!known.has(id)) database.run(MARK_NAMED, id);
}

function listOf(
  database: Database,
  { eventIds }: NewDelivery,
  known: ReadonlyMap<string, number>,
): number | null {
  return eventIds.length > 1 ? insertList(database, eventIds, known) : null;
}

/** Born leased, it counts as attempted at its creation. */
function insertDelivery(
  database: Database,
  delivery: NewDelivery,
  { place, span }: Place,
  list: number | null,
): void {
  const isLeased = delivery.lease !== null;
  database.run(
    INSERT_DELIVERY,
    delivery.id,
    delivery.subscriptionId,
    delivery.scope,
    delivery.kind,
    delivery.type,
    delivery.format,
    delivery.eventIds.length === 1 ? (delivery.eventIds[0] ?? null) : null,
    list,
    isLeased ? 1 : 0,
    delivery.createdAt,
    isLeased ? delivery.createdAt : null,
    delivery.dueAt,
    delivery.lease,
    place,
    span,
  );
}

/** Behind those that wait already. An event that is gone does not wait: there would be nothing to send. */
function insertPending(
  database: Database,
  rows: readonly PendingRecord[],
  known: ReadonlyMap<string, number>,
): void {
  const waiters = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { subscriptionId, lane, eventId, bytes, at } of rows) {
    const event = known.get(eventId) ?? eventSeq(database, eventId);
    if (event === null) continue;
    const waiter = waiters.get(subscriptionId) ?? waiterOf(database, subscriptionId);
    waiters.set(subscriptionId, waiter);
    const moment = `${waiter} ${at} ${lane}`;
    const before =
      last.get(moment) ?? database.get<{ seq: number }>(LAST_PENDING, waiter, lane, at)?.seq ?? 0;
    last.set(moment, before + 1);
    database.run(INSERT_PENDING, waiter, lane, at, before + 1, bytes, event, eventId);
  }
}

/** Marks an event that was named until now, where nothing names it any more. */
export function markLoose(database: Database, eventId: string): void {
  database.run(MARK_LOOSE, eventId);
}
