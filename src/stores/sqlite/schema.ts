import { WebhookError } from "../../model/errors.js";
import type { Database } from "./database.js";

/**
 * The tables, as a list of forward-only steps: step `n` brings a database from version `n` to `n + 1`. A step that
 * was published is never edited. `user_version` is not used: the file may be the host's own.
 *
 * Rows carry a number of their own (`seq`) beside the id: it is the order of appending, and what other rows point to.
 *
 * - `deliveries.place`, `span`: where a delivery stands in its subscription's order; see `settle.ts`.
 * - `deliveries.event_id`: the event of a delivery that has exactly one. Others have a `list_seq`: their events are in
 *   `event_lists`, two JSON arrays side by side (`event_seqs` holds `null` for an event that is not stored), and, for
 *   whoever looks from the event, in `listed_events`. So a batch of 20 000 is read as one value, sealed by writing
 *   20 000 pairs of numbers, and not rewritten at each attempt.
 * - `unnamed_events`: events that lost a name in a step that could be long, at most 1000 a row, with the list they were
 *   in. `prune` works them off, a few in each of its steps, and the list, empty since its delivery is gone, with the
 *   `is_last` of its rows: until then its number must not be given again, for `listed_events` still has it.
 * - `waiters`: numbers for the subscriptions that events wait for. `pending` is kept in the order it is sealed;
 *   its `seq` is the order of appending among events of one waiter, lane and moment.
 * - `events.is_named`: 0 when no delivery and no waiting event names it, so that `prune` finds what may go without
 *   looking at what must stay. Kept right by each write, but for events that `unnamed_events` holds.
 *
 * `deliveries_open` serves claims: first those attempted before, then those new, each from where they are due longest;
 * so whoever reads it must say `attempts > 0` in these words. `deliveries_placed` serves claims of ordered
 * subscriptions, whose oldest delivery may be due last. `deliveries_closed` and `events_loose` serve prune. The two
 * `_newest` over everything hold the columns that lists filter by, so that a walk for a rare scope reads the index only.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE hookwright_subscriptions (
    id TEXT PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    ordered INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    consecutive_failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    last_attempt_at INTEGER,
    last_status INTEGER,
    last_success_at INTEGER,
    hold_until INTEGER,
    document TEXT NOT NULL
  );
  CREATE INDEX hookwright_subscriptions_newest ON hookwright_subscriptions (created_at, id);
  CREATE INDEX hookwright_subscriptions_scope ON hookwright_subscriptions (scope);

  CREATE TABLE hookwright_events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    scope TEXT NOT NULL,
    at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    test INTEGER NOT NULL,
    is_named INTEGER NOT NULL,
    data TEXT NOT NULL
  );
  CREATE INDEX hookwright_events_newest ON hookwright_events (created_at, id, scope, type);
  CREATE INDEX hookwright_events_loose ON hookwright_events (created_at) WHERE is_named = 0;

  CREATE TABLE hookwright_deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    subscription_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    format TEXT NOT NULL,
    event_id TEXT,
    list_seq INTEGER,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    extra_attempts INTEGER NOT NULL DEFAULT 0,
    manual_from TEXT,
    created_at INTEGER NOT NULL,
    first_attempt_at INTEGER,
    due_at INTEGER,
    completed_at INTEGER,
    http_status INTEGER,
    error TEXT,
    lease TEXT,
    place REAL NOT NULL,
    span REAL NOT NULL
  );
  CREATE INDEX hookwright_deliveries_open ON hookwright_deliveries (subscription_id, attempts > 0, due_at)
    WHERE due_at IS NOT NULL;
  CREATE INDEX hookwright_deliveries_placed ON hookwright_deliveries (subscription_id, place)
    WHERE due_at IS NOT NULL;
  CREATE INDEX hookwright_deliveries_closed ON hookwright_deliveries (completed_at)
    WHERE due_at IS NULL AND completed_at IS NOT NULL;
  CREATE INDEX hookwright_deliveries_newest ON hookwright_deliveries (created_at, id, scope);
  CREATE INDEX hookwright_deliveries_history ON hookwright_deliveries (subscription_id, created_at, id);
  CREATE INDEX hookwright_deliveries_event ON hookwright_deliveries (event_id) WHERE event_id IS NOT NULL;
  CREATE INDEX hookwright_deliveries_list ON hookwright_deliveries (list_seq) WHERE list_seq IS NOT NULL;

  CREATE TABLE hookwright_event_lists (
    seq INTEGER PRIMARY KEY,
    event_ids TEXT NOT NULL,
    event_seqs TEXT NOT NULL
  );
  CREATE TABLE hookwright_listed_events (
    event_seq INTEGER NOT NULL,
    list_seq INTEGER NOT NULL,
    PRIMARY KEY (event_seq, list_seq)
  ) WITHOUT ROWID;
  CREATE TABLE hookwright_unnamed_events (
    seq INTEGER PRIMARY KEY,
    list_seq INTEGER,
    is_last INTEGER NOT NULL,
    event_seqs TEXT NOT NULL
  );

  CREATE TABLE hookwright_attempts (
    delivery_seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    duration_ms NUMERIC NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (delivery_seq, number)
  );

  CREATE TABLE hookwright_waiters (
    seq INTEGER PRIMARY KEY,
    subscription_id TEXT NOT NULL UNIQUE
  );
  CREATE TABLE hookwright_pending (
    waiter_seq INTEGER NOT NULL,
    lane TEXT NOT NULL,
    at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    event_seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (waiter_seq, lane, at, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX hookwright_pending_event ON hookwright_pending (event_seq, waiter_seq);
  `,
];

/** The version that this code writes. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings the tables to {@link SCHEMA_VERSION}. The version is read again under the write lock, so of many processes
 * that start at once one does the work and the others find it done.
 *
 * @throws WebhookError `CONFIGURATION` when a newer release has been at this database.
 */
export function migrate(database: Database): void {
  if (refuseNewer(versionOf(database)) === SCHEMA_VERSION) return;
  database.transaction(() => {
    database.exec("CREATE TABLE IF NOT EXISTS hookwright_migrations (version INTEGER PRIMARY KEY)");
    for (let version = refuseNewer(versionOf(database)); version < SCHEMA_VERSION; version++) {
      database.exec(STEPS[version] ?? "");
      database.run("INSERT INTO hookwright_migrations (version) VALUES (?)", version + 1);
    }
  });
}

function versionOf(database: Database): number {
  const exists = database.get(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'hookwright_migrations'",
  );
  if (!exists) return 0;
  const row = database.get<{ version: number | null }>(
    "SELECT max(version) AS version FROM hookwright_migrations",
  );
  return row?.version ?? 0;
}

function refuseNewer(version: number): number {
  if (version <= SCHEMA_VERSION) return version;
  throw new WebhookError(
    "CONFIGURATION",
    `The database has hookwright tables of version ${version}, newer than ${SCHEMA_VERSION}, the latest this release knows: upgrade hookwright.`,
  );
}
