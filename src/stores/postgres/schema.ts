import { WebhookError } from "../../model/errors.js";
import type { Database } from "./database.js";
import { PUBLISH_FUNCTION } from "./publish-function.js";

/**
 * The tables, as a list of forward-only steps: step `n` brings a database from version `n` to `n + 1`. A step that
 * was published is never edited.
 *
 * Ids, scopes and lanes are compared byte by byte (`COLLATE "C"`), whatever the database's own order: lists page by
 * it, scopes are ranges in it, and it is the fastest. Times are epoch milliseconds. Payloads are `text`: `json` is
 * slower and `jsonb` does not keep the bytes. There are no foreign keys: history outlives subscriptions, and each
 * would be one more look-up at each publish.
 *
 * - `deliveries.seq`: the order of appending.
 * - `deliveries.place`, `span`: where a delivery stands in its subscription's order, when that is not its `seq`; see
 *   `settle.ts`.
 * - `deliveries.event_id`: the event of a delivery that has exactly one; the events of others are in
 *   `delivery_events`, so that a batch of 20 000 is not rewritten at each attempt.
 * - `events.loose`: `NULL` when a delivery or a waiting event surely names the event. Otherwise nothing may name it,
 *   and the number is 0 or that of the transaction that last let go of it or took it up; see `prune.ts`.
 * - `inbox`: what was published from SQL and is not in `events` yet; see `publish-function.ts` and `inbox.ts`. `seq`
 *   is the order of publishing. `due_at` is 0 (whatever the clocks say), then the end of the taker's lease, `NULL` once
 *   it was refused.
 *
 * `deliveries_open` serves claims, `deliveries_placed` those of ordered subscriptions, whose oldest delivery may be due
 * last; `deliveries_closed` and `events_loose` serve prune. All four hold only the rows they are for, so finished
 * deliveries cost claims nothing. The others serve the lists.
 *
 * Three indexes begin with the subscription, each in words of its own: as it is, `COLLATE "POSIX"` (which orders as
 * `"C"` does) and `|| ''`. So a statement names the one it is made for, and a planner that has no statistics yet
 * cannot walk another one instead.
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
];

/** The version that this code writes. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * All steps in one statement, which is one transaction wherever it is run. Of many processes that start at once one
 * has the lock and does the work; the others wait for it and, because each statement inside sees what was committed
 * before it, find the work done. A schema that exists is not asked for again: that needs rights on the database.
 */
const MIGRATE = `DO $hookwright$
  DECLARE
    done integer;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hookwright migrate $schema$', 0));
    IF to_regnamespace('"$schema$"') IS NULL THEN
      CREATE SCHEMA "$schema$";
    END IF;
    IF to_regclass('hookwright.migrations') IS NULL THEN
      CREATE TABLE hookwright.migrations (version integer PRIMARY KEY);
    END IF;
    SELECT coalesce(max(version), 0) INTO done FROM hookwright.migrations;
${STEPS.map(
  (step, version) => `
    IF done = ${version} THEN
      ${step}
      INSERT INTO hookwright.migrations (version) VALUES (${version + 1});
      done := ${version + 1};
    END IF;`,
).join("")}
  END
$hookwright$`;

/**
 * Brings the tables to {@link SCHEMA_VERSION}. Where they are, it only looks, so that a role without the right to make
 * tables can start.
 *
 * @throws WebhookError `CONFIGURATION` when a newer release has been at this schema.
 */
export async function migrate(database: Database): Promise<void> {
  if (refuseNewer(await versionOf(database), database.schema) === SCHEMA_VERSION) return;
  await database.all(MIGRATE.replaceAll("$schema$", database.schema), []);
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
