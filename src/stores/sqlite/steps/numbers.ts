/**
 * Subscriptions and events get numbers in the rows that name them: text in an index that is ordered by subscription costs
 * more than all else in an append. Health leaves the subscription's row, which holds a document, for a row of 30 bytes.
 * An ordinary delivery stores no place, for it is its number, and only those of ordered subscriptions are in an index of it.
 *
 * A revision that counts the changes of subscriptions saves whoever remembers them from reading them again.
 *
 * Tables are copied and not altered: an `ALTER TABLE` fails when the host's file has a view of its own that is broken.
 */
export const NUMBERS = `
  CREATE TABLE hookwright_recipients (
    seq INTEGER PRIMARY KEY,
    subscription_id TEXT NOT NULL UNIQUE,
    ordered INTEGER
  );
  INSERT INTO hookwright_recipients (seq, subscription_id) SELECT seq, subscription_id FROM hookwright_waiters;
  DROP TABLE hookwright_waiters;
  INSERT INTO hookwright_recipients (subscription_id)
    SELECT id FROM hookwright_subscriptions WHERE true
    UNION SELECT subscription_id FROM hookwright_deliveries WHERE true
    ON CONFLICT (subscription_id) DO NOTHING;
  UPDATE hookwright_recipients SET ordered = s.ordered
    FROM hookwright_subscriptions s WHERE s.id = hookwright_recipients.subscription_id;
  CREATE INDEX hookwright_recipients_gone ON hookwright_recipients (seq) WHERE ordered IS NULL;

  CREATE TABLE hookwright_revision (number INTEGER NOT NULL);
  INSERT INTO hookwright_revision VALUES (1);

  CREATE TABLE hookwright_health (
    recipient_seq INTEGER PRIMARY KEY,
    consecutive_failures INTEGER NOT NULL,
    failing_since INTEGER,
    last_attempt_at INTEGER,
    last_status INTEGER,
    last_success_at INTEGER,
    hold_until INTEGER
  );
  INSERT INTO hookwright_health
    SELECT r.seq, s.consecutive_failures, s.failing_since, s.last_attempt_at, s.last_status, s.last_success_at, s.hold_until
    FROM hookwright_subscriptions s JOIN hookwright_recipients r ON r.subscription_id = s.id;

  CREATE TABLE hookwright_moving AS SELECT * FROM hookwright_subscriptions;
  DROP TABLE hookwright_subscriptions;
  CREATE TABLE hookwright_subscriptions (
    id TEXT PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    ordered INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL
  );
  INSERT INTO hookwright_subscriptions
    SELECT id, scope, enabled, ordered, version, created_at, updated_at, document FROM hookwright_moving;
  DROP TABLE hookwright_moving;
  CREATE INDEX hookwright_subscriptions_newest ON hookwright_subscriptions (created_at, id);
  CREATE INDEX hookwright_subscriptions_scope ON hookwright_subscriptions (scope);

  CREATE TABLE hookwright_moving AS SELECT * FROM hookwright_deliveries ORDER BY seq;
  DROP TABLE hookwright_deliveries;
  CREATE TABLE hookwright_deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    recipient_seq INTEGER NOT NULL,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    format TEXT NOT NULL,
    event_seq INTEGER,
    event_id TEXT,
    list_seq INTEGER,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    extra_attempts INTEGER NOT NULL,
    manual_from TEXT,
    created_at INTEGER NOT NULL,
    first_attempt_at INTEGER,
    due_at INTEGER,
    completed_at INTEGER,
    http_status INTEGER,
    error TEXT,
    lease TEXT,
    ordered INTEGER NOT NULL,
    place REAL,
    span REAL
  );
  INSERT INTO hookwright_deliveries
    SELECT d.seq, d.id, r.seq, d.scope, d.kind, d.type, d.format, e.seq, iif(e.seq IS NULL, d.event_id, NULL), d.list_seq,
      d.status, d.attempts, d.extra_attempts, d.manual_from, d.created_at, d.first_attempt_at, d.due_at, d.completed_at,
      d.http_status, d.error, d.lease, coalesce(r.ordered, 0), nullif(d.place, d.seq), nullif(d.span, 1)
    FROM hookwright_moving d
    CROSS JOIN hookwright_recipients r ON r.subscription_id = d.subscription_id
    LEFT JOIN hookwright_events e ON e.id = d.event_id
    ORDER BY d.seq;
  DROP TABLE hookwright_moving;
  CREATE INDEX hookwright_deliveries_open ON hookwright_deliveries (recipient_seq, attempts > 0, due_at)
    WHERE due_at IS NOT NULL;
  CREATE INDEX hookwright_deliveries_placed ON hookwright_deliveries (recipient_seq, coalesce(place, seq))
    WHERE due_at IS NOT NULL AND ordered = 1;
  CREATE INDEX hookwright_deliveries_closed ON hookwright_deliveries (completed_at)
    WHERE due_at IS NULL AND completed_at IS NOT NULL;
  CREATE INDEX hookwright_deliveries_newest ON hookwright_deliveries (created_at, id, scope);
  CREATE INDEX hookwright_deliveries_history ON hookwright_deliveries (recipient_seq, created_at);
  CREATE INDEX hookwright_deliveries_event ON hookwright_deliveries (event_seq) WHERE event_seq IS NOT NULL;
  CREATE INDEX hookwright_deliveries_unstored ON hookwright_deliveries (event_id) WHERE event_id IS NOT NULL;
  CREATE INDEX hookwright_deliveries_list ON hookwright_deliveries (list_seq) WHERE list_seq IS NOT NULL;
`;
