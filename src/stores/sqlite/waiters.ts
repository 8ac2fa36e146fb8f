import type { Database } from "./database.js";

const FIND = "SELECT seq FROM hookwright_waiters WHERE subscription_id = ?";
const INSERT = "INSERT INTO hookwright_waiters (subscription_id) VALUES (?)";

/** The number of a subscription that events wait for; `null` when it was never given one. */
export function findWaiter(database: Database, subscriptionId: string): number | null {
  return database.get<{ seq: number }>(FIND, subscriptionId)?.seq ?? null;
}

/** The number of a subscription that an event is about to wait for. */
export function waiterOf(database: Database, subscriptionId: string): number {
  return findWaiter(database, subscriptionId) ?? database.insert(INSERT, subscriptionId) ?? 0;
}
