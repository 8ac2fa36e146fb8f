import type { RequeueRequest } from "../../model/store.js";
import type { DeliveryRow } from "./rows.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";

/** Makes deliveries due again that no one holds. A manual attempt that is still to come is only moved. */
export function requeue(tables: Tables, request: RequeueRequest): number {
  let count = 0;
  for (const id of new Set(request.ids)) {
    const row = tables.deliveries.get(id);
    if (!row || isHeld(row, request.now)) continue;
    const isClosedForGood = row.status === "exhausted" || row.status === "cancelled";
    if (request.mode === "restart" && !isClosedForGood) continue;

    const change =
      request.mode === "restart"
        ? { extraAttempts: row.attempts, manualFrom: null }
        : row.manualFrom === null
          ? { extraAttempts: row.extraAttempts + 1, manualFrom: row.status }
          : {};
    tables.changeDelivery(row, {
      ...change,
      status: row.attempts > 0 ? "failed" : "pending",
      dueAt: request.dueAt,
      completedAt: null,
      lease: null,
    });
    count++;
  }
  return count;
}

function isHeld(row: DeliveryRow, now: number): boolean {
  return row.lease !== null && row.dueAt !== null && row.dueAt > now;
}

/** Closes open deliveries. Whoever is sending one finds its lease gone. */
export function* cancel(tables: Tables, ids: readonly string[], now: number): Step<number> {
  const pace = new Pace();
  let count = 0;
  for (const id of new Set(ids)) {
    const row = tables.deliveries.get(id);
    if (!row || row.dueAt === null) continue;
    if (pace.isDue()) yield;
    tables.changeDelivery(row, {
      status: "cancelled",
      dueAt: null,
      completedAt: now,
      lease: null,
      manualFrom: null,
    });
    count++;
  }
  return count;
}
