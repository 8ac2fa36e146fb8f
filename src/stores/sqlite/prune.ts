import { turn } from "../../model/turn.js";
import type { Database } from "./database.js";
import { dropList, noteUnnamed, workOff } from "./event-list.js";
import { markLoose } from "./insert.js";

// SEARCH USING COVERING INDEX hookwright_deliveries_closed (completed_at<?), no sort
const CLOSED = `SELECT seq FROM hookwright_deliveries
  WHERE due_at IS NULL AND completed_at IS NOT NULL AND completed_at < ? ORDER BY completed_at LIMIT ? + 0`;

// Appended when their subscription was not there, or made due again after it went. SCAN r USING INDEX
// hookwright_recipients_gone, then SEARCH d USING INDEX hookwright_deliveries_open (recipient_seq=?)
const ABANDONED = `SELECT d.seq AS seq FROM hookwright_recipients r
  CROSS JOIN hookwright_deliveries d ON d.recipient_seq = r.seq AND d.due_at IS NOT NULL
  WHERE r.ordered IS NULL AND +d.created_at < ? LIMIT ? + 0`;

// Appended at the moment their subscription was removed, or they would have gone with it. SCAN r as above, then
// SEARCH p USING PRIMARY KEY (waiter_seq=?).
const LEFT_WAITING = `SELECT p.waiter_seq, p.lane, p.at, p.seq, p.event_seq
  FROM hookwright_recipients r CROSS JOIN hookwright_pending p ON p.waiter_seq = r.seq
  WHERE r.ordered IS NULL AND p.at < ? LIMIT ? + 0`;

// Numbers that nothing has any more.
const UNUSED = `DELETE FROM hookwright_recipients WHERE ordered IS NULL
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending p WHERE p.waiter_seq = hookwright_recipients.seq)
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries d WHERE d.recipient_seq = hookwright_recipients.seq)`;
const DROP_PENDING =
  "DELETE FROM hookwright_pending WHERE waiter_seq = ? AND lane = ? AND at = ? AND seq = ?";

// SEARCH USING COVERING INDEX hookwright_events_loose (created_at<?), no sort
const LOOSE = `DELETE FROM hookwright_events WHERE seq IN (
  SELECT seq FROM hookwright_events WHERE is_named = 0 AND created_at < ? ORDER BY created_at LIMIT ? + 0)`;

const DROP_ATTEMPTS = "DELETE FROM hookwright_attempts WHERE delivery_seq = ?";
const DROP = "DELETE FROM hookwright_deliveries WHERE seq = ? RETURNING event_seq, list_seq";

/** One transaction: `work` is all done or not at all. */
export type Write = <T>(work: (database: Database) => T) => Promise<T>;

/** What a single transaction removes at most, in some 5 ms each: deliveries, events in the lists of deliveries, events. */
const STEP = { deliveries: 250, listed: 10_000, events: 1_000 } as const;

/**
 * Forgets at most `limit` old rows: closed deliveries, open ones and waiting events of subscriptions that are gone, then
 * events nothing names any more. Each comes from an index that holds only what may go, oldest first, so that a call costs what it
 * removes. One batch delivery lets go of all its events, however many.
 *
 * Many short transactions with a turn of the event loop between two, so that a batch of 20 000 events is forgotten
 * while the host goes on. Rows go one by one for all that look at them: each transaction leaves nothing half done that
 * could be seen, and what a call that was cut off has noted (`unnamed_events`), the next one works off.
 */
export async function prune(
  write: Write,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> {
  let room = Math.max(0, limit);
  const all = async (step: number, remove: (database: Database, limit: number) => Removed) => {
    for (let isMore = true; isMore && room > 0; ) {
      const removed = await write((database) => remove(database, Math.min(step, room)));
      room -= removed.count;
      isMore = removed.isMore;
      if (isMore) await turn();
    }
  };
  for (const sql of [CLOSED, ABANDONED]) {
    await all(STEP.deliveries, (database, most) => dropDeliveries(database, sql, before, most));
  }
  await all(STEP.events, (database, most) => dropWaiting(database, before, most));
  while (room > 0 && (await write(workOff))) await turn();
  await all(STEP.events, (database, most) => dropLoose(database, before, most));
  if (room < limit) await write((database) => database.run(UNUSED));
  return Math.max(0, limit) - room;
}

/** What one transaction did. */
interface Removed {
  readonly count: number;
  /** Whether there may be more of the kind. */
  readonly isMore: boolean;
}

/** A list of events is most of the work there is in a delivery: as many rows as it has. */
function dropDeliveries(database: Database, sql: string, before: number, limit: number): Removed {
  let count = 0;
  let listed = 0;
  for (const { seq } of database.all<{ seq: number }>(sql, before, limit)) {
    listed += dropDelivery(database, seq);
    count++;
    if (listed >= STEP.listed) return { count, isMore: true };
  }
  return { count, isMore: count === limit };
}

interface LeftWaiting {
  readonly waiter_seq: number;
  readonly lane: string;
  readonly at: number;
  readonly seq: number;
  readonly event_seq: number;
}

function dropWaiting(database: Database, before: number, limit: number): Removed {
  const rows = database.all<LeftWaiting>(LEFT_WAITING, before, limit);
  for (const { waiter_seq, lane, at, seq } of rows) database.run(DROP_PENDING, waiter_seq, lane, at, seq);
  const events = rows.map((row) => row.event_seq);
  if (rows.length > 0) noteUnnamed(database, events, null);
  return { count: rows.length, isMore: rows.length === limit };
}

function dropLoose(database: Database, before: number, limit: number): Removed {
  const count = database.run(LOOSE, before, limit);
  return { count, isMore: count === limit };
}

/** Answers how many events its list had. */
function dropDelivery(database: Database, seq: number): number {
  database.run(DROP_ATTEMPTS, seq);
  const row = database.get<{ event_seq: number | null; list_seq: number | null }>(DROP, seq);
  if (row?.event_seq) markLoose(database, row.event_seq);
  return row?.list_seq ? dropList(database, row.list_seq) : 0;
}
