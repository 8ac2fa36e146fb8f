import type { Entries, SubscriptionQuery, SubscriptionSave } from "../../model/store.js";
import type { StoredSubscription, SubscriptionHealth } from "../../model/subscription.js";
import type { Database } from "./database.js";
import { noteUnnamed } from "./event-list.js";
import { Filters } from "./filters.js";
import { insertEntries } from "./insert.js";
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, storedSubscription } from "./rows.js";
import { findWaiter } from "./waiters.js";

const READ = `SELECT ${SUBSCRIPTION_COLUMNS} FROM hookwright_subscriptions WHERE id = ?`;

const INSERT = `INSERT INTO hookwright_subscriptions
  (scope, enabled, ordered, version, created_at, updated_at, document, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const UPDATE = `UPDATE hookwright_subscriptions SET scope = ?, enabled = ?, ordered = ?, version = ?, created_at = ?,
  updated_at = ?, document = ? WHERE id = ?`;

const RESET_HEALTH = `UPDATE hookwright_subscriptions
  SET consecutive_failures = 0, failing_since = NULL, hold_until = NULL WHERE id = ?`;

/** Writes the record and its audit, or nothing when the stored version is another. */
export function saveSubscription(database: Database, save: SubscriptionSave): boolean {
  const { record, replaces } = save;
  const stored = database.get<SubscriptionRow>(READ, record.id);
  if ((stored?.version ?? null) !== replaces) return false;

  database.run(
    stored ? UPDATE : INSERT,
    record.scope,
    record.enabled ? 1 : 0,
    record.ordered ? 1 : 0,
    record.version,
    record.createdAt,
    record.updatedAt,
    record.document,
    record.id,
  );
  if (save.resetHealth) database.run(RESET_HEALTH, record.id);
  if (save.audit) insertEntries(database, save.audit);
  return true;
}

const REMOVE = "DELETE FROM hookwright_subscriptions WHERE id = ?";

// SEARCH USING INDEX hookwright_deliveries_open (subscription_id=?)
const CANCEL_OPEN = `UPDATE hookwright_deliveries
  SET status = 'cancelled', due_at = NULL, completed_at = ?, lease = NULL, manual_from = NULL
  WHERE subscription_id = ? AND due_at IS NOT NULL`;

// Both SEARCH hookwright_pending USING PRIMARY KEY (waiter_seq=?)
const WAITING = "SELECT json_group_array(event_seq) AS seqs FROM hookwright_pending WHERE waiter_seq = ?";
const DROP_PENDING = "DELETE FROM hookwright_pending WHERE waiter_seq = ?";
const DROP_WAITER = "DELETE FROM hookwright_waiters WHERE seq = ?";

/** Removes a subscription and all that was still to be sent to it. */
export function removeSubscription(
  database: Database,
  id: string,
  now: number,
  audit: Entries | null,
): boolean {
  if (database.run(REMOVE, id) === 0) return false;
  // The audit first: whatever it queues for this subscription goes with the rest.
  if (audit) insertEntries(database, audit);
  database.run(CANCEL_OPEN, now, id);
  const waiter = findWaiter(database, id);
  if (waiter !== null) dropWaiting(database, waiter);
  return true;
}

function dropWaiting(database: Database, waiter: number): void {
  const row = database.get<{ seqs: string }>(WAITING, waiter);
  noteUnnamed(database, JSON.parse(row?.seqs ?? "[]") as number[], null);
  database.run(DROP_PENDING, waiter);
  database.run(DROP_WAITER, waiter);
}

/** Those of the ids that exist. */
export function readSubscriptions(database: Database, ids: readonly string[]): StoredSubscription[] {
  const rows = database.all<SubscriptionRow>(
    `SELECT ${SUBSCRIPTION_COLUMNS} FROM hookwright_subscriptions WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  return rows.map(storedSubscription);
}

/**
 * A page of subscriptions, newest first. Without scopes: SCAN USING INDEX hookwright_subscriptions_newest, no sort.
 * With scopes: SEARCH USING INDEX hookwright_subscriptions_scope (scope=?), then a sort of the few.
 */
export function findSubscriptions(database: Database, query: SubscriptionQuery): StoredSubscription[] {
  const filters = new Filters();
  if (query.scopes) filters.add("scope IN (SELECT value FROM json_each(?))", JSON.stringify(query.scopes));
  if (query.under !== undefined) filters.under(query.under);
  if (query.enabled !== undefined) filters.add("enabled = ?", query.enabled ? 1 : 0);
  return filters
    .newest<SubscriptionRow>(database, SUBSCRIPTION_COLUMNS, "hookwright_subscriptions", query)
    .map(storedSubscription);
}

const WRITE_HEALTH = `UPDATE hookwright_subscriptions
  SET consecutive_failures = ?, failing_since = ?, last_attempt_at = ?, last_status = ?, last_success_at = ?,
    hold_until = ?
  WHERE id = ?`;

/** The health of a subscription; `null` when it is gone. */
export function readHealth(database: Database, id: string): SubscriptionHealth | null {
  const row = database.get<SubscriptionRow>(READ, id);
  return row ? storedSubscription(row).health : null;
}

/** Overwrites the health that was read in the same transaction. */
export function writeHealth(database: Database, id: string, health: SubscriptionHealth): void {
  database.run(
    WRITE_HEALTH,
    health.consecutiveFailures,
    health.failingSince,
    health.lastAttemptAt,
    health.lastStatus,
    health.lastSuccessAt,
    health.holdUntil,
    id,
  );
}
