import type { DeliveryRow, EventRow } from "./rows.js";
import type { Tables } from "./tables.js";

/**
 * Forgets at most `limit` old rows: closed deliveries, open ones of subscriptions that are gone, then events nothing
 * names any more. Each comes from an index that holds only what may go, oldest first, so that a call costs what it
 * removes. One batch delivery lets go of all its events, however many.
 */
export function prune(
  tables: Tables,
  { before, limit }: { readonly before: number; readonly limit: number },
): number {
  let room = limit;

  const closed: DeliveryRow[] = [];
  for (const row of tables.closedDeliveries.ascend()) {
    if (closed.length >= room || row.completedAt === null || row.completedAt >= before) break;
    closed.push(row);
  }
  for (const row of closed) tables.dropDelivery(row);
  room -= closed.length;

  const abandoned: DeliveryRow[] = [];
  for (const [id, lane] of tables.lanes) {
    if (tables.subscriptions.has(id)) continue;
    for (const row of lane.byPlace.ascend()) {
      if (abandoned.length >= room) break;
      if (row.createdAt < before) abandoned.push(row);
    }
  }
  for (const row of abandoned) tables.dropDelivery(row);
  room -= abandoned.length;

  const loose: EventRow[] = [];
  for (const row of tables.looseEvents.ascend()) {
    if (loose.length >= room || row.createdAt >= before) break;
    loose.push(row);
  }
  for (const row of loose) tables.dropEvent(row);
  return limit - room + loose.length;
}
