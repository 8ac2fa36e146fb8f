import { parseDuration } from "../../model/duration.js";
import { WebhookError } from "../../model/errors.js";
import type { Store } from "../../model/store.js";
import type { Duration } from "../../model/time.js";
import { backlog, seal } from "./batch.js";
import { claim, isAnyDue } from "./claim.js";
import { Connection } from "./connection.js";
import { findDriver, type SqliteDriver, type SqliteHandle, type SqliteStatement } from "./driver.js";
import { insertEntries } from "./insert.js";
import * as log from "./log.js";
import { prune } from "./prune.js";
import { cancel, requeue } from "./requeue.js";
import { settle } from "./settle.js";
import { readStatistics } from "./statistics.js";
import * as subscriptions from "./subscriptions.js";

export type { SqliteDriver, SqliteHandle, SqliteStatement, SqliteValue } from "./driver.js";

/** Options of {@link sqliteStore}. `driver` and `synchronous` are for a path; an open handle keeps what its host set. */
export interface SqliteStoreOptions {
  /** Which driver opens the file. @default "better-sqlite3" where it is installed, else "node:sqlite" */
  readonly driver?: SqliteDriver;
  /**
   * `"FULL"`: what was published survives a power cut, because each commit waits for the disk. Appends are grouped,
   * so that one wait serves many. `"NORMAL"`: it survives the process, but a power cut may
   * take the last commits. @default "FULL"
   */
  readonly synchronous?: "NORMAL" | "FULL";
  /** How long a call waits in all for a database that another process has locked. @default "5s" */
  readonly busyTimeout?: Duration;
}

/**
 * A store in a SQLite file, for one machine and any number of its processes. Nothing is opened before the first
 * call, which also makes the tables (`hookwright_...`, so the file may be the host's own). WAL mode; `":memory:"` works.
 *
 * Give a path, or an open handle of `better-sqlite3` or `node:sqlite`: a handle keeps its own settings and is not
 * closed by `close`. Set its busy timeout to 0 and its journal to WAL yourself; it must be outside a transaction
 * whenever the store is called.
 *
 * @throws WebhookError `CONFIGURATION` at once when an option is not acceptable, and from each call when there is no
 *   driver for a path or a newer release has been at the file. `STORE_UNAVAILABLE` from each call when SQLite fails,
 *   stays locked longer than `busyTimeout` or the store is closed.
 */
export function sqliteStore(database: string | SqliteHandle, options: SqliteStoreOptions = {}): Store {
  const patience = checkOptions(database, options);
  const isPath = typeof database === "string";
  const open = () => (isPath ? openFile(database, options) : database);
  const connection = new Connection(open, isPath, patience);
  let lastLane = 0;

  return {
    persists: !isPath || (database !== ":memory:" && database !== ""),
    migrate: () => connection.read(() => {}),
    close: () => connection.close(),

    saveSubscription: (save) => connection.write((db) => subscriptions.saveSubscription(db, save)),
    removeSubscription: (id, now, audit) =>
      connection.write((db) => subscriptions.removeSubscription(db, id, now, audit)),
    readSubscriptions: (ids) => connection.read((db) => subscriptions.readSubscriptions(db, ids)),
    findSubscriptions: (query) => connection.read((db) => subscriptions.findSubscriptions(db, query)),
    readRevision: () => connection.read(subscriptions.readRevision),

    append: (entries) => connection.write((db) => insertEntries(db, entries)),
    backlog: () => connection.read(backlog),
    seal: (request) => connection.write((db) => seal(db, request)),
    async claim(request) {
      // An idle poll only reads: it must not queue for the lock behind those that have something to write.
      const search = { ...request, exclude: new Set(request.exclude) };
      if (!(await connection.read((db) => isAnyDue(db, search, lastLane)))) return [];
      const claimed = await connection.write((db) => claim(db, search, lastLane));
      lastLane = claimed.lastLane;
      return claimed.deliveries;
    },
    settle: (outcomes, health) => connection.write((db) => settle(db, outcomes, health)),
    requeue: (request) => connection.write((db) => requeue(db, request)),
    cancel: (ids, now) => connection.write((db) => cancel(db, ids, now)),

    readEvents: (ids) => connection.read((db) => log.readEvents(db, ids)),
    findEvents: (query) => connection.read((db) => log.findEvents(db, query)),
    findPending: (query) => connection.read((db) => log.findPending(db, query)),
    readDeliveries: (ids) => connection.read((db) => log.readDeliveries(db, ids)),
    findDeliveries: (query) => connection.read((db) => log.findDeliveries(db, query)),
    readAttempts: (deliveryId) => connection.read((db) => log.readAttempts(db, deliveryId)),
    readStatistics: (query) => readStatistics((work) => connection.read(work), query),
    prune: (request) => prune((work) => connection.write(work), request),
  };
}

/** Opens a file and sets it up. Foreign keys are off on purpose: history outlives subscriptions. */
function openFile(path: string, options: SqliteStoreOptions): SqliteHandle {
  const handle = findDriver(options.driver)(path);
  try {
    // Of a file that is new. Three events of a kilobyte fill a page of 4 KiB and leave a fifth of it empty.
    handle.exec("PRAGMA page_size = 8192");
    handle.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF");
    handle.exec(`PRAGMA wal_autocheckpoint = ${Math.round(WAL_BYTES / pageSize(handle))}`);
    handle.exec(`PRAGMA synchronous = ${options.synchronous ?? "FULL"}`);
  } catch (error) {
    handle.close();
    throw error;
  }
  return handle;
}

/**
 * How far the log of changes grows before they are copied into the file, by whoever commits: some 10 ms each time. More saves
 * little, since hardly a page is written twice, and is a longer stall.
 */
const WAL_BYTES = 4 * 1024 * 1024;

function pageSize(handle: SqliteHandle): number {
  const { page_size } = (handle.prepare("PRAGMA page_size") as SqliteStatement).get() as {
    page_size: number;
  };
  return page_size;
}

/** Answers the busy timeout in milliseconds. */
function checkOptions(database: string | SqliteHandle, options: SqliteStoreOptions): number {
  const refuse = (path: string, message: string): never => {
    throw new WebhookError("CONFIGURATION", `sqliteStore: ${path} ${message}.`, {
      issues: [{ path: [path], message }],
    });
  };
  const isHandle = typeof database === "object" && typeof database?.prepare === "function";
  if (typeof database !== "string" && !isHandle)
    refuse("database", "must be a path or an open better-sqlite3 or node:sqlite database");
  if (options.driver !== undefined && !["better-sqlite3", "node:sqlite"].includes(options.driver))
    refuse("driver", 'must be "better-sqlite3" or "node:sqlite"');
  if (options.synchronous !== undefined && !["NORMAL", "FULL"].includes(options.synchronous))
    refuse("synchronous", 'must be "NORMAL" or "FULL"');
  return (
    parseDuration(options.busyTimeout ?? "5s") ??
    refuse("busyTimeout", "must be milliseconds or a duration such as 5s")
  );
}
