import type { DeliveryStatus } from "../../model/delivery.js";
import type { StatisticsQuery, StoredStatistics } from "../../model/store.js";
import type { Millis } from "../../model/time.js";
import { SLICE, turn } from "../../model/turn.js";
import { Statistics } from "../shared/statistics.js";
import type { Database } from "./database.js";

/**
 * The deliveries of a range before one, newest first. SEARCH USING INDEX hookwright_deliveries_history, which ends with
 * the number of the row, so there is no sort; and a search of the attempt of each one that was delivered.
 */
export const PAGE = `SELECT d.created_at, d.seq, d.kind = 'test', d.status, d.manual_from, d.due_at IS NOT NULL,
    CASE WHEN d.status = 'delivered' THEN (SELECT a.duration_ms FROM hookwright_attempts a
      WHERE a.delivery_seq = d.seq AND a.number = d.attempts) END AS ms
  FROM hookwright_deliveries d
  WHERE d.recipient_seq = (SELECT r.seq FROM hookwright_recipients r WHERE r.subscription_id = ?)
    AND d.created_at >= ? AND (d.created_at, d.seq) < (?, ?)
  ORDER BY d.created_at DESC, d.seq DESC LIMIT ? + 0`;

type Row = readonly [Millis, number, 0 | 1, DeliveryStatus, DeliveryStatus | null, 0 | 1, Millis | null];

/**
 * Counts a subscription's deliveries, newest first, a thousand at a stretch: some 4 ms. Not by window functions: those
 * want a whole bucket in one statement, and one of 20 000 holds the event loop for 80 ms.
 *
 * @param slice - Deliveries at a stretch.
 */
export async function readStatistics(
  read: <T>(work: (database: Database) => T) => Promise<T>,
  query: StatisticsQuery,
  slice: number = SLICE,
): Promise<StoredStatistics> {
  const { subscriptionId, since, until } = query;
  const statistics = new Statistics(query);
  // Rows are numbered from 1: this is before the first one made at `until`.
  let before: readonly [Millis, number] = [until, 0];
  for (;;) {
    const [at, seq] = before;
    const rows = await read((database) => database.rows<Row>(PAGE, subscriptionId, since, at, seq, slice));
    for (const [createdAt, number, isTest, status, manualFrom, isOpen, lastMs] of rows) {
      const counted = { createdAt, isTest: isTest === 1, status, manualFrom, isOpen: isOpen === 1, lastMs };
      if (!statistics.add(counted)) return statistics.answer();
      before = [createdAt, number];
    }
    if (rows.length < slice) return statistics.answer();
    await turn();
  }
}
