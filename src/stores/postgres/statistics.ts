import type { StatisticsQuery, StoredBucket, StoredStatistics } from "../../model/store.js";
import type { Database } from "./database.js";

interface StatisticsRow {
  /** A number as drivers answer it, see `rows.ts`; `null`: everything was counted. */
  readonly since: string | number | bigint | null;
  /** JSON array of {@link StoredBucket}; `null`: there are none. */
  readonly buckets: string | null;
}

const RANGE = `subscription_id = $1::text AND created_at >= $2::bigint AND created_at < $3::bigint
      ORDER BY created_at DESC LIMIT $5::bigint + 1`;

const LAST_MS = `CASE WHEN h.attempt_number = h.attempts THEN h.attempt_ms ELSE (
        SELECT a.duration_ms FROM hookwright.earlier_attempts a WHERE a.delivery_id = h.id AND a.number = h.attempts) END`;

/**
 * Counts what was made, given the subscription, since, until, the length of a bucket and the limit.
 *
 * Of `history` it is a range of `history_subscription`, walked down as far as the limit. Of `queue` it is all that is
 * open for the subscription, by an index that begins with it, and the newest sorted out: `queue` has no index by time,
 * which each delivery would pay for. A delivery has its last attempt beside it, unless it was closed before there was
 * such a column.
 *
 * `too_many` is sorted only where there are: its condition is judged once.
 */
export const STATISTICS = `WITH made AS MATERIALIZED (
    (SELECT created_at, kind, coalesce(manual_from, status) AS standing, NULL::double precision AS ms
      FROM hookwright.queue q WHERE ${RANGE})
    UNION ALL
    (SELECT created_at, kind, status, CASE WHEN h.status = 'delivered' THEN ${LAST_MS} END
      FROM hookwright.history h WHERE ${RANGE})
  ), too_many AS MATERIALIZED (
    SELECT created_at FROM made WHERE (SELECT count(*) FROM made) > $5::bigint
    ORDER BY created_at DESC LIMIT 1 OFFSET $5::bigint
  ), bucket AS (
    SELECT created_at - (created_at % $4::bigint + $4::bigint) % $4::bigint AS at,
      count(*) FILTER (WHERE standing = 'delivered') AS delivered, count(*) FILTER (WHERE standing = 'failed') AS failed,
      count(*) FILTER (WHERE standing = 'exhausted') AS exhausted,
      count(*) FILTER (WHERE standing = 'cancelled') AS cancelled, count(*) FILTER (WHERE standing = 'pending') AS pending,
      percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ms IS NOT NULL) AS ranks
    FROM made
    WHERE kind <> 'test' AND created_at >= coalesce((SELECT created_at + 1 FROM too_many), $2::bigint)
    GROUP BY 1
  )
  SELECT (SELECT created_at + 1 FROM too_many) AS since, json_agg(json_build_object('at', at, 'delivered', delivered,
    'failed', failed, 'exhausted', exhausted, 'cancelled', cancelled, 'pending', pending,
    'latency', CASE WHEN ranks IS NOT NULL
      THEN json_build_object('p50', ranks[1], 'p95', ranks[2], 'p99', ranks[3]) END) ORDER BY at)::text AS buckets
  FROM bucket`;

/** Counts a subscription's deliveries, in one statement. */
export async function readStatistics(database: Database, query: StatisticsQuery): Promise<StoredStatistics> {
  const { subscriptionId, since, until, bucketMs, limit } = query;
  const values = [subscriptionId, since, until, bucketMs, limit];
  const row = await database.one<StatisticsRow>(STATISTICS, values, undefined, { reads: true });
  return {
    since: row.since === null ? since : Number(row.since),
    buckets: JSON.parse(row.buckets ?? "[]") as StoredBucket[],
  };
}
