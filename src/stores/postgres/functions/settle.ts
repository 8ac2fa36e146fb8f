import { HEALTH_COLUMNS } from "../rows.js";
import { LASTING, LASTING_OF_Q } from "./columns.js";
import { ONE_PLAN } from "./plan.js";

/** An outcome as it comes in, called `o`. */
const OUTCOME = `SELECT o.* FROM unnest(ids, leases, statuses, dues, ends, answers, errors, uncounts, numbers, times,
    durations, string_to_array(documents, separator)) WITH ORDINALITY
    AS o(id, lease, status, due_at, completed_at, http_status, error, uncount, number, at, duration_ms, document, n)`;

/** What an accepted outcome makes of the delivery called `q`, but for `due_at` and `lease`. */
const CHANGED = {
  attempts: "q.attempts - CASE WHEN o.uncount THEN 1 ELSE 0 END",
  manual_from: "CASE WHEN o.uncount THEN q.manual_from END",
} as const;

const TRIED = "INSERT INTO hookwright.earlier_attempts (delivery_id, number, at, duration_ms, document)";

/**
 * Records outcomes and health, see `settle.ts`. Both come sorted by id: two settles of the same rows wait for each other
 * in one order, deliveries first, then subscriptions. Where some outcomes close and some do not, all are locked first.
 *
 * A delivery that closes leaves `queue` and is written to `history` once, for good, its last attempt with it: in a row
 * of its own that would cost another 3 us. The fence is in the condition that takes it, and is judged again when another
 * was waited for.
 *
 * What was refused is looked up after that, in a statement of its own, which sees where the one that was waited for
 * has put the delivery: its attempt is a fact, unless the delivery is gone. A sub-select cannot be hashed.
 *
 * Replacements share out the place of what they replace: the halves of a batch come before what was queued after it,
 * and the halves of a half before the other half. Halving ends at one event, long before a double does.
 *
 * Health is what applyHealth of model/subscription.ts says; greatest() passes over NULLs. No index knows these columns
 * and pages of subscriptions have room, so no index is written.
 *
 * `refused`: places in the call, from 1, separated by commas; NULL: none.
 */
export const SETTLE = `CREATE OR REPLACE FUNCTION hookwright.settle(
  separator text, ids text[], leases text[], statuses text[], dues bigint[], ends bigint[], answers integer[],
  errors text[], uncounts boolean[], numbers integer[], times bigint[], durations double precision[], documents text,
  keeps boolean, replacements text,
  subscriptions text[], resets boolean[], additions bigint[], failures bigint[], successes bigint[],
  last_times bigint[], last_statuses integer[], holds bigint[],
  OUT refused text, OUT health text
) ${ONE_PLAN} AS $body$
#variable_conflict use_column
DECLARE
  accepted bigint[];
  touched text[];
  places double precision[];
  spans double precision[];
  made text[];
BEGIN
  IF keeps THEN
    PERFORM FROM hookwright.queue WHERE id = ANY(ids) ORDER BY id FOR UPDATE;
  END IF;
  WITH outcome AS MATERIALIZED (${OUTCOME}
  ), gone AS (
    DELETE FROM hookwright.queue q USING outcome o
    WHERE q.id = ANY(ARRAY[o.id]) AND q.lease = o.lease AND o.due_at IS NULL
    RETURNING ${LASTING_OF_Q}, ${CHANGED.attempts} AS attempts, q.extra_attempts, ${CHANGED.manual_from} AS manual_from,
      o.status, o.completed_at, o.http_status, o.error, o.number, o.at, o.duration_ms, o.document, o.n
  ), closed AS (
    INSERT INTO hookwright.history (${LASTING}, attempts, extra_attempts, manual_from, status, completed_at,
      http_status, error, attempt_number, attempt_at, attempt_ms, attempt_document)
    SELECT ${LASTING}, attempts, extra_attempts, manual_from, status, completed_at, http_status, error, number, at,
      duration_ms, CASE WHEN number IS NOT NULL THEN document END
    FROM gone
  ), kept AS (
    UPDATE hookwright.queue q
    SET status = o.status, due_at = o.due_at, lease = NULL, lease_end = NULL, completed_at = o.completed_at,
      http_status = o.http_status, error = o.error, attempts = ${CHANGED.attempts},
      begun = ${CHANGED.attempts} > 0, manual_from = ${CHANGED.manual_from}
    FROM outcome o
    WHERE q.id = ANY(ARRAY[o.id]) AND q.lease = o.lease AND o.due_at IS NOT NULL
    RETURNING q.id, q.seq, q.place, q.span, q.subscription_id, o.number, o.at, o.duration_ms, o.document, o.n
  ), tried AS (
    ${TRIED}
    SELECT id, number, at, duration_ms, document FROM kept WHERE number IS NOT NULL
    ON CONFLICT (delivery_id, number) DO NOTHING
  ), settled AS (
    SELECT n, subscription_id, coalesce(place, seq) AS place, span FROM gone
    UNION ALL
    SELECT n, subscription_id, coalesce(place, seq), span FROM kept
  )
  SELECT array_agg(n), array_agg(subscription_id), array_agg(place), array_agg(span)
  INTO accepted, touched, places, spans FROM settled;

  IF coalesce(cardinality(accepted), 0) < cardinality(ids) THEN
    refused := array_to_string(ARRAY(
      SELECT n FROM generate_series(1, cardinality(ids)) AS n EXCEPT SELECT unnest(accepted) ORDER BY n), ',');
    ${TRIED}
    SELECT o.id, o.number, o.at, o.duration_ms, o.document FROM (${OUTCOME}) o
    WHERE o.number IS NOT NULL AND o.n = ANY(string_to_array(refused, ',')::bigint[])
      AND (SELECT true FROM hookwright.deliveries d WHERE d.id = o.id)
      AND (SELECT h.attempt_number FROM hookwright.history h WHERE h.id = o.id) IS DISTINCT FROM o.number
    ORDER BY o.id, o.n
    ON CONFLICT (delivery_id, number) DO NOTHING;
  END IF;

  IF replacements IS NOT NULL THEN
    WITH replacement AS MATERIALIZED (
      SELECT d.*, a.place + a.span / d.of * d.share AS place, a.span / d.of AS span
      FROM json_to_recordset(replacements::json) AS d(
        id text, "subscriptionId" text, scope text, kind text, type text, format text, "eventIds" json,
        "createdAt" bigint, "dueAt" bigint, lease text, outcome integer, share integer, of integer)
      JOIN unnest(accepted, places, spans) AS a(n, place, span) ON a.n = d.outcome
    ), linked AS (
      INSERT INTO hookwright.delivery_events (delivery_id, position, event_id)
      SELECT d.id, e.n, e.id FROM replacement d
      CROSS JOIN LATERAL json_array_elements_text(d."eventIds") WITH ORDINALITY AS e(id, n)
      WHERE json_array_length(d."eventIds") <> 1
    ), inserted AS (
      INSERT INTO hookwright.queue (id, subscription_id, scope, kind, type, format, event_id, created_at, due_at, lease,
        attempts, first_attempt_at, begun, status, place, span)
      SELECT d.id, d."subscriptionId", d.scope, d.kind, d.type, d.format,
        CASE WHEN json_array_length(d."eventIds") = 1 THEN d."eventIds"->>0 END, d."createdAt", d."dueAt", d.lease,
        CASE WHEN d.lease IS NULL THEN 0 ELSE 1 END, CASE WHEN d.lease IS NOT NULL THEN d."createdAt" END,
        d.lease IS NOT NULL, 'pending', d.place, d.span
      FROM replacement d ORDER BY d.outcome, d.share RETURNING id
    )
    SELECT array_agg(id) INTO made FROM inserted;
    PERFORM hookwright.check_new(made);
  END IF;

  WITH change AS MATERIALIZED (
    SELECT h.* FROM unnest(subscriptions, resets, additions, failures, successes, last_times, last_statuses, holds)
      AS h(id, reset, add, failed_at, succeeded_at, attempted_at, answer, held_until)
    WHERE h.id IN (SELECT unnest(touched)) ORDER BY h.id COLLATE "C"
  ), changed AS (
    UPDATE hookwright.subscriptions s SET
      consecutive_failures = CASE WHEN c.reset THEN 0 ELSE s.consecutive_failures END + c.add,
      failing_since = CASE
        WHEN CASE WHEN c.reset THEN 0 ELSE s.consecutive_failures END + c.add = 0 THEN NULL
        ELSE coalesce(CASE WHEN NOT c.reset THEN s.failing_since END, c.failed_at) END,
      last_attempt_at = greatest(s.last_attempt_at, c.attempted_at),
      last_status = CASE
        WHEN s.last_attempt_at IS NULL OR c.attempted_at >= s.last_attempt_at THEN c.answer
        ELSE s.last_status END,
      last_success_at = greatest(s.last_success_at, c.succeeded_at),
      hold_until = greatest(s.hold_until, c.held_until)
    FROM change c WHERE s.id = ANY(ARRAY[c.id])
    RETURNING s.id, ${HEALTH_COLUMNS}
  )
  SELECT json_agg(changed)::text INTO health FROM changed;
END $body$;`;
