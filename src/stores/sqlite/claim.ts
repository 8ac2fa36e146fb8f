import type { LeasedDelivery } from "../../model/delivery.js";
import type { ClaimRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import { LEASED_COLUMNS, type LeasedRow, leasedDelivery } from "./leased.js";

/**
 * Lanes that a claim can take something from, in the order of their numbers, after `?1` up to `?2`.
 *
 * Hops from one subscription that has open rows to the next, so its cost is that of the lanes it passes, whatever
 * the number of subscriptions, of finished rows and of rows behind the first:
 *
 *     RECURSIVE STEP
 *       SCAN lane
 *       SEARCH hookwright_deliveries USING COVERING INDEX hookwright_deliveries_open (recipient_seq>? AND recipient_seq<?)
 *     SEARCH r USING INTEGER PRIMARY KEY (rowid=?)
 *     SEARCH s USING INDEX sqlite_autoindex_hookwright_subscriptions_1 (id=?)
 *     SEARCH h USING INTEGER PRIMARY KEY (rowid=?)
 *     SEARCH d USING COVERING INDEX hookwright_deliveries_open (recipient_seq=? AND <expr>=? AND due_at>? AND due_at<?)
 *     SEARCH n USING COVERING INDEX hookwright_deliveries_open (recipient_seq=? AND <expr>=? AND due_at>? AND due_at<?)
 *     SEARCH d USING INDEX hookwright_deliveries_placed (recipient_seq=?)
 *
 * `LIMIT` ends the recursion too: SQLite makes the rows of a recursive query one by one. A lane that is answered
 * gives at least one row, so `limit` lanes are enough.
 */
export const LANES = `
  WITH RECURSIVE lane (seq) AS (
    SELECT (SELECT min(recipient_seq) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND recipient_seq > ?1 AND recipient_seq <= ?2)
    UNION ALL
    SELECT (SELECT min(recipient_seq) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND recipient_seq > lane.seq AND recipient_seq <= ?2)
    FROM lane WHERE lane.seq IS NOT NULL
  )
  SELECT lane.seq, s.id, s.ordered
  FROM lane CROSS JOIN hookwright_recipients r ON r.seq = lane.seq
  CROSS JOIN hookwright_subscriptions s ON s.id = r.subscription_id
  CROSS JOIN hookwright_health h ON h.recipient_seq = r.seq
  WHERE s.enabled = 1 AND (h.hold_until IS NULL OR h.hold_until <= ?3)
    AND CASE s.ordered
      WHEN 0 THEN EXISTS (
        SELECT 1 FROM hookwright_deliveries d
        WHERE d.recipient_seq = lane.seq AND (d.attempts > 0) = 1 AND d.due_at IS NOT NULL AND d.due_at <= ?3)
        OR EXISTS (
        SELECT 1 FROM hookwright_deliveries n
        WHERE n.recipient_seq = lane.seq AND (n.attempts > 0) = 0 AND n.due_at IS NOT NULL AND n.due_at <= ?3)
      ELSE (
        SELECT d.due_at FROM hookwright_deliveries d
        WHERE d.recipient_seq = lane.seq AND d.due_at IS NOT NULL AND d.ordered = 1
        ORDER BY coalesce(d.place, d.seq), d.seq LIMIT 1) <= ?3
    END
  LIMIT ?4 + 0`;

const DUE_OF = (attempted: 0 | 1) => `SELECT * FROM (SELECT seq FROM hookwright_deliveries
  WHERE recipient_seq = ?1 AND (attempts > 0) = ${attempted} AND due_at IS NOT NULL AND due_at <= ?2
  ORDER BY due_at, seq LIMIT ?3 + 0)`;

const WITH_EVENT = `CROSS JOIN hookwright_deliveries d ON d.seq = due.seq
  LEFT JOIN hookwright_events e ON e.seq = d.event_seq`;

/**
 * Due rows of a lane, those attempted before and then those that are new, with their events. Each half is a SEARCH USING COVERING
 * INDEX hookwright_deliveries_open (recipient_seq=? AND <expr>=? AND due_at>? AND due_at<?), no sort: it meets no row that is not
 * due, and the second runs only as far as the first leaves room.
 */
export const DUE = `SELECT ${LEASED_COLUMNS}
  FROM (${DUE_OF(1)} UNION ALL ${DUE_OF(0)} LIMIT ?3 + 0) due ${WITH_EVENT}`;

/** SEARCH USING INDEX hookwright_deliveries_placed (recipient_seq=?), no sort. */
export const OLDEST = `SELECT ${LEASED_COLUMNS}
  FROM (SELECT seq FROM hookwright_deliveries
    WHERE recipient_seq = ? AND due_at IS NOT NULL AND ordered = 1
    ORDER BY coalesce(place, seq), seq LIMIT 1) due ${WITH_EVENT}`;

const LEASE = `UPDATE OR FAIL hookwright_deliveries
  SET lease = ?1, attempts = attempts + 1, extra_attempts = extra_attempts + (lease IS NOT NULL),
    first_attempt_at = coalesce(first_attempt_at, ?2), due_at = ?3
  WHERE seq IN (SELECT value FROM json_each(?4))`;

/** Sorts after every number. */
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

interface Lane {
  readonly seq: number;
  readonly ordered: number;
}

/** Lanes to visit, beginning after `start` and going round. Reads only. */
function findLanes(database: Database, request: ClaimRequest, start: number): Lane[] {
  const excluded = new Set(request.exclude);
  const lanes: Lane[] = [];
  const limit = request.perSubscription < 1 ? 0 : Math.max(0, request.limit);
  const visit = (after: number, upTo: number): void => {
    const room = limit - lanes.length;
    if (room <= 0 || after === upTo) return;
    // Left out here and not in the SQL, where passing a list costs more than the rest of an idle claim.
    const most = room + excluded.size;
    const found = database.rows<[number, string, number]>(LANES, after, upTo, request.now, most);
    for (const [seq, id, ordered] of found) {
      if (lanes.length < limit && !excluded.has(id)) lanes.push({ seq, ordered });
    }
  };
  visit(start, AFTER_ALL);
  visit(0, start);
  return lanes;
}

/** Whether a claim would take anything. Reads only. */
export function isAnyDue(database: Database, request: ClaimRequest, start: number): boolean {
  return findLanes(database, { ...request, limit: Math.min(1, request.limit) }, start).length > 0;
}

/** What was claimed, and the lane the next claim begins after. */
export interface Claimed {
  readonly deliveries: readonly LeasedDelivery[];
  readonly lastLane: number;
}

/** Leases due deliveries, lane by lane, beginning after the lane at which the last claim ended. */
export function claim(database: Database, request: ClaimRequest, start: number): Claimed {
  const { lease, now, leaseMs } = request;
  const deliveries: LeasedDelivery[] = [];
  const numbers: number[] = [];
  let lastLane = start;
  for (const lane of findLanes(database, request, start)) {
    const room = Math.min(request.perSubscription, request.limit - deliveries.length);
    if (room <= 0) break;
    const rows =
      lane.ordered === 1
        ? database.rows<LeasedRow>(OLDEST, lane.seq)
        : database.rows<LeasedRow>(DUE, lane.seq, now, room);
    for (const row of rows) {
      numbers.push(row[0]);
      deliveries.push(leasedDelivery(row, lease, now, now + leaseMs));
    }
    lastLane = lane.seq;
  }
  database.run(LEASE, lease, now, now + leaseMs, JSON.stringify(numbers));
  return { deliveries, lastLane };
}
