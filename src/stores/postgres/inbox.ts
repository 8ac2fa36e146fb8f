import type { InboxEvent, Refusal, TakeRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import { LOCKS_IN_TIME } from "./lock-time.js";

/**
 * Index Scan using inbox_queue, no sort: the oldest that wait, locked in their order. A second taker waits at the first
 * row it shares with the first one, then sees its lease and takes nothing.
 *
 * All rows are locked, not only the oldest, because what a taker sees may be older than another's lease: a transaction
 * that published early and committed late puts rows before those that are leased, and whoever locked such a row alone
 * would go on to rows behind the leased ones, and append them too early.
 */
const TAKE = `
  WITH oldest AS MATERIALIZED (
    SELECT id, seq, type, scope, at, data, due_at FROM hookwright.inbox
    WHERE due_at IS NOT NULL AND ${LOCKS_IN_TIME} ORDER BY seq LIMIT $1::bigint FOR UPDATE
  ), counted AS MATERIALIZED (
    SELECT id, seq, row_number() OVER place AS n, sum(octet_length(data)) OVER place AS total
    FROM oldest WINDOW place AS (ORDER BY seq)
  ), taken AS MATERIALIZED (
    SELECT id FROM counted
    WHERE (n = 1 OR total <= $2::bigint) AND NOT EXISTS (SELECT 1 FROM oldest WHERE due_at > $3::bigint)
  ), leased AS (
    UPDATE hookwright.inbox SET due_at = $4::bigint WHERE id = ANY(ARRAY(SELECT id FROM taken))
  )
  SELECT id, type, scope, at, data FROM oldest WHERE id IN (SELECT id FROM taken) ORDER BY seq`;

interface InboxRow {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  readonly at: string | number;
  readonly data: string;
}

/** Leases the oldest events that were published from SQL; none while someone else holds any of them. */
export async function takeInbox(
  database: Database,
  { limit, maxBytes, leaseMs, now }: TakeRequest,
): Promise<InboxEvent[]> {
  if (limit < 1) return [];
  const rows = await database.all<InboxRow>(TAKE, [limit, maxBytes, now, now + leaseMs]);
  return rows.map(({ id, type, scope, at, data }) => ({ id, type, scope, at: Number(at), data }));
}

// In the order in which a take locks, so that the two cannot deadlock.
const HELD = (ids: string) => `held AS MATERIALIZED (
  SELECT id FROM hookwright.inbox WHERE id = ANY(ARRAY(${ids})) AND ${LOCKS_IN_TIME} ORDER BY seq FOR UPDATE
)`;

const CLEAR = `WITH ${HELD("SELECT json_array_elements_text($1::text::json)")}
  DELETE FROM hookwright.inbox WHERE id = ANY(ARRAY(SELECT id FROM held))`;

/** Removes events that have been appended. */
export async function clearInbox(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await database.all(CLEAR, [JSON.stringify(ids)]);
}

const REFUSE = `WITH refusal AS MATERIALIZED (
    SELECT id, error FROM json_to_recordset($1::text::json) AS r(id text, error text)
  ), ${HELD("SELECT id FROM refusal")}
  UPDATE hookwright.inbox i SET due_at = NULL, refused_at = $2::bigint, error = r.error
  FROM refusal r WHERE i.id = r.id AND i.id IN (SELECT id FROM held) AND i.due_at IS NOT NULL`;

/** Keeps events that cannot be published, out of the queue. */
export async function refuseInbox(
  database: Database,
  refusals: readonly Refusal[],
  now: number,
): Promise<void> {
  if (refusals.length > 0) await database.all(REFUSE, [JSON.stringify(refusals), now]);
}
