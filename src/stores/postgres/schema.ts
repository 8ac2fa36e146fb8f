import { WebhookError } from "../../model/errors.js";
import type { Database } from "./database.js";
import { FUNCTIONS } from "./functions/index.js";
import { PUBLISH_FUNCTION } from "./publish-function.js";

/**
 * The tables, as a list of forward-only steps: step `n` brings a database from version `n` to `n + 1`. A step that
 * was published is never edited. After the last one the functions of `functions/` are made anew, so whoever changes one
 * adds a step, an empty one if need be.
 *
 * A delivery is in one of two tables: in `queue` while it is open, in `history` from then on. Claiming, retrying and
 * finishing it touch small indexes of rows that are all hot, and the large ones are written once. `deliveries` shows both.
 * The attempt that finished a delivery is in its row of `history`, others are in `earlier_attempts`; `attempts` shows both.
 *
 * Ids, scopes and lanes are compared byte by byte (`COLLATE "C"`), whatever the database's own order: lists page by
 * it, scopes are ranges in it, and it is the fastest. Times are epoch milliseconds. Payloads are `text`: `json` is
 * slower and `jsonb` does not keep the bytes. There are no foreign keys: history outlives subscriptions, and each
 * would be one more look-up at each publish.
 *
 * - `seq`: the order of appending.
 * - `place`, `span`: where a delivery stands in its subscription's order, when that is not its `seq`; see
 *   `functions/settle.ts`.
 * - `event_id`: the event of a delivery that has exactly one; the events of others are in `delivery_events`, so that a
 *   batch of 20 000 is not rewritten at each attempt.
 * - `events.loose`: `NULL` when a delivery or a waiting event surely names the event. Otherwise nothing may name it,
 *   and the number is 0 or that of the transaction that last let go of it or took it up; see `prune.ts`.
 * - `inbox`: what was published from SQL and is not in `events` yet; see `publish-function.ts` and `inbox.ts`. `seq`
 *   is the order of publishing. `due_at` is 0 (whatever the clocks say), then the end of the taker's lease, `NULL` once
 *   it was refused.
 *
 * - `revision`: counts the changes of subscriptions, health aside, so that who remembers them need not read them again. A
 *   row and no sequence: it must change when the change is seen. As the last thing of each transaction, so that what
 *   waits for it holds up nobody else.
 * - `queue.due_at`: when it may be claimed; what a claim puts off is in `lease_end`, which no index knows. Born leased, a
 *   row has no `lease_end`, and is due when its lease ends.
 * - `queue.begun`: whether it was attempted before it began to wait.
 *
 * `queue_due` serves claims, `queue_placed` those of ordered subscriptions, whose oldest delivery may be due last;
 * `history_closed` and `events_loose` serve prune; the others of `history` the lists. Each index of `queue` costs a
 * delivery 2 us, so lists of open deliveries have none.
 *
 * Two indexes of `queue` begin with the subscription, each in words of its own: as it is, and `COLLATE "POSIX"` (which
 * orders as `"C"` does). So a statement names the one it is made for.
 *
 * Rows of `queue` go as fast as they come, so it is cleaned without pauses and whenever a few thousand went: claims pass
 * over what is left of them. Its pages leave room for what claims write, those of subscriptions for the health that each
 * settle writes.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE hookwright.subscriptions (
    id text COLLATE "C" PRIMARY KEY,
    scope text COLLATE "C" NOT NULL,
    enabled boolean NOT NULL,
    ordered boolean NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    consecutive_failures bigint NOT NULL DEFAULT 0,
    failing_since bigint,
    last_attempt_at bigint,
    last_status integer,
    last_success_at bigint,
    hold_until bigint,
    document text NOT NULL
  );
  CREATE INDEX subscriptions_newest ON hookwright.subscriptions (created_at, id);
  CREATE INDEX subscriptions_scope ON hookwright.subscriptions (scope);

  CREATE TABLE hookwright.events (
    id text COLLATE "C" PRIMARY KEY,
    type text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    created_at bigint NOT NULL,
    loose bigint,
    test boolean NOT NULL,
    data text NOT NULL
  );
  CREATE INDEX events_newest ON hookwright.events (created_at, id);
  CREATE INDEX events_loose ON hookwright.events (created_at, id) WHERE loose IS NOT NULL;

  CREATE TABLE hookwright.deliveries (
    id text COLLATE "C" PRIMARY KEY,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    created_at bigint NOT NULL,
    first_attempt_at bigint,
    due_at bigint,
    completed_at bigint,
    place double precision,
    span double precision NOT NULL DEFAULT 1,
    attempts integer NOT NULL DEFAULT 0,
    extra_attempts integer NOT NULL DEFAULT 0,
    http_status integer,
    subscription_id text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    type text NOT NULL,
    format text NOT NULL,
    event_id text COLLATE "C",
    status text NOT NULL,
    manual_from text,
    lease text,
    error text
  );
  CREATE INDEX deliveries_open ON hookwright.deliveries (subscription_id, least(attempts, 1), due_at, seq)
    WHERE due_at IS NOT NULL;
  CREATE INDEX deliveries_placed ON hookwright.deliveries (subscription_id COLLATE "POSIX", coalesce(place, seq), seq)
    WHERE due_at IS NOT NULL;
  CREATE INDEX deliveries_closed ON hookwright.deliveries (completed_at) WHERE due_at IS NULL;
  CREATE INDEX deliveries_newest ON hookwright.deliveries (created_at, id);
  CREATE INDEX deliveries_history ON hookwright.deliveries ((subscription_id || ''), created_at, id);
  CREATE INDEX deliveries_event ON hookwright.deliveries (event_id) WHERE event_id IS NOT NULL;

  CREATE TABLE hookwright.delivery_events (
    delivery_id text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (delivery_id, position)
  );
  CREATE INDEX delivery_events_event ON hookwright.delivery_events (event_id);

  CREATE TABLE hookwright.attempts (
    delivery_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    at bigint NOT NULL,
    duration_ms double precision NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (delivery_id, number)
  );

  CREATE TABLE hookwright.pending (
    event_id text COLLATE "C" NOT NULL,
    subscription_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at bigint NOT NULL,
    bytes bigint NOT NULL,
    lane text COLLATE "C" NOT NULL,
    PRIMARY KEY (event_id, subscription_id)
  );
  CREATE INDEX pending_queue ON hookwright.pending (subscription_id, lane, at, seq);
  `,
  `
  CREATE TABLE hookwright.inbox (
    id text COLLATE "C" PRIMARY KEY,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at bigint NOT NULL,
    due_at bigint DEFAULT 0,
    refused_at bigint,
    type text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    data text NOT NULL,
    error text
  );
  CREATE INDEX inbox_queue ON hookwright.inbox (seq) WHERE due_at IS NOT NULL;
  CREATE INDEX inbox_refused ON hookwright.inbox (refused_at) WHERE refused_at IS NOT NULL;
  ${PUBLISH_FUNCTION}
  `,
  `
  CREATE TABLE hookwright.queue (
    id text COLLATE "C" CONSTRAINT queue_pkey PRIMARY KEY,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    created_at bigint NOT NULL,
    first_attempt_at bigint,
    due_at bigint NOT NULL,
    lease_end bigint,
    completed_at bigint,
    place double precision,
    span double precision NOT NULL DEFAULT 1,
    attempts integer NOT NULL DEFAULT 0,
    extra_attempts integer NOT NULL DEFAULT 0,
    http_status integer,
    subscription_id text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    type text NOT NULL,
    format text NOT NULL,
    event_id text COLLATE "C",
    status text NOT NULL,
    manual_from text,
    lease text,
    error text,
    begun boolean NOT NULL
  ) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
  WITH open AS (
    DELETE FROM hookwright.deliveries WHERE due_at IS NOT NULL RETURNING *
  )
  INSERT INTO hookwright.queue (id, seq, created_at, first_attempt_at, due_at, completed_at, place, span, attempts,
    extra_attempts, http_status, subscription_id, scope, kind, type, format, event_id, status, manual_from, lease, error,
    begun)
  OVERRIDING SYSTEM VALUE
  SELECT id, seq, created_at, first_attempt_at, due_at, completed_at, place, span, attempts, extra_attempts, http_status,
    subscription_id, scope, kind, type, format, event_id, status, manual_from, lease, error, attempts > 0
  FROM open;
  PERFORM setval(pg_get_serial_sequence('hookwright.queue', 'seq'), nextval(pg_get_serial_sequence('hookwright.deliveries', 'seq')));
  CREATE INDEX queue_due ON hookwright.queue (subscription_id, begun, due_at, seq);
  CREATE INDEX queue_placed ON hookwright.queue (subscription_id COLLATE "POSIX", coalesce(place, seq), seq);
  CREATE INDEX queue_event ON hookwright.queue (event_id) WHERE event_id IS NOT NULL;

  ALTER TABLE hookwright.deliveries RENAME TO history;
  ALTER TABLE hookwright.history DROP COLUMN due_at, DROP COLUMN lease, ALTER COLUMN seq DROP IDENTITY;
  ALTER INDEX hookwright.deliveries_pkey RENAME TO history_pkey;
  ALTER INDEX hookwright.deliveries_newest RENAME TO history_newest;
  DROP INDEX hookwright.deliveries_history;
  CREATE INDEX history_subscription ON hookwright.history (subscription_id, created_at, id);
  ALTER INDEX hookwright.deliveries_event RENAME TO history_event;
  CREATE INDEX history_closed ON hookwright.history (completed_at);
  ALTER TABLE hookwright.history ADD COLUMN attempt_number integer, ADD COLUMN attempt_at bigint,
    ADD COLUMN attempt_ms double precision, ADD COLUMN attempt_document text;
  ALTER TABLE hookwright.attempts RENAME TO earlier_attempts;
  ALTER INDEX hookwright.attempts_pkey RENAME TO earlier_attempts_pkey;

  CREATE VIEW hookwright.deliveries AS
    SELECT id, seq, created_at, first_attempt_at, coalesce(lease_end, due_at) AS due_at, completed_at, place, span,
      attempts, extra_attempts, http_status, subscription_id, scope, kind, type, format, event_id, status, manual_from,
      lease, error
    FROM hookwright.queue
    UNION ALL
    SELECT id, seq, created_at, first_attempt_at, NULL::bigint, completed_at, place, span, attempts, extra_attempts,
      http_status, subscription_id, scope, kind, type, format, event_id, status, manual_from, NULL::text, error
    FROM hookwright.history;

  CREATE VIEW hookwright.attempts AS
    SELECT delivery_id, number, at, duration_ms, document FROM hookwright.earlier_attempts
    UNION ALL
    SELECT id, attempt_number, attempt_at, attempt_ms, attempt_document FROM hookwright.history h
    WHERE attempt_number IS NOT NULL AND NOT EXISTS (
      SELECT FROM hookwright.earlier_attempts a WHERE a.delivery_id = h.id AND a.number = h.attempt_number);

  ALTER TABLE hookwright.subscriptions SET (fillfactor = 50);

  CREATE TABLE hookwright.revision (number bigint NOT NULL);
  INSERT INTO hookwright.revision VALUES (1);
  CREATE FUNCTION hookwright.revise() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      UPDATE hookwright.revision SET number = number + 1;
      RETURN NULL;
    END
  $body$;
  CREATE CONSTRAINT TRIGGER revised AFTER INSERT OR DELETE OR UPDATE OF version ON hookwright.subscriptions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hookwright.revise();
  `,
  // A claim hashes the lanes it passes by.
  "",
];

/** The version that this code writes. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * All steps in one statement, which is one transaction wherever it is run. Of many processes that start at once one
 * has the lock and does the work; the others wait for it and, because each statement inside sees what was committed
 * before it, find the work done. A schema that exists is not asked for again: that needs rights on the database.
 */
const migration = (to: number): string => `DO $hookwright$
  DECLARE
    done integer;
    before integer;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hookwright migrate $schema$', 0));
    IF to_regnamespace('"$schema$"') IS NULL THEN
      CREATE SCHEMA "$schema$";
    END IF;
    IF to_regclass('hookwright.migrations') IS NULL THEN
      CREATE TABLE hookwright.migrations (version integer PRIMARY KEY);
    END IF;
    SELECT coalesce(max(version), 0) INTO done FROM hookwright.migrations;
    before := done;
${STEPS.slice(0, to)
  .map(
    (step, version) => `
    IF done = ${version} THEN
      ${step}
      INSERT INTO hookwright.migrations (version) VALUES (${version + 1});
      done := ${version + 1};
    END IF;`,
  )
  .join("")}
    IF before < done AND done = ${SCHEMA_VERSION} THEN
      ${FUNCTIONS}
    END IF;
  END
$hookwright$`;

/**
 * Brings the tables to {@link SCHEMA_VERSION}. Where they are, it only looks, so that a role without the right to make
 * tables can start.
 *
 * @param to - The version to bring them to; an older one is for tests only: this code cannot work on it.
 * @throws WebhookError `CONFIGURATION` when a newer release has been at this schema.
 */
export async function migrate(database: Database, to: number = SCHEMA_VERSION): Promise<void> {
  if (refuseNewer(await versionOf(database), database.schema) === SCHEMA_VERSION) return;
  await database.all(migration(to).replaceAll("$schema$", database.schema), []);
  refuseNewer(await versionOf(database), database.schema);
}

async function versionOf(database: Database): Promise<number> {
  const { exists } = await database.one<{ exists: boolean }>(
    "SELECT to_regclass('hookwright.migrations') IS NOT NULL AS exists",
    [],
  );
  if (!exists) return 0;
  const { version } = await database.one<{ version: number | null }>(
    "SELECT max(version)::integer AS version FROM hookwright.migrations",
    [],
  );
  return version ?? 0;
}

function refuseNewer(version: number, schema: string): number {
  if (version <= SCHEMA_VERSION) return version;
  throw new WebhookError(
    "CONFIGURATION",
    `Schema "${schema}" has tables of version ${version}, newer than ${SCHEMA_VERSION}, the latest this release knows: upgrade hookwright.`,
  );
}
