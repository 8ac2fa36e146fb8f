import type { Backlog, SealRequest } from "../../model/store.js";
import { sealCount } from "../shared/flush.js";
import type { Tables } from "./tables.js";
import { take } from "./take.js";

/** One row for each subscription and lane in which events wait. */
export function backlog(tables: Tables): Backlog[] {
  const found: Backlog[] = [];
  for (const [subscriptionId, lanes] of tables.queues) {
    for (const [lane, queue] of lanes) {
      let bytes = 0;
      for (const row of queue.ascend()) bytes += row.bytes;
      found.push({ subscriptionId, lane, count: queue.size, bytes, oldestAt: queue.first?.at ?? 0 });
    }
  }
  return found;
}

/** Turns the oldest waiting events of a lane into a delivery, if the request's rule holds. */
export function seal(tables: Tables, request: SealRequest): number {
  const queue = tables.queues.get(request.delivery.subscriptionId)?.get(request.lane);
  const waiting = queue ? take(queue.ascend(), request.limit) : [];
  const sealed = waiting.slice(0, sealCount(waiting, request));
  if (sealed.length === 0) return 0;

  tables.refuseTakenIds([request.delivery]);
  tables.insertDelivery({ ...request.delivery, lease: null, eventIds: sealed.map((row) => row.eventId) });
  for (const row of sealed) tables.dropPending(row);
  return sealed.length;
}
