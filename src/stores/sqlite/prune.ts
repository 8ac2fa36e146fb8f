import type { Database } from "./database.js";
import { markLoose } from "./insert.js";

// SEARCH USING COVERING INDEX hookwright_deliveries_closed (completed_at<?), no sort
const CLOSED = `SELECT seq FROM hookwright_deliveries
  WHERE due_at IS NULL AND completed_at IS NOT NULL AND completed_at < ? ORDER BY completed_at LIMIT ?`;

// Hops over the lanes that have open rows, as a claim does, and looks only into those without a subscription.
const ABANDONED = `
  WITH RECURSIVE lane (id) AS (
    SELECT min(subscription_id) FROM hookwright_deliveries WHERE due_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(subscription_id) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND subscription_id > lane.id)
    FROM lane WHERE lane.id IS NOT NULL
  )
  SELECT d.seq AS seq FROM lane CROSS JOIN hookwright_deliveries d
    ON d.subscription_id = lane.id AND d.due_at IS NOT NULL
  WHERE NOT EXISTS (SELECT 1 FROM hookwright_subscriptions s WHERE s.id = lane.id) AND d.created_at < ?
  LIMIT ?`;

// SEARCH USING COVERING INDEX hookwright_events_loose (created_at<?), no sort
const LOOSE = `DELETE FROM hookwright_events WHERE seq IN (
  SELECT seq FROM hookwright_events WHERE is_named = 0 AND created_at < ? ORDER BY created_at LIMIT ?)`;

const DROP_ATTEMPTS = "DELETE FROM hookwright_attempts WHERE delivery_seq = ?";
const DROP_EVENTS = "DELETE FROM hookwright_delivery_events WHERE delivery_seq = ?";

// Before DROP_EVENTS, and one statement: a call for each event of a batch of 20 000 took twice as long.
const LOOSEN = `UPDATE hookwright_events SET is_named = 0
  WHERE id IN (SELECT event_id FROM hookwright_delivery_events WHERE delivery_seq = ?1) AND is_named = 1
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries d WHERE d.event_id = hookwright_events.id)
  AND NOT EXISTS (SELECT 1 FROM hookwright_delivery_events e
    WHERE e.event_id = hookwright_events.id AND e.delivery_seq <> ?1)
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending p WHERE p.event_id = hookwright_events.id)`;
const DROP = "DELETE FROM hookwright_deliveries WHERE seq = ? RETURNING event_id";

/**
 * Forgets at most `limit` old rows: closed deliveries, open ones of subscriptions that are gone, then events nothing
 * names any more. Each comes from an index that holds only what may go, oldest first, so that a call costs what it
 * removes. One batch delivery lets go of all its events, however many.
 */
export function prune(
  database: Database,
  { before, limit }: { readonly before: number; readonly limit: number },
): number {
  let room = Math.max(0, limit);
  for (const sql of [CLOSED, ABANDONED]) {
    if (room === 0) break;
    const rows = database.all<{ seq: number }>(sql, before, room);
    for (const { seq } of rows) dropDelivery(database, seq);
    room -= rows.length;
  }
  if (room > 0) room -= database.run(LOOSE, before, room);
  return Math.max(0, limit) - room;
}

function dropDelivery(database: Database, seq: number): void {
  database.run(DROP_ATTEMPTS, seq);
  database.run(LOOSEN, seq);
  database.run(DROP_EVENTS, seq);
  const eventId = database.get<{ event_id: string | null }>(DROP, seq)?.event_id;
  if (eventId) markLoose(database, [eventId]);
}
