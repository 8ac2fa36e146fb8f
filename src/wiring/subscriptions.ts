import type { Subscriptions } from "../api.js";
import type { Batcher, BatchSubscription } from "../batcher/batcher.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import type { Dispatcher } from "../dispatcher/dispatcher.js";
import { presentDelivery } from "../history/delivery.js";
import { pendingEvents } from "../history/pending.js";
import { statistics } from "../history/statistics.js";
import { WebhookError } from "../model/errors.js";
import type { Store } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";
import type { Heard } from "../subscriptions/directory.js";
import type { Manage } from "../subscriptions/manage.js";
import { checkOptions } from "./arguments.js";
import { recover } from "./recover.js";
import { sendTest } from "./send-test.js";

/** What the verbs that send, queue or flush need of the rest. */
export interface SubscriptionVerbsParts {
  readonly clock: Clock;
  readonly catalogue: AnyCatalogue;
  readonly store: Store<never>;
  readonly manage: Manage;
  readonly batcher: Batcher;
  readonly dispatcher: Dispatcher;
  readonly leaseMs: Millis;
  /** The subscription as the rooms know it; `null` when it is gone. */
  heard(id: string): Promise<Heard | null>;
  batching(heard: Heard): BatchSubscription;
  /** Which batch of a format an event type goes into. */
  lane(format: string, type: string): string;
  /** There are deliveries, or waiting events. */
  wake(): void;
}

/** The management of subscriptions, and with it the verbs that need more than one room. */
export function subscriptionVerbs<C extends AnyCatalogue>(parts: SubscriptionVerbsParts): Subscriptions<C> {
  const { clock, catalogue, store, manage, batcher, dispatcher, leaseMs, lane, wake } = parts;

  /** What is known of it. `manage.get` gives the better error where the id is none. */
  async function existing(id: string, within: string | undefined): Promise<Heard> {
    await manage.get(id, { within });
    const known = await parts.heard(id);
    if (known !== null) return known;
    throw new WebhookError("NOT_FOUND", "The subscription was deleted just now.");
  }

  return {
    ...manage,
    async sendTest(id, options = {}) {
      const { type, within } = checkOptions("sendTest", options);
      const { record, document } = await existing(id, within);
      const append = store.append.bind(store);
      const send = dispatcher.send.bind(dispatcher);
      const sent = await sendTest({ clock, catalogue, leaseMs, append, send }, record, document, type);
      const [delivery] = await store.readDeliveries([sent]);
      if (delivery !== undefined) return presentDelivery(delivery);
      throw new WebhookError("NOT_FOUND", "The subscription was deleted just now.");
    },
    async recover(id, options) {
      const { within, ...checked } = checkOptions("recover", options);
      const events = await recover({ clock, store, lane }, await existing(id, within), checked);
      wake();
      return events;
    },
    async pendingEvents(id, page = {}) {
      const { within, ...checked } = checkOptions("pendingEvents", page);
      await manage.get(id, { within });
      return pendingEvents(store, id, checked);
    },
    async statistics(id, options = {}) {
      const { within, ...checked } = checkOptions("statistics", options);
      await manage.get(id, { within });
      return statistics({ clock, store }, id, checked);
    },
    async flush(id, options = {}) {
      const { within } = checkOptions("within", options);
      const known = await existing(id, within);
      if (!known.record.enabled) {
        const message = "The subscription is disabled: enable it, then flush what waits.";
        throw new WebhookError("INVALID_STATE", message);
      }
      const events = await batcher.flush(parts.batching(known));
      wake();
      return events;
    },
  };
}
