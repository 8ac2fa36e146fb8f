import type { Entries, Store } from "../../model/store.js";
import { append } from "./append.js";
import { backlog, seal } from "./batch.js";
import { claim } from "./claim.js";
import { connectionsOf } from "./connections.js";
import { Database } from "./database.js";
import type { SqlExecutor } from "./executor.js";
import { checkTransaction } from "./executors/handle.js";
import { clearInbox, refuseInbox, takeInbox } from "./inbox.js";
import { Listener } from "./listen.js";
import * as log from "./log.js";
import { checkOptions, type PostgresStoreOptions } from "./options.js";
import { prune } from "./prune.js";
import { cancel, requeue } from "./requeue.js";
import { migrate } from "./schema.js";
import { settle } from "./settle.js";
import { readStatistics } from "./statistics.js";
import * as subscriptions from "./subscriptions.js";
import { Throttle } from "./throttle.js";

export type { SqlExecutor } from "./executor.js";
export * from "./executors/index.js";
export type { PostgresStoreOptions } from "./options.js";

/** Milliseconds between notifications of appends of our own, and of appends in the host's transactions. */
const NOTIFY_GAP_MS = { own: 5, transaction: 50 } as const;

/** How long a migration may take, and wait for another process's. */
const MIGRATION_MS = 600_000;

/**
 * A store in PostgreSQL 13 or later, for any number of processes. `publish(..., { tx })` takes the connection that
 * holds the host's transaction: what is published there exists when it commits. It only inserts rows of its own, so it
 * waits for nobody, unless another open transaction publishes the same event id.
 *
 * Every method is one statement, `prune` a few, so no transaction is opened or ended here. `READ COMMITTED`, the
 * default of PostgreSQL, is best; under a stricter one statements are made again until no other is in their way.
 *
 * @throws WebhookError `CONFIGURATION` at once when an option is not acceptable, from `migrate` when a newer release
 *   has been at the schema, and from each call when a connection string cannot be used. `STORE_UNAVAILABLE` from each
 *   call when PostgreSQL fails, with its error as the cause, and after `close`; its message says whether anything may
 *   have been written.
 */
export function postgresStore(options: PostgresStoreOptions): Store<SqlExecutor> {
  const settings = checkOptions(options);
  const { schema } = settings;
  const { runner, patient, listenable, close } = connectionsOf(settings);
  const database = new Database(runner, settings);
  const migrations = new Database(patient, { ...settings, statementMs: MIGRATION_MS });
  const channel = `${schema}_wake`;
  const ownPace = new Throttle(NOTIFY_GAP_MS.own);
  const transactionPace = new Throttle(NOTIFY_GAP_MS.transaction);
  const listeners = new Set<Listener>();
  let lastLane = "";

  const channelFor = (entries: Entries, tx: SqlExecutor | undefined): string | null => {
    // What this process has leased is nobody else's work.
    const isWork =
      entries.pending.length > 0 || entries.deliveries.some((delivery) => delivery.lease === null);
    if (!isWork) return null;
    return (tx ? transactionPace : ownPace).pass() ? channel : null;
  };

  const store: Store<SqlExecutor> = {
    persists: true,
    migrate: () => migrate(migrations),
    async close() {
      for (const listener of listeners) listener.stop();
      database.close();
      migrations.close();
      await close();
    },

    saveSubscription: (save) => subscriptions.saveSubscription(database, save),
    removeSubscription: (id, now, audit) => subscriptions.removeSubscription(database, id, now, audit),
    readSubscriptions: (ids) => subscriptions.readSubscriptions(database, ids),
    readRevision: () => subscriptions.readRevision(database),
    findSubscriptions: (query) => subscriptions.findSubscriptions(database, query),

    async append(entries, tx) {
      if (tx !== undefined) checkTransaction(tx);
      return append(database, entries, channelFor(entries, tx), tx);
    },
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

    takeInbox: (request) => takeInbox(database, request),
    clearInbox: (ids) => clearInbox(database, ids),
    refuseInbox: (refusals, now) => refuseInbox(database, refusals, now),

    readEvents: (ids) => log.readEvents(database, ids),
    findEvents: (query) => log.findEvents(database, query),
    findPending: (query) => log.findPending(database, query),
    readDeliveries: (ids) => log.readDeliveries(database, ids),
    findDeliveries: (query) => log.findDeliveries(database, query),
    readAttempts: (deliveryId) => log.readAttempts(database, deliveryId),
    readStatistics: (query) => readStatistics(database, query),
    prune: (request) => prune(database, request),
  };
  if (listenable === null) return store;
  return {
    ...store,
    async listen(wake) {
      const listener = new Listener(listenable, channel, wake);
      listeners.add(listener);
      await listener.start();
      return async () => {
        listeners.delete(listener);
        listener.stop();
      };
    },
  };
}
