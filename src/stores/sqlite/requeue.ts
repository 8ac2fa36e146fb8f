import type { RequeueRequest } from "../../model/store.js";
import type { Database } from "./database.js";

const IS_FREE = "id = ?1 AND NOT (lease IS NOT NULL AND due_at IS NOT NULL AND due_at > ?3)";

// Whether the subscription is ordered may have changed since the delivery was closed.
const ORDERED = `coalesce((SELECT r.ordered FROM hookwright_recipients r
  WHERE r.seq = hookwright_deliveries.recipient_seq), 0)`;

const MAKE_DUE = `status = CASE WHEN attempts > 0 THEN 'failed' ELSE 'pending' END,
  due_at = ?2, completed_at = NULL, lease = NULL, ordered = ${ORDERED}`;

// A manual attempt that is still to come is only moved: it has one budget, and one place to go back to.
const MANUAL = `UPDATE hookwright_deliveries
  SET extra_attempts = extra_attempts + (manual_from IS NULL), manual_from = coalesce(manual_from, status), ${MAKE_DUE}
  WHERE ${IS_FREE}`;

const RESTART = `UPDATE hookwright_deliveries SET extra_attempts = attempts, manual_from = NULL, ${MAKE_DUE}
  WHERE ${IS_FREE} AND status IN ('exhausted', 'cancelled')`;

/** Makes deliveries due again that no one holds. */
export function requeue(database: Database, request: RequeueRequest): number {
  const sql = request.mode === "manual" ? MANUAL : RESTART;
  return changed(request.ids, (id) => database.run(sql, id, request.dueAt, request.now));
}

const CANCEL = `UPDATE hookwright_deliveries
  SET status = 'cancelled', due_at = NULL, completed_at = ?2, lease = NULL, manual_from = NULL
  WHERE id = ?1 AND due_at IS NOT NULL`;

/** Closes open deliveries. Whoever is sending one finds its lease gone. */
export function cancel(database: Database, ids: readonly string[], now: number): number {
  return changed(ids, (id) => database.run(CANCEL, id, now));
}

function changed(ids: readonly string[], change: (id: string) => number): number {
  let count = 0;
  for (const id of new Set(ids)) count += change(id);
  return count;
}
