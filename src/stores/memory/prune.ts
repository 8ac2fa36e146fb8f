import type { DeliveryRow, EventRow, PendingRow } from "./rows.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";

/**
 * Forgets at most `limit` old rows: closed deliveries, open ones and waiting events of subscriptions that are gone, then
 * events nothing names any more. Each comes from an index that holds only what may go, oldest first, so that a call costs what it
 * removes. One batch delivery lets go of all its events, however many.
 */
export function* prune(
  tables: Tables,
  { before, limit }: { readonly before: number; readonly limit: number },
): Step<number> {
  const pace = new Pace();
  let room = limit;

  const closed: DeliveryRow[] = [];
  for (const row of tables.closedDeliveries.ascend()) {
    if (closed.length >= room || row.completedAt === null || row.completedAt >= before) break;
    closed.push(row);
  }
  for (const row of closed) yield* tables.dropDelivery(row, pace);
  room -= closed.length;

  const abandoned: DeliveryRow[] = [];
  for (const [id, lane] of tables.lanes) {
    if (tables.subscriptions.has(id)) continue;
    for (const row of lane.byPlace.ascend()) {
      if (abandoned.length >= room) break;
      if (row.createdAt < before) abandoned.push(row);
    }
  }
  for (const row of abandoned) yield* tables.dropDelivery(row, pace);
  room -= abandoned.length;

  // Appended at the moment their subscription was removed, or they would have gone with it.
  for (const [id, { lanes }] of [...tables.waiters]) {
    if (tables.subscriptions.has(id)) continue;
    for (const [lane, { rows }] of [...lanes]) {
      const left: PendingRow[] = [];
      for (const row of rows.ascend()) {
        if (left.length >= room || row.at >= before) break;
        left.push(row);
      }
      yield* tables.dropPending(id, lane, left, pace);
      room -= left.length;
    }
  }

  const loose: EventRow[] = [];
  for (const row of tables.looseEvents.ascend()) {
    if (loose.length >= room || row.createdAt >= before) break;
    loose.push(row);
  }
  for (const row of loose) {
    if (pace.isDue()) yield;
    tables.dropEvent(row);
  }
  return limit - room + loose.length;
}
