import type { Backlog, SealRequest } from "../../model/store.js";
import { sealCount } from "../shared/flush.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";
import { take } from "./take.js";

/** One row for each subscription and lane in which events wait. */
export function backlog(tables: Tables): Backlog[] {
  const found: Backlog[] = [];
  for (const [subscriptionId, { lanes }] of tables.waiters) {
    for (const [lane, { rows, bytes }] of lanes) {
      found.push({ subscriptionId, lane, count: rows.size, bytes, oldestAt: rows.first?.at ?? 0 });
    }
  }
  return found;
}

/** Turns the oldest waiting events of a lane into a delivery, if the request's rule holds. */
export function* seal(tables: Tables, request: SealRequest): Step<number> {
  const queue = tables.waiters.get(request.delivery.subscriptionId)?.lanes.get(request.lane);
  const waiting = queue ? take(queue.rows.ascend(), request.limit) : [];
  const sealed = waiting.slice(0, sealCount(waiting, request));
  if (sealed.length === 0) return 0;

  tables.refuseTakenIds([request.delivery]);
  const pace = new Pace();
  const eventIds = sealed.map((row) => row.eventId);
  yield* tables.insertDelivery({ ...request.delivery, lease: null, eventIds }, pace);
  yield* tables.dropPending(request.delivery.subscriptionId, request.lane, sealed, pace);
  return sealed.length;
}
