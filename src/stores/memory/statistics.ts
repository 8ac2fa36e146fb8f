import type { StatisticsQuery, StoredStatistics } from "../../model/store.js";
import type { Millis } from "../../model/time.js";
import { Statistics } from "../shared/statistics.js";
import type { DeliveryRow } from "./rows.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";

/** Counts a subscription's deliveries, newest first, from the list that is kept in that order. */
export function* readStatistics(tables: Tables, query: StatisticsQuery): Step<StoredStatistics> {
  const { subscriptionId, since, until } = query;
  const statistics = new Statistics(query);
  const pace = new Pace();
  // No id is empty: this is before the first one made at `until`.
  const before = { createdAt: until, id: "" };
  for (const row of tables.deliveriesOf.get(subscriptionId)?.descend(before) ?? []) {
    if (row.createdAt < since) break;
    if (pace.isDue()) yield;
    const counted = {
      createdAt: row.createdAt,
      isTest: row.kind === "test",
      status: row.status,
      manualFrom: row.manualFrom,
      isOpen: row.dueAt !== null,
      lastMs: lastMs(tables, row),
    };
    if (!statistics.add(counted)) break;
  }
  return statistics.answer();
}

function lastMs(tables: Tables, { id, attempts }: DeliveryRow): Millis | null {
  return tables.attempts.get(id)?.find(({ number }) => number === attempts)?.durationMs ?? null;
}
