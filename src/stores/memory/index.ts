import type { Store } from "../../model/store.js";
import { append } from "./append.js";
import { backlog, seal } from "./batch.js";
import { claim } from "./claim.js";
import * as log from "./log.js";
import { prune } from "./prune.js";
import { cancel, requeue } from "./requeue.js";
import { settle } from "./settle.js";
import { readStatistics } from "./statistics.js";
import { Steps } from "./steps.js";
import * as subscriptions from "./subscriptions.js";
import { Tables } from "./tables.js";

/**
 * A store that lives and dies with the process: for tests, examples and hosts that can lose what was not delivered
 * yet. It keeps the whole contract of {@link Store}, checked by the same cases as the others. Each method runs to its
 * end before another begins, so each is one step; a long one lets the event loop go round every 1000 rows.
 */
export function memoryStore(): Store {
  const tables = new Tables();
  const steps = new Steps();
  return {
    persists: false,
    saveSubscription: (save) => steps.runInTurns(() => subscriptions.saveSubscription(tables, save)),
    removeSubscription: (id, now, audit) =>
      steps.runInTurns(() => subscriptions.removeSubscription(tables, id, now, audit)),
    readSubscriptions: (ids) => steps.run(() => subscriptions.readSubscriptions(tables, ids)),
    findSubscriptions: (query) => steps.run(() => subscriptions.findSubscriptions(tables, query)),
    readRevision: () => steps.run(() => tables.revision),
    append: (entries) => steps.runInTurns(() => append(tables, entries)),
    backlog: () => steps.run(() => backlog(tables)),
    seal: (request) => steps.runInTurns(() => seal(tables, request)),
    claim: (request) => steps.run(() => claim(tables, request)),
    settle: (outcomes, health) => steps.runInTurns(() => settle(tables, outcomes, health)),
    requeue: (request) => steps.run(() => requeue(tables, request)),
    cancel: (ids, now) => steps.runInTurns(() => cancel(tables, ids, now)),
    readEvents: (ids) => steps.run(() => log.readEvents(tables, ids)),
    findEvents: (query) => steps.run(() => log.findEvents(tables, query)),
    findPending: (query) => steps.run(() => log.findPending(tables, query)),
    readDeliveries: (ids) => steps.run(() => log.readDeliveries(tables, ids)),
    findDeliveries: (query) => steps.run(() => log.findDeliveries(tables, query)),
    readAttempts: (deliveryId) => steps.run(() => log.readAttempts(tables, deliveryId)),
    readStatistics: (query) => steps.runInTurns(() => readStatistics(tables, query)),
    prune: (request) => steps.runInTurns(() => prune(tables, request)),
  };
}
