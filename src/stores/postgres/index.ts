import { WebhookError } from "../../model/errors.js";
import type { Entries, Store } from "../../model/store.js";
import { append } from "./append.js";
import { backlog, seal } from "./batch.js";
import { claim } from "./claim.js";
import { Database } from "./database.js";
import { isPool, type SqlExecutor } from "./executor.js";
import { Listener } from "./listen.js";
import * as log from "./log.js";
import { prune } from "./prune.js";
import { cancel, requeue } from "./requeue.js";
import { migrate } from "./schema.js";
import { settle } from "./settle.js";
import * as subscriptions from "./subscriptions.js";
import { Throttle } from "./throttle.js";

export type { SqlExecutor } from "./executor.js";

/** Options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /**
   * Where statements run: a `pg` `Pool`, best, or a connected `Client`. It stays the host's: `close` leaves it open.
   * With a pool of at least two connections one is kept to hear of other processes' events at once; without, they
   * are found by polling.
   */
  readonly db: SqlExecutor;
  /** The schema that holds the tables, made by `migrate`. At most 50 lower-case letters, digits and `_`. @default "hookwright" */
  readonly schema?: string;
}

/** Milliseconds between notifications of appends of our own, and of appends in the host's transactions. */
const NOTIFY_GAP_MS = { own: 5, transaction: 50 } as const;

/**
 * A store in PostgreSQL 13 or later, for any number of processes. `publish(..., { tx })` takes the connection that
 * holds the host's transaction: what is published there exists when it commits. It only inserts rows of its own, so it
 * waits for nobody, unless another open transaction publishes the same event id.
 *
 * Every method is one statement, `prune` a few, so no transaction is opened or ended here. `READ COMMITTED`, the
 * default of PostgreSQL, is expected.
 *
 * @throws WebhookError `CONFIGURATION` at once when an option is not acceptable, and from `migrate` when a newer
 *   release has been at the schema. `STORE_UNAVAILABLE` from each call when PostgreSQL fails, with its error as the
 *   cause, and after `close`.
 */
export function postgresStore(options: PostgresStoreOptions): Store<SqlExecutor> {
  const { db, schema } = checkOptions(options);
  const database = new Database(db, schema);
  const channel = `${schema}_wake`;
  const ownPace = new Throttle(NOTIFY_GAP_MS.own);
  const transactionPace = new Throttle(NOTIFY_GAP_MS.transaction);
  const listeners = new Set<Listener>();
  let lastLane = "";

  const channelFor = (entries: Entries, tx: SqlExecutor | undefined): string | null => {
    if (entries.deliveries.length + entries.pending.length === 0) return null;
    return (tx ? transactionPace : ownPace).pass() ? channel : null;
  };

  const store: Store<SqlExecutor> = {
    persists: true,
    migrate: () => migrate(database),
    async close() {
      for (const listener of listeners) listener.stop();
      database.close();
    },

    saveSubscription: (save) => subscriptions.saveSubscription(database, save),
    removeSubscription: (id, now, audit) => subscriptions.removeSubscription(database, id, now, audit),
    readSubscriptions: (ids) => subscriptions.readSubscriptions(database, ids),
    findSubscriptions: (query) => subscriptions.findSubscriptions(database, query),

    append: (entries, tx) => append(database, entries, channelFor(entries, tx), tx),
    backlog: () => backlog(database),
    seal: (request) => seal(database, request),
    async claim(request) {
      const claimed = await claim(database, request, lastLane);
      lastLane = claimed.at(-1)?.subscriptionId ?? lastLane;
      return claimed;
    },
    settle: (outcomes, health) => settle(database, outcomes, health),
    requeue: (request) => requeue(database, request),
    cancel: (ids, now) => cancel(database, ids, now),

    readEvents: (ids) => log.readEvents(database, ids),
    findEvents: (query) => log.findEvents(database, query),
    findPending: (query) => log.findPending(database, query),
    readDeliveries: (ids) => log.readDeliveries(database, ids),
    findDeliveries: (query) => log.findDeliveries(database, query),
    readAttempts: (deliveryId) => log.readAttempts(database, deliveryId),
    prune: (request) => prune(database, request),
  };
  if (!isPool(db) || (db.options?.max ?? 2) < 2) return store;
  return {
    ...store,
    async listen(wake) {
      const listener = new Listener(db, channel, wake);
      await listener.start();
      listeners.add(listener);
      return async () => {
        listeners.delete(listener);
        listener.stop();
      };
    },
  };
}

/** PostgreSQL cuts names at 63 bytes, keeps `pg_` for itself, and folds what is not quoted to lower case. */
const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,49}$/;

function checkOptions({ db, schema = "hookwright" }: PostgresStoreOptions): Required<PostgresStoreOptions> {
  const refuse = (path: string, message: string): never => {
    throw new WebhookError("CONFIGURATION", `postgresStore: ${path} ${message}.`, {
      issues: [{ path: [path], message }],
    });
  };
  if (typeof db?.query !== "function")
    refuse("db", "must be a pg Pool, or something else with its query method");
  if (typeof schema !== "string" || !SCHEMA.test(schema))
    refuse("schema", "must be 1 to 50 lower-case letters, digits and '_', not begin with a digit or 'pg_'");
  return { db, schema };
}
