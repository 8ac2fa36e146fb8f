import { createRequire } from "node:module";
import { isWebhookError, WebhookError } from "../../model/errors.js";

/** What SQLite takes and answers here. Booleans are 0 and 1. */
export type SqliteValue = string | number | null;

/** The part of a `better-sqlite3` or `node:sqlite` statement that the store uses. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
  /** `better-sqlite3`: whether integers are answered as `bigint`. */
  safeIntegers?(on: boolean): unknown;
  /** `node:sqlite`: the same. */
  setReadBigInts?(on: boolean): unknown;
  /** `better-sqlite3`: whether rows are answered as arrays. */
  raw?(on: boolean): unknown;
  /** `node:sqlite`, Node 24 and later: the same. */
  setReturnArrays?(on: boolean): unknown;
}

/** An open database: a `better-sqlite3` `Database` or a `node:sqlite` `DatabaseSync`. */
export interface SqliteHandle {
  /** Answers a {@link SqliteStatement}; said no closer, because the drivers' own types say it in ways that do not meet. */
  prepare(sql: string): unknown;
  exec(sql: string): unknown;
  close(): unknown;
}

/** A package that opens SQLite files. */
export type SqliteDriver = "better-sqlite3" | "node:sqlite";

/** Where a driver is looked for. Given by tests; the process itself otherwise. */
export interface DriverSource {
  /** As Node resolves from this package. */
  readonly require: (id: string) => unknown;
  /** A module of Node's own, `undefined` where it has none of that name. */
  readonly builtin: (id: string) => unknown;
  /** For example `20.19.0`. */
  readonly nodeVersion: string;
}

const processSource: DriverSource = {
  require: createRequire(import.meta.url),
  builtin: (id) => process.getBuiltinModule(id),
  nodeVersion: process.versions.node,
};

/** Opens a file. A busy database must be reported at once: waiting would stand still the host's whole event loop. */
export type OpenSqlite = (path: string) => SqliteHandle;

/**
 * Finds a driver; loads nothing before that. `better-sqlite3` is preferred where it is installed, because it runs on
 * every Node this package supports.
 *
 * @param wanted - The only driver to try. Left out: either.
 * @throws WebhookError `CONFIGURATION` when there is none, or when the one installed cannot run on this Node.
 */
export function findDriver(wanted?: SqliteDriver, source: DriverSource = processSource): OpenSqlite {
  const found =
    (wanted !== "node:sqlite" && betterSqlite(source)) || (wanted !== "better-sqlite3" && nodeSqlite(source));
  if (found) return found;
  throw new WebhookError("CONFIGURATION", missing(wanted));
}

function missing(wanted: SqliteDriver | undefined): string {
  if (wanted === "node:sqlite")
    return "This Node has no node:sqlite: run Node 22.13 or later, or install better-sqlite3.";
  const install = "run `npm install better-sqlite3@12`";
  if (wanted === "better-sqlite3") return `better-sqlite3 is not installed: ${install}.`;
  return `sqliteStore needs a driver: ${install}, or run Node 22.13 or later, which has node:sqlite.`;
}

function betterSqlite(source: DriverSource): OpenSqlite | null {
  let version: string;
  try {
    version = (source.require("better-sqlite3/package.json") as { version: string }).version;
  } catch (error) {
    if ((error as { code?: unknown }).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
  // 13 installs on Node 20 and then takes the process down with it, so the check must come before the import.
  if (major(version) >= 13 && major(source.nodeVersion) < 22)
    throw new WebhookError(
      "CONFIGURATION",
      `better-sqlite3 ${version} does not run on Node ${source.nodeVersion}: run \`npm install better-sqlite3@12\`, or Node 22.`,
    );
  return (path) => {
    const Database = source.require("better-sqlite3") as new (
      path: string,
      options: { timeout: number },
    ) => SqliteHandle;
    return new Database(path, { timeout: 0 });
  };
}

function nodeSqlite(source: DriverSource): OpenSqlite | null {
  const module = source.builtin("node:sqlite") as
    | { DatabaseSync: new (path: string) => SqliteHandle }
    | undefined;
  if (!module) return null;
  return (path) => {
    const handle = new module.DatabaseSync(path);
    handle.exec("PRAGMA busy_timeout = 0");
    return handle;
  };
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}

/** Whether another connection holds a lock that will pass. Both drivers put SQLite's result code in the error, each in its own way. */
export function isBusy(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return (errcode & 0xff) === 5 || (errcode & 0xff) === 6;
  return typeof code === "string" && /^SQLITE_(BUSY|LOCKED)/.test(code);
}

/** A failure of the database as callers see it. Errors of our own pass unchanged. */
export function unavailable(error: unknown): WebhookError {
  if (isWebhookError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WebhookError("STORE_UNAVAILABLE", `SQLite failed and nothing was written: ${reason}`, {
    cause: error,
  });
}
