import type { Settled } from "../../model/store.js";
import { applyHealth, type HealthChange, type SubscriptionHealth } from "../../model/subscription.js";
import { type Database, insertMany } from "./database.js";
import type { SqliteValue } from "./driver.js";

/**
 * What has been seen of endpoints: a row for each subscription there is, by its number.
 */

const FRESH = "INSERT INTO hookwright_health (recipient_seq, consecutive_failures) VALUES (?, 0)";

const RESET = `UPDATE hookwright_health
  SET consecutive_failures = 0, failing_since = NULL, hold_until = NULL WHERE recipient_seq = ?`;

const DROP = "DELETE FROM hookwright_health WHERE recipient_seq = ?";

// SEARCH h USING INTEGER PRIMARY KEY (rowid=?), SEARCH r USING INTEGER PRIMARY KEY (rowid=?), for each.
const READ = `SELECT r.subscription_id, r.seq, h.consecutive_failures, h.failing_since, h.last_attempt_at, h.last_status,
    h.last_success_at, h.hold_until
  FROM json_each(?) j CROSS JOIN hookwright_health h ON h.recipient_seq = j.value
  CROSS JOIN hookwright_recipients r ON r.seq = j.value`;

// Each row is there: many are changed in one statement this way.
const WRITE = insertMany(
  "hookwright_health",
  "recipient_seq, consecutive_failures, failing_since, last_attempt_at, last_status, last_success_at, hold_until",
  `ON CONFLICT (recipient_seq) DO UPDATE SET consecutive_failures = excluded.consecutive_failures,
    failing_since = excluded.failing_since, last_attempt_at = excluded.last_attempt_at, last_status = excluded.last_status,
    last_success_at = excluded.last_success_at, hold_until = excluded.hold_until`,
);

/** The health of a subscription that was just made. */
export function freshHealth(database: Database, recipient: number): void {
  database.run(FRESH, recipient);
}

/** Forgets failures and holds. */
export function resetHealth(database: Database, recipient: number): void {
  database.run(RESET, recipient);
}

/** The subscription is gone. */
export function dropHealth(database: Database, recipient: number): void {
  database.run(DROP, recipient);
}

type Nullable = number | null;
type HealthRow = readonly [string, number, number, Nullable, Nullable, Nullable, Nullable, Nullable];

/** Applies the changes of those subscriptions whose number is among `touched`, and answers what they have become. */
export function changeHealth(
  database: Database,
  changes: readonly HealthChange[],
  touched: ReadonlySet<number>,
): Settled["health"] {
  if (changes.length === 0 || touched.size === 0) return [];
  const rows = new Map<string, HealthRow>();
  for (const row of database.rows<HealthRow>(READ, JSON.stringify([...touched]))) rows.set(row[0], row);

  const changed = new Map<string, SubscriptionHealth>();
  for (const change of changes) {
    const row = rows.get(change.subscriptionId);
    if (row) changed.set(row[0], applyHealth(changed.get(row[0]) ?? healthOf(row), change));
  }
  const answer: Settled["health"][number][] = [];
  const values: SqliteValue[] = [];
  for (const [subscriptionId, after] of changed) {
    values.push(
      rows.get(subscriptionId)?.[1] ?? null,
      after.consecutiveFailures,
      after.failingSince,
      after.lastAttemptAt,
      after.lastStatus,
      after.lastSuccessAt,
      after.holdUntil,
    );
    answer.push({
      subscriptionId,
      consecutiveFailures: after.consecutiveFailures,
      failingSince: after.failingSince,
      lastAttemptAt: after.lastAttemptAt,
      lastStatus: after.lastStatus,
      lastSuccessAt: after.lastSuccessAt,
      holdUntil: after.holdUntil,
    });
  }
  database.insertMany(WRITE, values);
  return answer;
}

function healthOf(row: HealthRow): SubscriptionHealth {
  return {
    consecutiveFailures: row[2],
    failingSince: row[3],
    lastAttemptAt: row[4],
    lastStatus: row[5],
    lastSuccessAt: row[6],
    holdUntil: row[7],
  };
}
