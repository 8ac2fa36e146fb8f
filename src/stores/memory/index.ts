import type { Store } from "../../model/store.js";
import { append } from "./append.js";
import { backlog, seal } from "./batch.js";
import { claim } from "./claim.js";
import * as log from "./log.js";
import { prune } from "./prune.js";
import { cancel, requeue } from "./requeue.js";
import { settle } from "./settle.js";
import * as subscriptions from "./subscriptions.js";
import { Tables } from "./tables.js";

/**
 * A store that lives and dies with the process: for tests, examples and hosts that can lose what was not delivered
 * yet. It keeps the whole contract of {@link Store}, checked by the same cases as the others. Each method runs to its
 * end before another begins, so each is one step.
 */
export function memoryStore(): Store {
  const tables = new Tables();
  return {
    persists: false,
    saveSubscription: async (save) => subscriptions.saveSubscription(tables, save),
    removeSubscription: async (id, now, audit) => subscriptions.removeSubscription(tables, id, now, audit),
    readSubscriptions: async (ids) => subscriptions.readSubscriptions(tables, ids),
    findSubscriptions: async (query) => subscriptions.findSubscriptions(tables, query),
    append: async (entries) => append(tables, entries),
    backlog: async () => backlog(tables),
    seal: async (request) => seal(tables, request),
    claim: async (request) => claim(tables, request),
    settle: async (outcomes, health) => settle(tables, outcomes, health),
    requeue: async (request) => requeue(tables, request),
    cancel: async (ids, now) => cancel(tables, ids, now),
    readEvents: async (ids) => log.readEvents(tables, ids),
    findEvents: async (query) => log.findEvents(tables, query),
    findPending: async (query) => log.findPending(tables, query),
    readDeliveries: async (ids) => log.readDeliveries(tables, ids),
    findDeliveries: async (query) => log.findDeliveries(tables, query),
    readAttempts: async (deliveryId) => log.readAttempts(tables, deliveryId),
    prune: async (request) => prune(tables, request),
  };
}
