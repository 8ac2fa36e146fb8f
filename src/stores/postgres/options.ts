import { parseDuration } from "../../model/duration.js";
import { WebhookError } from "../../model/errors.js";
import type { Duration, Millis } from "../../model/time.js";
import type { SqlExecutor } from "./executor.js";
import { wrapperOf } from "./executors/handle.js";

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /**
   * Where statements run: a `pg` `Pool`, best, a connected `Client`, what one of the `from...` functions answers, or
   * `"postgres://user:password@host/database"`. What was given open stays the host's: `close` leaves it open. For a
   * connection string the store makes a pool of at most ten connections by itself, with the package `pg`, when it is
   * first used; `close` ends it.
   *
   * With a pool of at least two connections one is kept to hear of other processes' events at once; without, they
   * are found by polling.
   */
  readonly db: SqlExecutor | string;
  /** The schema that holds the tables, made by `migrate`. At most 50 lower-case letters, digits and `_`. @default "hookwright" */
  readonly schema?: string;
  /**
   * How long PostgreSQL may take to answer a statement, and how long it may take until a connection is free for it;
   * then the call is rejected with `STORE_UNAVAILABLE`, and the connection closed. At least 1 ms. Not for
   * `publish(..., { tx })`. @default "30s"
   */
  readonly statementTimeout?: Duration;
  /**
   * How long a statement waits for a row that another session has locked. A shorter `lock_timeout` of the session's
   * own holds. At least 1 ms. Not for `publish(..., { tx })`, where the host's settings hold. @default "10s"
   */
  readonly lockTimeout?: Duration;
  /**
   * Whether what is asked often (`publish`, taking deliveries, recording them) is prepared once on each connection, where
   * `pg` runs it: that saves a tenth to a fifth of its time. Behind a pooler
   * that cannot do that the store finds out, and stops it by itself. @default true
   */
  readonly prepare?: boolean;
}

/** The options, checked, with every default. */
export interface PostgresStoreSettings {
  readonly db: SqlExecutor | string;
  readonly schema: string;
  readonly statementMs: Millis;
  readonly lockMs: Millis;
  readonly prepare: boolean;
}

/** PostgreSQL cuts names at 63 bytes, keeps `pg_` for itself, and folds what is not quoted to lower case. */
const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,49}$/;

/** What a timer and a setting of the server can both hold. */
const LONGEST: Millis = 2 ** 31 - 1;

/** @throws WebhookError `CONFIGURATION`, which never names what was given: it may hold a password. */
export function checkOptions(options: PostgresStoreOptions): PostgresStoreSettings {
  const {
    db,
    schema = "hookwright",
    statementTimeout = "30s",
    lockTimeout = "10s",
    prepare = true,
  } = options;
  if (typeof db === "string") {
    if (!/^postgres(ql)?:\/\//.test(db))
      refuse("db", "must begin with postgres:// when it is a connection string");
  } else if (wrapperOf(db) !== null) {
    refuse("db", `must be wrapped: db: ${wrapperOf(db)}(...)`);
  } else if (typeof db?.query !== "function") {
    refuse("db", "must be a pg Pool, something else with its query method, or a connection string");
  }
  if (typeof schema !== "string" || !SCHEMA.test(schema))
    refuse("schema", "must be 1 to 50 lower-case letters, digits and '_', not begin with a digit or 'pg_'");
  if (typeof prepare !== "boolean") refuse("prepare", "must be true or false");
  const statementMs = time("statementTimeout", statementTimeout);
  return { db, schema, statementMs, lockMs: time("lockTimeout", lockTimeout), prepare };
}

function time(path: string, given: Duration): Millis {
  const isDuration = typeof given === "string" || typeof given === "number";
  const ms = isDuration ? Math.round(parseDuration(given) ?? 0) : 0;
  if (ms < 1 || ms > LONGEST) refuse(path, 'must be a duration of 1 ms to 24 days, such as "30s"');
  return ms;
}

function refuse(path: string, message: string): never {
  throw new WebhookError("CONFIGURATION", `postgresStore: ${path} ${message}.`, {
    issues: [{ path: [path], message }],
  });
}
