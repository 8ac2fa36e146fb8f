import { LASTING } from "./columns.js";
import { ONE_PLAN } from "./plan.js";

/** Moves open deliveries to `history` as cancelled, in the order of their ids, and answers how many. */
export const CANCEL = `CREATE OR REPLACE FUNCTION hookwright.cancel(ids text[], moment bigint) RETURNS integer
${ONE_PLAN} AS $body$
#variable_conflict use_column
DECLARE
  count integer;
BEGIN
  WITH gone AS (
    DELETE FROM hookwright.queue WHERE id = ANY(ids) RETURNING *
  )
  INSERT INTO hookwright.history (${LASTING}, attempts, extra_attempts, status, completed_at, http_status, error)
  SELECT ${LASTING}, attempts, extra_attempts, 'cancelled', moment, http_status, error FROM gone;
  GET DIAGNOSTICS count = ROW_COUNT;
  RETURN count;
END $body$;`;
