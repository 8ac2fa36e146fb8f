import type { Backlog, SealRequest } from "../../model/store.js";
import { sealCountOf } from "../shared/flush.js";
import type { Database } from "./database.js";
import { insertLast } from "./insert.js";
import { findRecipient } from "./recipients.js";

// SCAN p, in the order of its key, no sort: 3 ms for 20 000 waiting events.
const BACKLOG = `SELECT w.subscription_id AS "subscriptionId", p.lane AS lane, p.count AS count, p.bytes AS bytes,
    p.at AS "oldestAt"
  FROM (SELECT waiter_seq, lane, count(*) AS count, sum(bytes) AS bytes, min(at) AS at
    FROM hookwright_pending GROUP BY waiter_seq, lane) p
  JOIN hookwright_recipients w ON w.seq = p.waiter_seq`;

/** One row for each subscription and lane in which events wait. */
export function backlog(database: Database): Backlog[] {
  return database.all<Backlog>(BACKLOG).map((row) => ({ ...row }));
}

// Each of these is a SEARCH in the key of pending, no sort.
const LANE = "FROM hookwright_pending WHERE waiter_seq = ? AND lane = ?";
const FIRST = `SELECT bytes, at ${LANE} ORDER BY at, seq LIMIT ? + 0`;

// Counted here and not in JavaScript, where 20 000 rows would take six times as long to arrive.
const COUNT = `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes, coalesce(min(at), 0) AS "oldestAt"
  FROM (${FIRST})`;

const FITTING = `SELECT count(*) AS fitting FROM (
    SELECT sum(bytes) OVER (ORDER BY at, seq) AS total FROM (
      SELECT bytes, at, seq ${LANE} ORDER BY at, seq LIMIT ? + 0))
  WHERE total <= ?`;

const LAST = `SELECT at, seq, event_id AS "eventId" ${LANE} ORDER BY at, seq LIMIT 1 OFFSET ?`;

// What is sealed: the rows up to the last.
const SEALED = `${LANE} AND (at, seq) <= (?, ?)`;

const LIST = `INSERT INTO hookwright_event_lists (event_ids, event_seqs)
  SELECT json_group_array(event_id), json_group_array(event_seq)
  FROM (SELECT event_id, event_seq ${SEALED} ORDER BY at, seq)`;

// By number, which most often is the order of waiting too: pairs that come in the order of their key cost half.
const LINK = `INSERT INTO hookwright_listed_events (list_seq, event_seq)
  SELECT ?, event_seq FROM (SELECT event_seq ${SEALED}) ORDER BY event_seq`;

const DROP = `DELETE ${SEALED}`;

/**
 * Turns the oldest waiting events of a lane into a delivery, if the request's rule holds. One transaction, however
 * many they are: events that were taken from the queue are in the delivery, or none is. A statement for all of them
 * at a time: a call for each of 20 000 took as long again as the writing itself.
 */
export function seal(database: Database, request: SealRequest): number {
  const waiter = findRecipient(database, request.delivery.subscriptionId);
  if (waiter === null) return 0;
  const lane = [waiter, request.lane] as const;
  const count = countDue(database, lane, request);
  const last = count > 0 && database.get<LastRow>(LAST, ...lane, count - 1);
  if (!last) return 0;

  const sealed = [...lane, last.at, last.seq] as const;
  if (count === 1) insertLast(database, { ...request.delivery, lease: null, eventIds: [last.eventId] });
  else {
    const list = database.insert(LIST, ...sealed);
    database.run(LINK, list, ...sealed);
    insertLast(database, { ...request.delivery, lease: null, eventIds: [] }, list);
  }
  database.run(DROP, ...sealed);
  return count;
}

interface LastRow {
  readonly at: number;
  readonly seq: number;
  readonly eventId: string;
}

/** How many events the rule takes. What fits is counted one by one only where not all of them do. */
function countDue(database: Database, lane: readonly [number, string], request: SealRequest): number {
  const limit = Math.max(0, request.limit);
  const queued = database.get<{ count: number; bytes: number; oldestAt: number }>(COUNT, ...lane, limit);
  if (!queued || queued.count === 0) return 0;
  const fitting =
    queued.bytes <= request.maxBytes
      ? queued.count
      : (database.get<{ fitting: number }>(FITTING, ...lane, limit, request.maxBytes)?.fitting ?? 0);
  return sealCountOf({ ...queued, fitting }, request);
}
