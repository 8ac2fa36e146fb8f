import type { NewDelivery } from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import { type Database, insertMany } from "./database.js";
import type { SqliteValue } from "./driver.js";
import { eventSeq, insertList } from "./event-list.js";
import { type Recipient, recipientsOf } from "./recipients.js";

const INSERT_EVENTS = insertMany(
  "hookwright_events",
  "seq, id, type, scope, at, created_at, test, is_named, data",
  "ON CONFLICT (id) DO NOTHING",
);

const INSERT_DELIVERIES = insertMany(
  "hookwright_deliveries",
  `id, recipient_seq, scope, kind, type, format, event_seq, event_id, list_seq, status, attempts, extra_attempts,
  created_at, first_attempt_at, due_at, lease, ordered, place, span`,
);

const INSERT_PENDING = insertMany(
  "hookwright_pending",
  "waiter_seq, lane, at, seq, bytes, event_seq, event_id",
  "ON CONFLICT (event_seq, waiter_seq) DO NOTHING",
);

// One step to the end of the table.
const LAST_EVENT = "SELECT coalesce(max(seq), 0) AS seq FROM hookwright_events";

// SEARCH USING INTEGER PRIMARY KEY (rowid>?)
const EVENTS_AFTER = "SELECT id, seq FROM hookwright_events WHERE seq > ? ORDER BY seq";

// SEARCH USING INDEX hookwright_deliveries_unstored, which is empty but for what was named before it was stored.
const UNSTORED = "SELECT 1 FROM hookwright_deliveries WHERE event_id IS NOT NULL LIMIT 1";
const STORE = "UPDATE hookwright_deliveries SET event_seq = ?, event_id = NULL WHERE event_id = ?";

// One step in the key.
const LAST_PENDING = `SELECT coalesce(max(seq), 0) AS seq FROM hookwright_pending
  WHERE waiter_seq = ? AND lane = ? AND at = ?`;

const MARK_NAMED = "UPDATE hookwright_events SET is_named = 1 WHERE id = ? AND is_named = 0";

const MARK_LOOSE = `UPDATE hookwright_events SET is_named = 0 WHERE seq = ?1 AND is_named = 1
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries d WHERE d.event_seq = ?1)
  AND NOT EXISTS (SELECT 1 FROM hookwright_listed_events l WHERE l.event_seq = ?1)
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending p WHERE p.event_seq = ?1)`;

/** Writes what is new of the entries and answers the new events' ids. Inside the caller's transaction. */
export function insertEntries(database: Database, entries: Entries): readonly string[] {
  const mentioned = new Set<string>();
  for (const { eventIds } of entries.deliveries) for (const id of eventIds) mentioned.add(id);
  for (const { eventId } of entries.pending) mentioned.add(eventId);

  const fresh = insertEvents(database, entries.events, mentioned);
  const known = new Set<string>();
  const repeated = new Set<string>();
  if (fresh.size < entries.events.length) {
    const seen = new Set<string>();
    for (const { id } of entries.events) {
      if (!fresh.has(id)) known.add(id);
      else if (seen.has(id)) repeated.add(id);
      seen.add(id);
    }
  }

  const { deliveries, pending, named } = derivedRows(entries, known, repeated);
  insertDeliveries(database, deliveries, fresh);
  insertPending(database, pending, fresh);
  for (const id of named) if (!fresh.has(id)) database.run(MARK_NAMED, id);
  if (named.size < mentioned.size) {
    for (const id of mentioned) {
      const seq = named.has(id) ? undefined : fresh.get(id);
      if (seq !== undefined) markLoose(database, seq);
    }
  }
  return [...fresh.keys()];
}

/**
 * Writes the events that are new and answers their numbers. These are given here: most often all events are new, and
 * then nothing need be asked.
 */
function insertEvents(
  database: Database,
  events: readonly EventRecord[],
  mentioned: ReadonlySet<string>,
): Map<string, number> {
  const fresh = new Map<string, number>();
  if (events.length === 0) return fresh;
  const last = database.get<{ seq: number }>(LAST_EVENT)?.seq ?? 0;
  let seq = last;
  const values: SqliteValue[] = [];
  for (const { id, type, scope, at, createdAt, test, data } of events) {
    seq++;
    values.push(seq, id, type, scope, at, createdAt, test ? 1 : 0, mentioned.has(id) ? 1 : 0, data);
    fresh.set(id, seq);
  }
  if (database.insertMany(INSERT_EVENTS, values) < events.length) {
    fresh.clear();
    for (const [id, number] of database.rows<[string, number]>(EVENTS_AFTER, last)) fresh.set(id, number);
  }
  if (database.get(UNSTORED)) {
    for (const [id, number] of fresh) if (database.run(STORE, number, id) > 0) database.run(MARK_NAMED, id);
  }
  return fresh;
}

/** Where a delivery stands in its subscription's order, and how far that place reaches. `null`: its number, and 1. */
export interface Place {
  readonly place: number | null;
  readonly span: number | null;
}

const LAST: Place = { place: null, span: null };

/** Writes deliveries behind all that are there. */
function insertDeliveries(
  database: Database,
  deliveries: readonly NewDelivery[],
  known: ReadonlyMap<string, number>,
): void {
  if (deliveries.length === 0) return;
  const recipients = recipientsOf(database, new Set(deliveries.map((row) => row.subscriptionId)));
  const values: SqliteValue[] = [];
  for (const delivery of deliveries) {
    const list = listOf(database, delivery, known);
    pushDelivery(database, values, delivery, recipients.get(delivery.subscriptionId), LAST, list, known);
  }
  database.insertMany(INSERT_DELIVERIES, values);
}

const NONE: ReadonlyMap<string, number> = new Map();

/**
 * Writes a delivery behind all that are there.
 *
 * @param list - Its list of events, where it is written already.
 */
export function insertLast(database: Database, delivery: NewDelivery, list: number | null = null): void {
  insertOne(database, delivery, LAST, list, NONE);
}

/** Writes deliveries that take the place of another, whose events and their numbers are `known`. */
export function insertReplacement(
  database: Database,
  delivery: NewDelivery,
  place: Place,
  known: ReadonlyMap<string, number>,
): void {
  insertOne(database, delivery, place, listOf(database, delivery, known), known);
  for (const id of delivery.eventIds) if (!known.has(id)) database.run(MARK_NAMED, id);
}

function insertOne(
  database: Database,
  delivery: NewDelivery,
  place: Place,
  list: number | null,
  known: ReadonlyMap<string, number>,
): void {
  const recipient = recipientsOf(database, new Set([delivery.subscriptionId])).get(delivery.subscriptionId);
  const values: SqliteValue[] = [];
  pushDelivery(database, values, delivery, recipient, place, list, known);
  database.insertMany(INSERT_DELIVERIES, values);
}

function listOf(
  database: Database,
  { eventIds }: NewDelivery,
  known: ReadonlyMap<string, number>,
): number | null {
  return eventIds.length > 1 ? insertList(database, eventIds, known) : null;
}

/** The values of a delivery's row. Born leased, it counts as attempted at its creation. */
function pushDelivery(
  database: Database,
  values: SqliteValue[],
  delivery: NewDelivery,
  recipient: Recipient | undefined,
  { place, span }: Place,
  list: number | null,
  known: ReadonlyMap<string, number>,
): void {
  const isLeased = delivery.lease !== null;
  const eventId = delivery.eventIds.length === 1 ? (delivery.eventIds[0] ?? null) : null;
  const event = eventId === null ? null : (known.get(eventId) ?? eventSeq(database, eventId));
  values.push(
    delivery.id,
    recipient?.seq ?? null,
    delivery.scope,
    delivery.kind,
    delivery.type,
    delivery.format,
    event,
    event === null ? eventId : null,
    list,
    "pending",
    isLeased ? 1 : 0,
    0,
    delivery.createdAt,
    isLeased ? delivery.createdAt : null,
    delivery.dueAt,
    delivery.lease,
    recipient?.ordered ?? 0,
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
  if (rows.length === 0) return;
  const events = rows.map(({ eventId }) => known.get(eventId) ?? eventSeq(database, eventId));
  const present = rows.filter((_, index) => events[index] !== null);
  const recipients = recipientsOf(database, new Set(present.map((row) => row.subscriptionId)));
  const last = new Map<string, number>();
  const values: SqliteValue[] = [];
  rows.forEach(({ subscriptionId, lane, eventId, bytes, at }, index) => {
    const event = events[index] ?? null;
    const waiter = recipients.get(subscriptionId)?.seq ?? null;
    if (event === null || waiter === null) return;
    const moment = `${waiter} ${at} ${lane}`;
    const before =
      last.get(moment) ?? database.get<{ seq: number }>(LAST_PENDING, waiter, lane, at)?.seq ?? 0;
    last.set(moment, before + 1);
    values.push(waiter, lane, at, before + 1, bytes, event, eventId);
  });
  database.insertMany(INSERT_PENDING, values);
}

/** Marks an event that was named until now, where nothing names it any more. */
export function markLoose(database: Database, seq: number): void {
  database.run(MARK_LOOSE, seq);
}
