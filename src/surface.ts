import type { Webhooks, WebhooksSettings } from "./api.js";
import type { AnyCatalogue } from "./catalogue/catalogue.js";
import type { Deliveries } from "./history/deliveries.js";
import type { Events } from "./history/events.js";
import type { EventInput, Publisher } from "./publish/publisher.js";
import type { Running } from "./running/running.js";
import { parseScope } from "./subscriptions/scope.js";
import { checkOptions, unpublished } from "./wiring/arguments.js";
import type { Observer } from "./wiring/observe.js";
import type { Rewrapping } from "./wiring/rewrapping.js";

/** What the public verbs are made of. */
export interface SurfaceParts<C extends AnyCatalogue, Tx> {
  readonly catalogue: C;
  readonly settings: WebhooksSettings;
  readonly publisher: Publisher<Tx>;
  readonly subscriptions: Webhooks<C, Tx>["subscriptions"];
  readonly deliveries: Deliveries;
  readonly events: Events;
  readonly running: Running;
  readonly rewrapping: Rewrapping;
  readonly observer: Observer;
  rewrap(): Promise<number>;
}

/** What a host holds: each verb checks what it is given and hands it to the room that does it. */
export function surface<C extends AnyCatalogue, Tx>(parts: SurfaceParts<C, Tx>): Webhooks<C, Tx> {
  const { catalogue, publisher, subscriptions, deliveries, events, running, rewrapping, observer } = parts;
  const checkListScope = (listOptions: { readonly scope?: string | undefined } | undefined) =>
    listOptions?.scope === undefined ? undefined : parseScope(listOptions.scope, catalogue);

  return {
    catalogue,
    settings: parts.settings,
    async publish(type, data, publishOptions) {
      const { tx, ...details } = checkOptions("publish", publishOptions) ?? {};
      try {
        return await publisher.publishOne({ ...details, type, data }, tx);
      } catch (error) {
        throw unpublished(error);
      }
    },
    async publishMany(many, manyOptions = {}) {
      const { tx } = checkOptions("publishMany", manyOptions);
      try {
        return await publisher.publish(many as readonly EventInput[], tx);
      } catch (error) {
        throw unpublished(error);
      }
    },
    subscriptions,
    deliveries: {
      async list(listOptions) {
        const checked = checkOptions("deliveries.list", listOptions);
        checkListScope(checked);
        return deliveries.list(checked);
      },
      get: async (id, context) => deliveries.get(id, checkOptions("within", context)),
      retry: async (id, context) => deliveries.retry(id, checkOptions("within", context)),
      cancel: async (id, context) => deliveries.cancel(id, checkOptions("within", context)),
    },
    events: {
      get: async (id, context) => events.get(id, checkOptions("within", context)),
      async list(listOptions) {
        const checked = checkOptions("events.list", listOptions);
        checkListScope(checked);
        return events.list(checked);
      },
    },
    rewrap: () => parts.rewrap(),
    async start(startOptions) {
      const checked = checkOptions("start", startOptions);
      await rewrapping.startAfter(running.start(checked));
    },
    async stop(stopOptions) {
      const checked = checkOptions("stop", stopOptions);
      await Promise.all([rewrapping.stop(), running.stop(checked)]);
    },
    runUntilIdle: () => running.runUntilIdle(),
    migrate: () => running.migrate(),
    on: (name, listener) => observer.on(name, listener),
    off: (name, listener) => observer.off(name, listener),
  };
}
