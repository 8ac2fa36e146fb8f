/**
 * The tables as they were first published, and never edited since. What has become of each: `numbers.ts`.
 *
 * Rows carry a number of their own (`seq`) beside the id: it is the order of appending, and what other rows point to.
 */
export const TABLES = `
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
`;
