import type { Backlog, SealRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import { LOCKS_IN_TIME } from "./lock-time.js";

const BACKLOG = `SELECT subscription_id, lane, count(*) AS count, sum(bytes) AS bytes, min(at) AS oldest_at
  FROM hookwright.pending GROUP BY subscription_id, lane`;

interface BacklogRow {
  readonly subscription_id: string;
  readonly lane: string;
  readonly count: string | number;
  readonly bytes: string | number;
  readonly oldest_at: string | number;
}

/** One row for each subscription and lane in which events wait. */
export async function backlog(database: Database): Promise<Backlog[]> {
  const rows = await database.all<BacklogRow>(BACKLOG, [], undefined, { reads: true, prepared: true });
  return rows.map((row) => ({
    subscriptionId: row.subscription_id,
    lane: row.lane,
    count: Number(row.count),
    bytes: Number(row.bytes),
    oldestAt: Number(row.oldest_at),
  }));
}

/**
 * The flush rule of `shared/flush.ts`, in SQL, so that twenty thousand ids need not travel here and back.
 *
 * Index Scan using pending_queue (subscription_id = $2 AND lane = $9), no sort. A second seal of the lane waits for
 * the first at its first row, then takes up behind it.
 */
const SEAL = `
  WITH waiting AS MATERIALIZED (
    SELECT event_id, bytes, at, seq FROM hookwright.pending
    WHERE subscription_id = $2::text AND lane = $9::text AND ${LOCKS_IN_TIME}
    ORDER BY at, seq LIMIT $10::bigint FOR UPDATE
  ), counted AS MATERIALIZED (
    SELECT event_id, at, row_number() OVER place AS n, sum(bytes) OVER place AS total
    FROM waiting WINDOW place AS (ORDER BY at, seq)
  ), rule AS MATERIALIZED (
    SELECT coalesce(min(at) <= $12::bigint OR count(*) >= $10::bigint OR max(total) >= $11::bigint, false) AS is_due
    FROM counted
  ), sealed AS MATERIALIZED (
    SELECT event_id, n FROM counted WHERE (SELECT is_due FROM rule) AND (n = 1 OR total <= $11::bigint)
  ), dropped AS (
    DELETE FROM hookwright.pending WHERE subscription_id = $2::text AND event_id IN (SELECT event_id FROM sealed)
  ), made AS MATERIALIZED (
    SELECT $1::text AS id, json_agg(event_id ORDER BY n) AS "eventIds", count(*) AS count FROM sealed
    HAVING count(*) > 0
  ), inserted AS (
    INSERT INTO hookwright.queue
      (id, subscription_id, scope, kind, type, format, created_at, due_at, begun, status, event_id)
    SELECT id, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bigint, $8::bigint, false, 'pending',
      CASE WHEN count = 1 THEN "eventIds"->>0 END
    FROM made RETURNING id
  ), linked AS (
    INSERT INTO hookwright.delivery_events (delivery_id, position, event_id)
    SELECT made.id, e.n, e.id FROM made
    CROSS JOIN LATERAL json_array_elements_text(made."eventIds") WITH ORDINALITY AS e(id, n)
    WHERE made.count <> 1
  )
  SELECT (SELECT count(*) FROM sealed) AS count, hookwright.check_new(ARRAY(SELECT id FROM inserted))::text AS checked`;

/** Turns the oldest waiting events of a lane into a delivery, if the request's rule holds. */
export async function seal(database: Database, request: SealRequest): Promise<number> {
  const { delivery: made, lane, limit, maxBytes, flushBefore } = request;
  if (limit < 1) return 0;
  const { count } = await database.one<{ count: string | number }>(SEAL, [
    made.id,
    made.subscriptionId,
    made.scope,
    made.kind,
    made.type,
    made.format,
    made.createdAt,
    made.dueAt,
    lane,
    limit,
    maxBytes,
    flushBefore,
  ]);
  return Number(count);
}
