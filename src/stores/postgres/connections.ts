import { isPool } from "./executor.js";
import type { ListenablePool } from "./listen.js";
import type { PostgresStoreSettings } from "./options.js";
import { OwnPool } from "./own-pool.js";
import { guardErrors, type Runner, runnerFor } from "./runner.js";

/** What a store stands on. */
export interface Connections {
  readonly runner: Runner;
  /** For statements that take as long as they take: migrations. */
  readonly patient: Runner;
  /** A pool with a connection to spare for listening; `null`: there is none. */
  readonly listenable: ListenablePool | null;
  /** Ends what is ours, and lets go of what is the host's. */
  close(): Promise<void>;
}

/** The host's connections, or a pool of our own for a connection string. */
export function connectionsOf({ db, statementMs, lockMs }: PostgresStoreSettings): Connections {
  if (typeof db === "string") {
    const pool = new OwnPool(db, { statement: statementMs, lock: lockMs });
    return { runner: pool.runner, patient: pool.withoutLimits, listenable: pool, close: () => pool.end() };
  }
  const runner = runnerFor(db);
  const unguard = guardErrors(db);
  const listenable = isPool(db) && (db.options?.max ?? 2) >= 2 ? db : null;
  return { runner, patient: runner, listenable, close: async () => unguard() };
}
