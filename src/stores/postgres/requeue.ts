import type { RequeueRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import { LOCKS_IN_TIME } from "./lock-time.js";

// By id, as every statement that locks several deliveries: none can deadlock with another.
const HELD = (condition: string) => `held AS MATERIALIZED (
  SELECT id FROM hookwright.deliveries
  WHERE id = ANY(ARRAY(SELECT json_array_elements_text($1::text::json))) AND ${condition} AND ${LOCKS_IN_TIME}
  ORDER BY id FOR NO KEY UPDATE
)`;

const IS_FREE = "(lease IS NULL OR due_at IS NULL OR due_at <= $3::bigint)";

const MAKE_DUE = `status = CASE WHEN attempts > 0 THEN 'failed' ELSE 'pending' END,
  due_at = $2::bigint, completed_at = NULL, lease = NULL`;

// A manual attempt that is still to come is only moved: it has one budget, and one place to go back to.
const MANUAL = `WITH ${HELD(IS_FREE)} UPDATE hookwright.deliveries
  SET extra_attempts = extra_attempts + CASE WHEN manual_from IS NULL THEN 1 ELSE 0 END,
    manual_from = coalesce(manual_from, status), ${MAKE_DUE}
  WHERE id = ANY(ARRAY(SELECT id FROM held)) RETURNING 1`;

const RESTART = `WITH ${HELD(`${IS_FREE} AND status IN ('exhausted', 'cancelled')`)} UPDATE hookwright.deliveries
  SET extra_attempts = attempts, manual_from = NULL, ${MAKE_DUE}
  WHERE id = ANY(ARRAY(SELECT id FROM held)) RETURNING 1`;

/** Makes deliveries due again that no one holds. */
export async function requeue(database: Database, request: RequeueRequest): Promise<number> {
  if (request.ids.length === 0) return 0;
  const sql = request.mode === "manual" ? MANUAL : RESTART;
  return (await database.all(sql, [JSON.stringify(request.ids), request.dueAt, request.now])).length;
}

const CANCEL = `WITH ${HELD("due_at IS NOT NULL")} UPDATE hookwright.deliveries
  SET status = 'cancelled', due_at = NULL, completed_at = $2::bigint, lease = NULL, manual_from = NULL
  WHERE id = ANY(ARRAY(SELECT id FROM held)) RETURNING 1`;

/** Closes open deliveries. Whoever is sending one finds its lease gone. */
export async function cancel(database: Database, ids: readonly string[], now: number): Promise<number> {
  if (ids.length === 0) return 0;
  return (await database.all(CANCEL, [JSON.stringify(ids), now])).length;
}
