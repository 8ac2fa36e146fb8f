import { setTimeout as sleep } from "node:timers/promises";
import { WebhookError } from "../../model/errors.js";
import { Database } from "./database.js";
import { isBusy, type SqliteHandle, unavailable } from "./driver.js";
import { migrate } from "./schema.js";

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
