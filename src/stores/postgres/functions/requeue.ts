import { LASTING } from "./columns.js";
import { ONE_PLAN } from "./plan.js";

/** What both kinds do; see `RequeueRequest`. A manual attempt that is still to come is only moved. */
const DUE_AGAIN = {
  extra_attempts: `CASE WHEN NOT is_manual THEN attempts WHEN manual_from IS NULL THEN extra_attempts + 1
      ELSE extra_attempts END`,
  manual_from: "CASE WHEN is_manual THEN coalesce(manual_from, status) END",
  status: "CASE WHEN attempts > 0 THEN 'failed' ELSE 'pending' END",
} as const;

/**
 * Makes deliveries due again that no one holds, and answers how many: open ones where they are, finished ones by bringing
 * them back from `history`, with their place in the order. Twice, because one may go the other way between two looks.
 * Only finished ones can be exhausted or cancelled. Ids come sorted.
 */
export const REQUEUE = `CREATE OR REPLACE FUNCTION hookwright.requeue(
  ids text[], is_manual boolean, due bigint, moment bigint
) RETURNS integer ${ONE_PLAN} AS $body$
#variable_conflict use_column
DECLARE
  done text[] := '{}';
  found text[];
BEGIN
  FOR look IN 1..2 LOOP
    IF is_manual THEN
      WITH moved AS (
        UPDATE hookwright.queue
        SET extra_attempts = ${DUE_AGAIN.extra_attempts}, manual_from = ${DUE_AGAIN.manual_from},
          status = ${DUE_AGAIN.status}, due_at = due, lease_end = NULL, completed_at = NULL, lease = NULL,
          begun = attempts > 0
        WHERE id = ANY(ids) AND id <> ALL(done) AND (lease IS NULL OR coalesce(lease_end, due_at) <= moment)
        RETURNING id
      ) SELECT array_agg(id) INTO found FROM moved;
      done := done || coalesce(found, '{}');
    END IF;

    WITH back AS (
      DELETE FROM hookwright.history
      WHERE id = ANY(ids) AND id <> ALL(done) AND (is_manual OR status IN ('exhausted', 'cancelled'))
      RETURNING *
    ), tried AS (
      INSERT INTO hookwright.earlier_attempts (delivery_id, number, at, duration_ms, document)
      SELECT id, attempt_number, attempt_at, attempt_ms, attempt_document FROM back WHERE attempt_number IS NOT NULL
      ON CONFLICT (delivery_id, number) DO NOTHING
    ), moved AS (
      INSERT INTO hookwright.queue (${LASTING}, attempts, extra_attempts, manual_from, status, http_status, error, due_at,
        begun)
      OVERRIDING SYSTEM VALUE
      SELECT ${LASTING}, attempts, ${DUE_AGAIN.extra_attempts}, ${DUE_AGAIN.manual_from}, ${DUE_AGAIN.status},
        http_status, error, due, attempts > 0
      FROM back RETURNING id
    ) SELECT array_agg(id) INTO found FROM moved;
    done := done || coalesce(found, '{}');
    EXIT WHEN cardinality(done) = cardinality(ids);
  END LOOP;
  RETURN cardinality(done);
END $body$;`;
