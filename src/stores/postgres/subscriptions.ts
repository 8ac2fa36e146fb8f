import type { Entries, SubscriptionQuery, SubscriptionSave } from "../../model/store.js";
import type { StoredSubscription } from "../../model/subscription.js";
import type { Database } from "./database.js";
import { entriesSql, NEW_MARK } from "./entries.js";
import { Filters } from "./filters.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { Parameters } from "./parameters.js";
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, storedSubscription } from "./rows.js";

/** Writes the record and its audit, or nothing when the stored version is another. */
export async function saveSubscription(database: Database, save: SubscriptionSave): Promise<boolean> {
  const bind = new Parameters();
  const saved = save.replaces === null ? insert(save, bind) : update(save, save.replaces, bind);
  const audit = save.audit ? `, ${entriesSql(save.audit, bind, "saved")}` : "";
  const { done } = await database.one<{ done: boolean }>(
    `WITH saved AS (${saved})${audit} SELECT EXISTS (SELECT 1 FROM saved) AS done`,
    bind.values,
  );
  return done;
}

/** One that is being created elsewhere at this moment is waited for, and then found. */
function insert({ record }: SubscriptionSave, bind: Parameters): string {
  return `INSERT INTO hookwright.subscriptions
    (id, scope, enabled, ordered, version, created_at, updated_at, document)
    SELECT ${bind.text(record.id)}, ${bind.text(record.scope)}, ${bind.boolean(record.enabled)},
      ${bind.boolean(record.ordered)}, ${bind.number(record.version)}, ${bind.number(record.createdAt)},
      ${bind.number(record.updatedAt)}, ${bind.text(record.document)}
    WHERE ${LOCKS_IN_TIME}
    ON CONFLICT (id) DO NOTHING RETURNING id`;
}

function update({ record, resetHealth }: SubscriptionSave, replaces: number, bind: Parameters): string {
  return `UPDATE hookwright.subscriptions
    SET scope = ${bind.text(record.scope)}, enabled = ${bind.boolean(record.enabled)},
      ordered = ${bind.boolean(record.ordered)}, version = ${bind.number(record.version)},
      created_at = ${bind.number(record.createdAt)}, updated_at = ${bind.number(record.updatedAt)},
      document = ${bind.text(record.document)}
      ${resetHealth ? ", consecutive_failures = 0, failing_since = NULL, hold_until = NULL" : ""}
    WHERE id = ${bind.text(record.id)} AND version = ${bind.number(replaces)} AND ${LOCKS_IN_TIME} RETURNING id`;
}

/**
 * Deliveries first and the subscription after them, as settle does, or the two could deadlock. Rows are locked in
 * the order in which every other statement locks them.
 */
const REMOVE = (audit: string) => `
  WITH open AS MATERIALIZED (
    SELECT id FROM hookwright.deliveries
    WHERE subscription_id = $1::text AND due_at IS NOT NULL AND ${LOCKS_IN_TIME}
      AND EXISTS (SELECT 1 FROM hookwright.subscriptions WHERE id = $1::text)
    ORDER BY id FOR NO KEY UPDATE
  ), waiting_now AS MATERIALIZED (
    SELECT event_id FROM hookwright.pending
    WHERE subscription_id = $1::text AND EXISTS (SELECT 1 FROM hookwright.subscriptions WHERE id = $1::text)
      AND (SELECT count(*) FROM open) >= 0
    ORDER BY lane, at, seq FOR UPDATE
  ), removed AS (
    DELETE FROM hookwright.subscriptions WHERE id = $1::text AND (SELECT count(*) FROM waiting_now) >= 0 RETURNING id
  ), cancelled AS (
    UPDATE hookwright.deliveries
    SET status = 'cancelled', due_at = NULL, completed_at = $2::bigint, lease = NULL, manual_from = NULL
    WHERE id = ANY(ARRAY(SELECT id FROM open)) AND EXISTS (SELECT 1 FROM removed)
  ), dropped AS (
    DELETE FROM hookwright.pending WHERE subscription_id = $1::text AND EXISTS (SELECT 1 FROM removed)
      AND event_id IN (SELECT event_id FROM waiting_now)
  ), freed AS MATERIALIZED (
    SELECT id FROM hookwright.events WHERE id IN (SELECT event_id FROM waiting_now) AND EXISTS (SELECT 1 FROM removed)
    ORDER BY id FOR NO KEY UPDATE
  ), loosened AS (
    UPDATE hookwright.events SET loose = ${NEW_MARK} WHERE id = ANY(ARRAY(SELECT id FROM freed))
  )${audit}
  SELECT EXISTS (SELECT 1 FROM removed) AS done`;

/** Removes a subscription and all that was still to be sent to it. */
export async function removeSubscription(
  database: Database,
  id: string,
  now: number,
  audit: Entries | null,
): Promise<boolean> {
  const bind = new Parameters(id, now);
  const steps = audit ? `, ${entriesSql(withoutSubscription(audit, id, now), bind, "removed")}` : "";
  const { done } = await database.one<{ done: boolean }>(REMOVE(steps), bind.values);
  return done;
}

/** What the audit queues for the subscription that goes away goes with the rest. */
function withoutSubscription({ events, deliveries, pending }: Entries, id: string, now: number) {
  const closed = {
    lease: null,
    status: "cancelled",
    completedAt: now,
  } as const;
  return {
    events,
    deliveries: deliveries.map((row) => (row.subscriptionId === id ? { ...row, ...closed } : row)),
    pending: pending.filter((row) => row.subscriptionId !== id),
  };
}

/** Those of the ids that exist. */
export async function readSubscriptions(
  database: Database,
  ids: readonly string[],
): Promise<StoredSubscription[]> {
  if (ids.length === 0) return [];
  const bind = new Parameters();
  const rows = await database.all<SubscriptionRow>(
    `SELECT ${SUBSCRIPTION_COLUMNS} FROM hookwright.subscriptions WHERE id = ${bind.among(ids)}`,
    bind.values,
    undefined,
    { reads: true },
  );
  return rows.map(storedSubscription);
}

/** A page of subscriptions, newest first. */
export async function findSubscriptions(
  database: Database,
  query: SubscriptionQuery,
): Promise<StoredSubscription[]> {
  const filters = new Filters();
  const { scopes, under, enabled } = query;
  if (scopes) filters.add((bind) => `scope = ${bind.among(scopes)}`);
  if (under !== undefined) filters.under(under);
  if (enabled !== undefined) filters.add((bind) => `enabled = ${bind.boolean(enabled)}`);
  const rows = await filters.newest<SubscriptionRow>(
    database,
    `SELECT ${SUBSCRIPTION_COLUMNS} FROM hookwright.subscriptions`,
    query,
  );
  return rows.map(storedSubscription);
}
