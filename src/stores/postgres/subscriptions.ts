import type { Entries, SubscriptionQuery, SubscriptionSave } from "../../model/store.js";
import type { StoredSubscription } from "../../model/subscription.js";
import type { Database } from "./database.js";
import { appendCall } from "./entries.js";
import { Filters } from "./filters.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { Parameters } from "./parameters.js";
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, storedSubscription } from "./rows.js";

/** Writes the record and its audit, or nothing when the stored version is another. */
export async function saveSubscription(database: Database, save: SubscriptionSave): Promise<boolean> {
  const bind = new Parameters();
  const saved = save.replaces === null ? insert(save, bind) : update(save, save.replaces, bind);
  const audit = save.audit ? `, (SELECT ${appendCall(save.audit, bind, null)} FROM saved) AS audited` : "";
  const { done } = await database.one<{ done: boolean }>(
    `WITH saved AS (${saved}) SELECT EXISTS (SELECT 1 FROM saved) AS done${audit}`,
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
 * Removes a subscription and all that was still to be sent to it. What the audit queues for it goes with the rest: it is
 * appended, and cancelled after that. Each step looks at the one before it, and so comes after it.
 */
export async function removeSubscription(
  database: Database,
  id: string,
  now: number,
  audit: Entries | null,
): Promise<boolean> {
  const bind = new Parameters(id, now);
  const steps = ["(SELECT hookwright.remove($1::text, $2::bigint) AS done OFFSET 0) r"];
  if (audit) {
    const entries = withoutSubscription(audit, id);
    const own = entries.deliveries.filter((row) => row.subscriptionId === id).map((row) => row.id);
    const append = appendCall(entries, bind, null);
    steps.push(`(SELECT CASE WHEN r.done THEN ${append} END AS stale OFFSET 0) a`);
    if (own.length > 0) {
      const cancel = `hookwright.cancel(${bind.texts(own.sort())}, $2::bigint)`;
      steps.push(
        `(SELECT CASE WHEN r.done AND a.stale IS NOT DISTINCT FROM a.stale THEN ${cancel} END AS gone OFFSET 0) c`,
      );
    }
  }
  const [first, ...rest] = steps;
  const { done } = await database.one<{ done: boolean }>(
    `SELECT * FROM ${first} ${rest.map((step) => `CROSS JOIN LATERAL ${step}`).join(" ")} WHERE ${LOCKS_IN_TIME}`,
    bind.values,
  );
  return done;
}

function withoutSubscription({ events, deliveries, pending }: Entries, id: string): Entries {
  return {
    events,
    deliveries: deliveries.map((row) => (row.subscriptionId === id ? { ...row, lease: null } : row)),
    pending: pending.filter((row) => row.subscriptionId !== id),
  };
}

/** How many saves and removals there were. */
export async function readRevision(database: Database): Promise<number> {
  const sql = "SELECT number::float8 AS number FROM hookwright.revision";
  const { number } = await database.one<{ number: number }>(sql, [], undefined, { reads: true });
  return Number(number);
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
  // In a sub-select, which is evaluated once: where pages are read in their order, a cast of a parameter is made for each row.
  if (scopes) filters.add((bind) => `scope = ANY((SELECT ${bind.texts(scopes)})::text[])`);
  if (under !== undefined) filters.under(under);
  if (enabled !== undefined) filters.add((bind) => `enabled = ${bind.boolean(enabled)}`);
  const rows = await filters.newest<SubscriptionRow>(
    database,
    `SELECT ${SUBSCRIPTION_COLUMNS} FROM hookwright.subscriptions`,
    query,
  );
  return rows.map(storedSubscription);
}
