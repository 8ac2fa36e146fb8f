import { setTimeout as sleep } from "node:timers/promises";
import { WebhookError } from "../../model/errors.js";
import { isBusy, type SqliteHandle, type SqliteStatement, type SqliteValue, unavailable } from "./driver.js";
import { migrate } from "./schema.js";

/** A prepared statement, and which value goes into which of its parameters; `null`: each into its own. */
interface Prepared {
  readonly statement: SqliteStatement;
  readonly order: readonly number[] | null;
}

/**
 * Runs SQL on an open database; statements are prepared once. Parameters are `?`, or `?1`, `?2` where a value is
 * used twice. Rows are what the SQL says they are: `Row` is trusted.
 */
export class Database {
  readonly #handle: SqliteHandle;
  readonly #statements = new Map<string, Prepared>();

  constructor(handle: SqliteHandle) {
    this.#handle = handle;
  }

  /** Answers how many rows changed. */
  run(sql: string, ...values: SqliteValue[]): number {
    const { statement, order } = this.#prepare(sql);
    return Number(statement.run(...arrange(values, order)).changes);
  }

  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined {
    const { statement, order } = this.#prepare(sql);
    return statement.get(...arrange(values, order)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqliteValue[]): Row[] {
    const { statement, order } = this.#prepare(sql);
    return statement.all(...arrange(values, order)) as Row[];
  }

  exec(sql: string): void {
    this.#handle.exec(sql);
  }

  /** All that `work` writes, or nothing. The write lock is taken first, so that what `work` read stays true. */
  transaction<T>(work: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    let result: T;
    try {
      result = work();
      this.exec("COMMIT");
    } catch (error) {
      this.#rollback();
      throw error;
    }
    return result;
  }

  close(): void {
    this.#statements.clear();
    this.#handle.close();
  }

  // Some failures, a full disk for one, have rolled back already; the first error is the one to tell.
  #rollback(): void {
    try {
      this.exec("ROLLBACK");
    } catch {}
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (!prepared) {
      // better-sqlite3 takes `?1` for a name and wants an object: both drivers are given plain `?`.
      const numbers = [...sql.matchAll(/\?(\d+)/g)].map((match) => Number(match[1]) - 1);
      const statement = this.#handle.prepare(sql.replaceAll(/\?\d+/g, "?")) as SqliteStatement;
      // A host's handle may be set to answer bigints; no number here is that large.
      statement.safeIntegers?.(false);
      statement.setReadBigInts?.(false);
      prepared = { statement, order: numbers.length > 0 ? numbers : null };
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}

function arrange(values: readonly SqliteValue[], order: readonly number[] | null): readonly SqliteValue[] {
  return order ? order.map((index) => values[index] ?? null) : values;
}

/** First and longest pause between two tries at a locked database. */
const PAUSE_MS = { first: 1, longest: 50 } as const;

/**
 * The store's connection: opened and migrated by the first call, whichever it is. The drivers are synchronous, so a
 * locked database is waited for here, between tries, where the host's event loop goes on.
 */
export class Connection {
  readonly #open: () => SqliteHandle;
  readonly #ownsHandle: boolean;
  readonly #patience: number;
  #database: Database | null = null;
  #isReady = false;
  #isClosed = false;

  /**
   * @param open - Opens the file and sets it up; or gives the handle that the host opened.
   * @param ownsHandle - Whether `close` closes it.
   * @param patience - Milliseconds to wait for a locked database in all.
   */
  constructor(open: () => SqliteHandle, ownsHandle: boolean, patience: number) {
    this.#open = open;
    this.#ownsHandle = ownsHandle;
    this.#patience = patience;
  }

  /** Runs `work`, one statement, on the migrated database. */
  read<T>(work: (database: Database) => T): Promise<T> {
    return this.#patiently(() => work(this.#ready()));
  }

  /** Runs `work` in one transaction that holds the write lock. */
  write<T>(work: (database: Database) => T): Promise<T> {
    return this.#patiently(() => {
      const database = this.#ready();
      return database.transaction(() => work(database));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const database = this.#database;
    this.#database = null;
    if (this.#ownsHandle) database?.close();
  }

  #ready(): Database {
    if (this.#isClosed)
      throw new WebhookError(
        "STORE_UNAVAILABLE",
        "The SQLite store is closed; make a new one with sqliteStore().",
      );
    this.#database ??= new Database(this.#open());
    if (!this.#isReady) migrate(this.#database);
    this.#isReady = true;
    return this.#database;
  }

  async #patiently<T>(work: () => T): Promise<T> {
    let pause: number = PAUSE_MS.first;
    let waited = 0;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || waited >= this.#patience) throw unavailable(error);
      }
      // Jitter, or processes that met once would meet at each try.
      const delay = Math.min(pause * (0.5 + Math.random()), Math.max(1, this.#patience - waited));
      await sleep(delay);
      waited += delay;
      pause = Math.min(pause * 2, PAUSE_MS.longest);
    }
  }
}
