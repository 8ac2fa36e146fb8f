import type { LeasedDelivery } from "../../model/delivery.js";
import type { ClaimRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import {
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryRecord,
  EVENT_COLUMNS,
  type EventRow,
  eventRecord,
} from "./rows.js";

/**
 * Lanes that a claim can take something from, in the order of their ids, after `?1` up to `?2`.
 *
 * Hops from one subscription that has open rows to the next, so its cost is that of the lanes it passes, whatever
 * the number of subscriptions, of finished rows and of rows behind the first:
 *
 *     RECURSIVE STEP
 *       SCAN lane
 *       SEARCH hookwright_deliveries USING COVERING INDEX hookwright_deliveries_open (subscription_id>? AND subscription_id<?)
 *     SEARCH s USING INDEX sqlite_autoindex_hookwright_subscriptions_1 (id=?)
 *     SEARCH d USING COVERING INDEX hookwright_deliveries_open (subscription_id=? AND <expr>=? AND due_at>? AND due_at<?)
 *     SEARCH n USING COVERING INDEX hookwright_deliveries_open (subscription_id=? AND <expr>=? AND due_at>? AND due_at<?)
 *     SEARCH d USING INDEX hookwright_deliveries_placed (subscription_id=?)
 *
 * `LIMIT` ends the recursion too: SQLite makes the rows of a recursive query one by one. A lane that is answered
 * gives at least one row, so `limit` lanes are enough.
 */
export const LANES = `
  WITH RECURSIVE lane (id) AS (
    SELECT (SELECT min(subscription_id) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND subscription_id > ?1 AND subscription_id <= ?2)
    UNION ALL
    SELECT (SELECT min(subscription_id) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND subscription_id > lane.id AND subscription_id <= ?2)
    FROM lane WHERE lane.id IS NOT NULL
  )
  SELECT lane.id AS id, s.ordered AS ordered
  FROM lane CROSS JOIN hookwright_subscriptions s ON s.id = lane.id
  WHERE s.enabled = 1 AND (s.hold_until IS NULL OR s.hold_until <= ?3)
    AND CASE s.ordered
      WHEN 0 THEN EXISTS (
        SELECT 1 FROM hookwright_deliveries d
        WHERE d.subscription_id = lane.id AND (d.attempts > 0) = 1 AND d.due_at IS NOT NULL AND d.due_at <= ?3)
        OR EXISTS (
        SELECT 1 FROM hookwright_deliveries n
        WHERE n.subscription_id = lane.id AND (n.attempts > 0) = 0 AND n.due_at IS NOT NULL AND n.due_at <= ?3)
      ELSE (
        SELECT d.due_at FROM hookwright_deliveries d
        WHERE d.subscription_id = lane.id AND d.due_at IS NOT NULL
        ORDER BY d.place, d.seq LIMIT 1) <= ?3
    END
  LIMIT ?4`;

/**
 * Due rows of a lane, `?2` = 1: attempted before, 0: new.
 * SEARCH USING COVERING INDEX hookwright_deliveries_open (subscription_id=? AND <expr>=? AND due_at>? AND due_at<?), no sort.
 */
export const DUE = `SELECT seq FROM hookwright_deliveries
  WHERE subscription_id = ? AND (attempts > 0) = ? AND due_at IS NOT NULL AND due_at <= ?
  ORDER BY due_at, seq LIMIT ?`;

/** SEARCH USING INDEX hookwright_deliveries_placed (subscription_id=?), no sort. */
export const OLDEST = `SELECT seq FROM hookwright_deliveries
  WHERE subscription_id = ? AND due_at IS NOT NULL ORDER BY place, seq LIMIT 1`;

const LEASE = `UPDATE hookwright_deliveries
  SET lease = ?1, attempts = attempts + 1, extra_attempts = extra_attempts + (lease IS NOT NULL), first_attempt_at = coalesce(first_attempt_at, ?2), due_at = ?3
  WHERE seq = ?4 RETURNING ${DELIVERY_COLUMNS}`;

const EVENT = `SELECT ${EVENT_COLUMNS} FROM hookwright_events WHERE id = ?`;

/** Sorts after every id: the last character of Unicode. */
const AFTER_ALL = "\u{10ffff}";

interface LaneRow {
  readonly id: string;
  readonly ordered: number;
}

/** Lanes to visit, beginning after `start` and going round. Reads only. */
export function findLanes(database: Database, request: ClaimRequest, start: string): LaneRow[] {
  const excluded = new Set(request.exclude);
  // Left out here and not in the SQL, where passing a list costs more than the rest of an idle claim.
  const between = (after: string, upTo: string, room: number) =>
    room > 0 && after !== upTo
      ? database
          .all<LaneRow>(LANES, after, upTo, request.now, room + excluded.size)
          .filter((lane) => !excluded.has(lane.id))
          .slice(0, room)
      : [];
  const limit = request.perSubscription < 1 ? 0 : Math.max(0, request.limit);
  const ahead = between(start, AFTER_ALL, limit);
  return [...ahead, ...between("", start, limit - ahead.length)];
}

/** What was claimed, and the lane the next claim begins after. */
export interface Claimed {
  readonly deliveries: readonly LeasedDelivery[];
  readonly lastLane: string;
}

/** Leases due deliveries, lane by lane, beginning after the lane at which the last claim ended. */
export function claim(database: Database, request: ClaimRequest, start: string): Claimed {
  const deliveries: LeasedDelivery[] = [];
  let lastLane = start;
  for (const lane of findLanes(database, request, start)) {
    const room = Math.min(request.perSubscription, request.limit - deliveries.length);
    if (room <= 0) break;
    for (const { seq } of dueRows(database, lane, request.now, room))
      deliveries.push(...lease(database, request, seq));
    lastLane = lane.id;
  }
  return { deliveries, lastLane };
}

interface SeqRow {
  readonly seq: number;
}

/** Two ranges of one index, the second only where the first leaves room: neither sorts nor meets a row that is not due. */
function dueRows(database: Database, lane: LaneRow, now: number, room: number): SeqRow[] {
  if (lane.ordered === 1) return database.all<SeqRow>(OLDEST, lane.id);
  const begun = database.all<SeqRow>(DUE, lane.id, 1, now, room);
  const left = room - begun.length;
  return left > 0 ? [...begun, ...database.all<SeqRow>(DUE, lane.id, 0, now, left)] : begun;
}

function lease(database: Database, { lease, now, leaseMs }: ClaimRequest, seq: number): LeasedDelivery[] {
  const row = database.get<DeliveryRow>(LEASE, lease, now, now + leaseMs, seq);
  if (!row) return [];
  const event = row.event_id === null ? undefined : database.get<EventRow>(EVENT, row.event_id);
  return [{ ...deliveryRecord(row), lease, event: event ? eventRecord(event) : null }];
}
