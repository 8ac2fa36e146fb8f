import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import type { Parameters } from "./parameters.js";

/** What `events.loose` becomes where something begins or ceases to name an event: another value at each time. */
export const NEW_MARK = "pg_current_xact_id()::text::bigint";

/** Columns of deliveries as they come in, for `json_to_recordset`. */
export const NEW_DELIVERY = `id text, "subscriptionId" text, scope text, kind text, type text, format text,
  "eventIds" json, "createdAt" bigint, "dueAt" bigint, lease text`;

/** The columns of `deliveries` that {@link NEW_VALUES} fills. */
export const NEW_COLUMNS = `id, subscription_id, scope, kind, type, format, event_id, created_at, lease,
  attempts, first_attempt_at`;

/** Of a {@link NEW_DELIVERY} called `d`. Born leased, it counts as attempted at its creation. */
export const NEW_VALUES = `d.id, d."subscriptionId", d.scope, d.kind, d.type, d.format,
  CASE WHEN json_array_length(d."eventIds") = 1 THEN d."eventIds"->>0 END, d."createdAt", d.lease,
  CASE WHEN d.lease IS NULL THEN 0 ELSE 1 END, CASE WHEN d.lease IS NOT NULL THEN d."createdAt" END`;

/** The step that links the deliveries of `source`, called `d`, to their events, where they have not exactly one. */
export const linkEvents = (source: string) => `linked AS (
  INSERT INTO hookwright.delivery_events (delivery_id, position, event_id)
  SELECT d.id, e.n, e.id FROM ${source} d
  CROSS JOIN LATERAL json_array_elements_text(d."eventIds") WITH ORDINALITY AS e(id, n)
  WHERE json_array_length(d."eventIds") <> 1
)`;

// By id, so that two appends of the same new events wait for each other in one order and cannot deadlock.
const EVENTS = (rows: string, gate: string) => `given AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${rows}) AS e(
    id text, type text, scope text, at bigint, "createdAt" bigint, test boolean, loose bigint, data text)
  WHERE ${LOCKS_IN_TIME} ${gate}
), fresh AS (
  INSERT INTO hookwright.events (id, type, scope, at, created_at, test, loose, data)
  SELECT id, type, scope, at, "createdAt", test, loose, data FROM given ORDER BY id COLLATE "C"
  ON CONFLICT (id) DO NOTHING RETURNING id
), stale AS MATERIALIZED (
  SELECT id FROM given EXCEPT SELECT id FROM fresh
)`;

// `stale` is empty but for a repeated publish, so the condition costs nothing.
const DELIVERIES = (rows: string, gate: string) => `kept AS MATERIALIZED (
  SELECT d.*, row_number() OVER () AS n FROM json_to_recordset(${rows}) AS d(
    ${NEW_DELIVERY}, status text, "completedAt" bigint) ${gate}
), derived AS MATERIALIZED (
  SELECT d.* FROM kept d WHERE NOT EXISTS (
    SELECT 1 FROM stale s WHERE s.id IN (SELECT json_array_elements_text(d."eventIds")))
), delivered AS (
  INSERT INTO hookwright.deliveries (${NEW_COLUMNS}, due_at, status, completed_at)
  SELECT ${NEW_VALUES}, CASE WHEN d.status IS NULL THEN d."dueAt" END, coalesce(d.status, 'pending'), d."completedAt" FROM derived d ORDER BY d.n
)`;

const WAITING = (rows: string, gate: string) => `queued AS MATERIALIZED (
  SELECT p.*, row_number() OVER () AS n FROM json_to_recordset(${rows}) AS p(
    "subscriptionId" text, lane text, "eventId" text, bytes bigint, at bigint) ${gate}
), waiting AS (
  INSERT INTO hookwright.pending (subscription_id, lane, event_id, bytes, at)
  SELECT p."subscriptionId", p.lane, p."eventId", p.bytes, p.at FROM queued p
  WHERE p."eventId" NOT IN (SELECT id FROM stale) ORDER BY p.n
  ON CONFLICT (event_id, subscription_id) DO NOTHING
)`;

// A new mark, whatever the old one was: a prune that found the event loose a moment ago sees that it changed, and the
// next one looks again. Only events of an earlier call are touched, so what is published in a host's transaction
// locks nothing that is shared.
const TOUCHED = (among: string, gate: string) => `touched AS (
  UPDATE hookwright.events SET loose = ${NEW_MARK} WHERE id = ANY(ARRAY(
    SELECT id FROM hookwright.events WHERE id = ${among} ${gate}
    ORDER BY id FOR NO KEY UPDATE))
)`;

/** A delivery that is closed where it is written: its subscription goes away in the same step. */
export interface ClosedDelivery {
  readonly status?: "cancelled";
  readonly completedAt?: number;
}

/**
 * What writes the entries, as steps of one statement; the step `fresh` holds the ids that were new. Only steps that
 * have rows are in it, because planning one costs more than running it on nothing.
 *
 * @param gate - An earlier step of the same statement; nothing is written unless it has a row.
 */
export function entriesSql(
  entries: Entries & { readonly deliveries: readonly (Entries["deliveries"][number] & ClosedDelivery)[] },
  bind: Parameters,
  gate?: string,
): string {
  const ids = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of entries.events) (ids.has(id) ? repeated : ids).add(id);
  const { deliveries, pending, named } = derivedRows(entries, new Set(), repeated);

  // A delivery of several events may yet be dropped with one that is known; its events then stay loose until pruned.
  const surely = new Set(pending.map((row) => row.eventId));
  for (const { eventIds } of deliveries) if (eventIds.length === 1) surely.add(eventIds[0] ?? "");
  const once = new Map(entries.events.toReversed().map((event) => [event.id, event]));
  const events = [...once.values()].map((event) => ({ ...event, loose: surely.has(event.id) ? null : 0 }));
  const late = [...named].filter((id) => !ids.has(id));

  const where = gate === undefined ? "" : `WHERE EXISTS (SELECT 1 FROM ${gate})`;
  const and = gate === undefined ? "" : `AND EXISTS (SELECT 1 FROM ${gate})`;
  const steps = [EVENTS(bind.json(events), and)];
  if (deliveries.length > 0) steps.push(DELIVERIES(bind.json(deliveries), where));
  if (deliveries.some(({ eventIds }) => eventIds.length !== 1)) steps.push(linkEvents("derived"));
  if (pending.length > 0) steps.push(WAITING(bind.json(pending), where));
  if (late.length > 0) steps.push(TOUCHED(bind.among(late), and));
  return steps.join(", ");
}
