import type { Entries, SubscriptionQuery, SubscriptionSave } from "../../model/store.js";
import type { StoredSubscription } from "../../model/subscription.js";
import type { Database } from "./database.js";
import { noteUnnamed } from "./event-list.js";
import { Filters } from "./filters.js";
import { dropHealth, freshHealth, resetHealth } from "./health.js";
import { insertEntries } from "./insert.js";
import { findRecipient, saveRecipient } from "./recipients.js";
import { SUBSCRIPTION_COLUMNS, SUBSCRIPTIONS, type SubscriptionRow, storedSubscription } from "./rows.js";

const CHANGED = "UPDATE hookwright_revision SET number = number + 1";

const VERSION = "SELECT version FROM hookwright_subscriptions WHERE id = ?";

const INSERT = `INSERT INTO hookwright_subscriptions
  (scope, enabled, ordered, version, created_at, updated_at, document, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const UPDATE = `UPDATE hookwright_subscriptions SET scope = ?, enabled = ?, ordered = ?, version = ?, created_at = ?,
  updated_at = ?, document = ? WHERE id = ?`;

/** Writes the record and its audit, or nothing when the stored version is another. */
export function saveSubscription(database: Database, save: SubscriptionSave): boolean {
  const { record, replaces } = save;
  const stored = database.get<{ version: number }>(VERSION, record.id);
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
  database.run(CHANGED);
  const recipient = saveRecipient(database, record.id, record.ordered);
  if (!stored) freshHealth(database, recipient);
  else if (save.resetHealth) resetHealth(database, recipient);
  if (save.audit) insertEntries(database, save.audit);
  return true;
}

const REMOVE = "DELETE FROM hookwright_subscriptions WHERE id = ?";

// SEARCH USING INDEX hookwright_deliveries_open (recipient_seq=?)
const CANCEL_OPEN = `UPDATE hookwright_deliveries
  SET status = 'cancelled', due_at = NULL, completed_at = ?, lease = NULL, manual_from = NULL
  WHERE recipient_seq = ? AND due_at IS NOT NULL`;

// Both SEARCH hookwright_pending USING PRIMARY KEY (waiter_seq=?)
const WAITING = "SELECT json_group_array(event_seq) AS seqs FROM hookwright_pending WHERE waiter_seq = ?";
const DROP_PENDING = "DELETE FROM hookwright_pending WHERE waiter_seq = ?";

const MARK_GONE = "UPDATE hookwright_recipients SET ordered = NULL WHERE seq = ?";

/** Removes a subscription and all that was still to be sent to it. */
export function removeSubscription(
  database: Database,
  id: string,
  now: number,
  audit: Entries | null,
): boolean {
  if (database.run(REMOVE, id) === 0) return false;
  database.run(CHANGED);
  // The audit first: whatever it queues for this subscription goes with the rest.
  if (audit) insertEntries(database, audit);
  const recipient = findRecipient(database, id);
  if (recipient === null) return true;
  database.run(CANCEL_OPEN, now, recipient);
  database.run(MARK_GONE, recipient);
  dropHealth(database, recipient);
  dropWaiting(database, recipient);
  return true;
}

function dropWaiting(database: Database, waiter: number): void {
  const row = database.get<{ seqs: string }>(WAITING, waiter);
  noteUnnamed(database, JSON.parse(row?.seqs ?? "[]") as number[], null);
  database.run(DROP_PENDING, waiter);
}

/** How many saves and removals there were. */
export function readRevision(database: Database): number {
  return database.get<{ number: number }>("SELECT number FROM hookwright_revision")?.number ?? 0;
}

/** Those of the ids that exist. */
export function readSubscriptions(database: Database, ids: readonly string[]): StoredSubscription[] {
  const rows = database.all<SubscriptionRow>(
    `SELECT ${SUBSCRIPTION_COLUMNS} FROM ${SUBSCRIPTIONS} WHERE id IN (SELECT value FROM json_each(?))`,
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
    .newest<SubscriptionRow>(database, SUBSCRIPTION_COLUMNS, SUBSCRIPTIONS, query)
    .map(storedSubscription);
}
