import type { Database } from "./database.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { NEW_MARK } from "./mark.js";

// Index Scan using history_closed (completed_at < $1), no sort. Rows that another prune holds are left to it.
const CLOSED = `SELECT id, event_id FROM hookwright.history
  WHERE completed_at < $1::bigint
  ORDER BY completed_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED`;

// Hops over the lanes that have open rows, as a claim does, and looks only into those without a subscription.
const ABANDONED = `SELECT d.id, d.event_id FROM lane CROSS JOIN LATERAL (
    SELECT id, event_id FROM hookwright.queue
    WHERE subscription_id = lane.id AND created_at < $1::bigint
      AND NOT EXISTS (SELECT 1 FROM hookwright.subscriptions s WHERE s.id = lane.id)
    LIMIT $2::bigint FOR UPDATE SKIP LOCKED
  ) d WHERE lane.id IS NOT NULL LIMIT $2::bigint`;

const LANES = `RECURSIVE lane (id) AS (
  SELECT (SELECT subscription_id FROM hookwright.queue ORDER BY subscription_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.subscription_id FROM hookwright.queue d
          WHERE d.subscription_id > lane.id ORDER BY d.subscription_id LIMIT 1)
  FROM lane WHERE lane.id IS NOT NULL
), `;

/**
 * Removes deliveries with their attempts and lets go of their events. An event is marked whatever it held before:
 * whoever looks at it at this moment, from an older snapshot, finds it changed and leaves it alone.
 */
const drop = (
  table: "history" | "queue",
  lanes: string,
  doomed: string,
) => `WITH ${lanes}doomed AS MATERIALIZED (${doomed}
  ), gone AS (
    DELETE FROM hookwright.${table} WHERE id = ANY(ARRAY(SELECT id FROM doomed))
  ), forgotten AS (
    DELETE FROM hookwright.earlier_attempts WHERE delivery_id = ANY(ARRAY(SELECT id FROM doomed))
  ), unlinked AS (
    DELETE FROM hookwright.delivery_events WHERE delivery_id = ANY(ARRAY(SELECT id FROM doomed)) RETURNING event_id
  ), freed AS MATERIALIZED (
    SELECT id FROM hookwright.events
    WHERE id = ANY(ARRAY(SELECT event_id FROM doomed UNION SELECT event_id FROM unlinked)) AND ${LOCKS_IN_TIME}
    ORDER BY id FOR NO KEY UPDATE
  ), loosened AS (
    UPDATE hookwright.events SET loose = ${NEW_MARK} WHERE id = ANY(ARRAY(SELECT id FROM freed))
  )
  SELECT count(*) AS gone, 0 AS seen FROM doomed`;

/**
 * Looks at loose events, oldest first: removes those that nothing names, and takes the mark off the others so that
 * they are not looked at again. What this statement sees may be older than a lock it waits for, so it acts only on
 * events whose mark is still the one it saw: each delivery that goes or comes meanwhile writes another.
 */
const LOOSE = `WITH seen AS MATERIALIZED (
    SELECT e.id, e.loose,
      EXISTS (SELECT 1 FROM hookwright.deliveries d WHERE d.event_id = e.id)
        OR EXISTS (SELECT 1 FROM hookwright.delivery_events x WHERE x.event_id = e.id)
        OR EXISTS (SELECT 1 FROM hookwright.pending p WHERE p.event_id = e.id) AS is_named
    FROM hookwright.events e WHERE e.loose IS NOT NULL AND e.created_at < $1::bigint
    ORDER BY e.created_at, e.id LIMIT $2::bigint
  ), held AS MATERIALIZED (
    SELECT e.id, s.is_named FROM hookwright.events e JOIN seen s ON s.id = e.id AND s.loose = e.loose
    WHERE e.id = ANY(ARRAY(SELECT id FROM seen)) AND ${LOCKS_IN_TIME} ORDER BY e.id FOR UPDATE OF e
  ), kept AS (
    UPDATE hookwright.events SET loose = NULL WHERE id = ANY(ARRAY(SELECT id FROM held WHERE is_named))
  ), gone AS (
    DELETE FROM hookwright.events WHERE id = ANY(ARRAY(SELECT id FROM held WHERE NOT is_named)) RETURNING id
  )
  SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM seen) AS seen`;

/**
 * Waiting events whose subscription is gone: appended at the moment it was removed, or they would have gone with it.
 * Hops from one subscription to the next in pending_queue.
 */
const LEFT_WAITING = `WITH RECURSIVE waiter (id) AS (
    SELECT (SELECT subscription_id FROM hookwright.pending ORDER BY subscription_id LIMIT 1)
    UNION ALL
    SELECT (SELECT p.subscription_id FROM hookwright.pending p
            WHERE p.subscription_id > waiter.id ORDER BY p.subscription_id LIMIT 1)
    FROM waiter WHERE waiter.id IS NOT NULL
  ), doomed AS MATERIALIZED (
    SELECT p.event_id, p.subscription_id FROM waiter CROSS JOIN LATERAL (
      SELECT event_id, subscription_id FROM hookwright.pending
      WHERE subscription_id = waiter.id AND at < $1::bigint
        AND NOT EXISTS (SELECT 1 FROM hookwright.subscriptions s WHERE s.id = waiter.id)
      LIMIT $2::bigint FOR UPDATE SKIP LOCKED
    ) p WHERE waiter.id IS NOT NULL LIMIT $2::bigint
  ), gone AS (
    DELETE FROM hookwright.pending p USING doomed d
    WHERE p.event_id = d.event_id AND p.subscription_id = d.subscription_id
  ), freed AS MATERIALIZED (
    SELECT id FROM hookwright.events
    WHERE id = ANY(ARRAY(SELECT event_id FROM doomed)) AND ${LOCKS_IN_TIME} ORDER BY id FOR NO KEY UPDATE
  ), loosened AS (
    UPDATE hookwright.events SET loose = ${NEW_MARK} WHERE id = ANY(ARRAY(SELECT id FROM freed))
  )
  SELECT count(*) AS gone, 0 AS seen FROM doomed`;

// Index Scan using inbox_refused, no sort.
const REFUSED = `WITH doomed AS MATERIALIZED (
    SELECT id FROM hookwright.inbox WHERE refused_at < $1::bigint
    ORDER BY refused_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM hookwright.inbox WHERE id = ANY(ARRAY(SELECT id FROM doomed))
  )
  SELECT count(*) AS gone, 0 AS seen FROM doomed`;

const DROP_CLOSED = drop("history", "", CLOSED);
const DROP_ABANDONED = drop("queue", LANES, ABANDONED);

/**
 * Forgets at most `limit` old rows: closed deliveries, open ones and waiting events of subscriptions that are gone, what
 * the inbox refused, then events nothing names any more. Each comes from an index that holds only what may go, oldest first, so
 * that a call costs what it removes. A few short statements, each whole in itself. One batch delivery lets go of all
 * its events, however many.
 */
export async function prune(
  database: Database,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> {
  let room = limit;
  const run = async (sql: string) => {
    const row = await database.one<{ gone: string | number; seen: string | number }>(sql, [before, room]);
    room -= Number(row.gone);
    return Number(row.seen);
  };
  if (room > 0) await run(DROP_CLOSED);
  if (room > 0) await run(DROP_ABANDONED);
  if (room > 0) await run(LEFT_WAITING);
  if (room > 0) await run(REFUSED);
  while (room > 0) {
    const asked = room;
    if ((await run(LOOSE)) < asked) break;
  }
  return Math.max(0, limit) - Math.max(0, room);
}
