import type { AnyCatalogue } from "./catalogue/catalogue.js";
import type { EventType, InputOf } from "./catalogue/infer.js";
import type { DeliveryListOptions } from "./history/deliveries.js";
import type { Delivery, DeliveryDetails } from "./history/delivery.js";
import type { EventListOptions, PublishedEvent } from "./history/events.js";
import type { PendingEvent } from "./history/pending.js";
import type { StatisticsOptions, SubscriptionStatistics } from "./history/statistics.js";
import type { Duration, Millis } from "./model/time.js";
import type { EventDetails } from "./publish/draft.js";
import type { Published } from "./publish/publisher.js";
import type { AutoDisable } from "./subscriptions/auto-disable.js";
import type { WithinContext } from "./subscriptions/input.js";
import type { Manage } from "./subscriptions/manage.js";
import type { Page, PageOptions } from "./subscriptions/page.js";
import type { WebhooksEvents, WebhooksListener } from "./wiring/observe.js";
import type { RecoverOptions } from "./wiring/recover.js";

/** How one event is published. */
export interface PublishOptions<Tx> extends EventDetails {
  /** The host's own transaction: the event exists if and when that commits. Only for a store that takes one. */
  readonly tx?: Tx;
}

/** An event of one of the catalogue's types, with the data that its schema takes. */
export type EventOf<C extends AnyCatalogue> = {
  [T in EventType<C>]: EventDetails & { readonly type: T; readonly data: InputOf<C, T> };
}[EventType<C>];

/** What one run did. */
export interface Counts {
  /** Deliveries that met a 2xx. */
  readonly delivered: number;
  /** Attempts that failed and will be followed by another. */
  readonly failed: number;
  /** Deliveries whose last attempt failed. */
  readonly exhausted: number;
  /** Batches that were made of waiting events. */
  readonly flushed: number;
  /** Rows of history that were forgotten. */
  readonly pruned: number;
}

/** Subscriptions, and the one thing about them that sends. */
export interface Subscriptions<C extends AnyCatalogue> extends Manage {
  /**
   * Sends the type's example, at once and once: it is not retried, counts for nothing in health, and works while the
   * subscription is disabled.
   *
   * @param options - `type`: an event type that the subscription hears. @default the first one that has an example
   * @throws WebhookError `NOT_FOUND`; `UNKNOWN_EVENT_TYPE`; `INVALID_ARGUMENT` for a type it does not hear; `INVALID_STATE` without a URL or without an example.
   */
  sendTest(
    id: string,
    options?: { readonly type?: EventType<C> | undefined } & WithinContext,
  ): Promise<Delivery>;
  /**
   * Brings back what the subscription did not get since a moment: deliveries that were exhausted or cancelled, and
   * events that were published while it was disabled or not there yet, as long as they are kept. Answers how many events.
   *
   * @throws WebhookError `NOT_FOUND`, `INVALID_ARGUMENT`.
   */
  recover(id: string, options: RecoverOptions & WithinContext): Promise<number>;
  /** Events that wait for the next flush, in the order they wait. Throws `NOT_FOUND`, `INVALID_CURSOR`, `INVALID_ARGUMENT`. */
  pendingEvents(id: string, page?: PageOptions & WithinContext): Promise<Page<PendingEvent>>;
  /**
   * What became of the deliveries that were made in each hour, or whatever `bucket` says, and how long the endpoint took:
   * for a dashboard. As long as deliveries are kept, and at most of the newest 100 000.
   *
   * @throws WebhookError `NOT_FOUND`; `INVALID_ARGUMENT`; `INVALID_STATE` where the store has no statistics.
   */
  statistics(id: string, options?: StatisticsOptions & WithinContext): Promise<SubscriptionStatistics>;
  /**
   * Sends what waits now, without waiting for the batch to fill. Answers how many events.
   *
   * @throws WebhookError `NOT_FOUND`; `INVALID_STATE` while the subscription is disabled.
   */
  flush(id: string, context?: WithinContext): Promise<number>;
}

/** How to stop. */
export interface StopOptions {
  /**
   * How long requests under way may take to end; then they are cut off and made again by whoever runs next. What was
   * claimed and not started is given back at once.
   *
   * @default "20s"
   */
  readonly drain?: Duration;
}

/**
 * What a webhook system was made with, every default filled in: for pages that show it, and offer a choice. Frozen, plain
 * JSON, and fit to be shown to users: no keys, no proxy, and of the endpoints that are allowed no name or address.
 */
export interface WebhooksSettings {
  /** Names that a subscription's `format` may have, the built-in ones first. */
  readonly formats: readonly string[];
  /** Names of the signature schemes that a subscription may have, the built-in ones first. */
  readonly signatures: readonly string[];
  /** How long deliveries and events are kept, in milliseconds. */
  readonly retention: Millis;
  /** For subscriptions that do not say so themselves; in milliseconds. */
  readonly retry: { readonly schedule: readonly Millis[]; readonly timeout: Millis };
  /** For subscriptions that do not say so themselves; durations in milliseconds. */
  readonly autoDisable: AutoDisable;
  /** For batch subscriptions that do not say so themselves; see `WebhooksOptions.batch`. */
  readonly batch: { readonly maxEvents: number; readonly intervalMinutes: number; readonly maxBytes: number };
  readonly endpoints: {
    /** Whether `http://` URLs are taken. */
    readonly allowHttp: boolean;
    /** Whether a subscription may turn off the check of its endpoint's certificate. */
    readonly allowInsecureTls: boolean;
  };
}

/**
 * A webhook system inside this process.
 *
 * @typeParam C - The catalogue.
 * @typeParam Tx - What the store takes as the host's transaction; `never` when it takes none.
 */
export interface Webhooks<C extends AnyCatalogue = AnyCatalogue, Tx = never> {
  readonly catalogue: C;
  /** What it was made with; see {@link WebhooksSettings}. */
  readonly settings: WebhooksSettings;
  /**
   * Publishes one event: when this resolves, it is stored with every delivery it makes.
   *
   * @throws WebhookError `UNKNOWN_EVENT_TYPE`, `INVALID_DATA`, `UNKNOWN_SCOPE`, `STORE_UNAVAILABLE`;
   * nothing is stored then.
   */
  publish<T extends EventType<C>>(
    type: T,
    data: InputOf<C, T>,
    options?: PublishOptions<Tx>,
  ): Promise<Published>;
  /**
   * Publishes up to 10 000 events, all or none. Throws as `publish` does; an issue's path begins with the event's index.
   *
   * More than 1000 are prepared in turns of the event loop: leave the events as they are until it resolves; calls that
   * overlap are stored in any order. Storing them is one transaction, and on SQLite a synchronous one: with one batch
   * subscription that hears them, 10 000 events of 400 bytes hold the event loop for some 90 ms, more than 50 ms from
   * about 5000 on. Where that matters, and all or none does not, publish 1000 a call.
   */
  publishMany(events: readonly EventOf<C>[], options?: { readonly tx?: Tx }): Promise<Published[]>;
  readonly subscriptions: Subscriptions<C>;
  readonly deliveries: {
    /** Newest first. Throws `INVALID_CURSOR`, `INVALID_ARGUMENT`. */
    list(options?: DeliveryListOptions): Promise<Page<Delivery>>;
    /** With the exact body and every attempt. Throws `NOT_FOUND`. */
    get(id: string, context?: WithinContext): Promise<DeliveryDetails>;
    /** One more attempt with a budget of its own. Throws `NOT_FOUND`, `INVALID_STATE`. */
    retry(id: string, context?: WithinContext): Promise<Delivery>;
    /** No further attempt. Throws `NOT_FOUND`, `INVALID_STATE`. */
    cancel(id: string, context?: WithinContext): Promise<Delivery>;
  };
  readonly events: {
    /** Throws `NOT_FOUND`. */
    get(id: string, context?: WithinContext): Promise<PublishedEvent>;
    /** Newest first. Throws `INVALID_CURSOR`, `INVALID_ARGUMENT`. */
    list(options?: EventListOptions): Promise<Page<PublishedEvent>>;
  };
  /**
   * Migrates the store, then delivers and forgets in the background until `stop`. Calling it again does nothing.
   *
   * @param options - `migrate`: whether to. @default true
   * @throws WebhookError `STORE_UNAVAILABLE` when the store cannot be reached at all.
   */
  start(options?: { readonly migrate?: boolean }): Promise<void>;
  /**
   * Stops what `start` began, and closes the transport unless the host brought it. Whatever is not done stays in the
   * store, which is the host's to close. It may be started again.
   */
  stop(options?: StopOptions): Promise<void>;
  /**
   * Does everything that is due now, then returns: for tests, cron jobs and serverless. A retry that is due later is
   * left for later. Migrates the store first.
   *
   * @throws WebhookError `STORE_UNAVAILABLE`.
   */
  runUntilIdle(): Promise<Counts>;
  /**
   * Seals everything anew that is not sealed with the first of `encryptionKeys`: signing secrets, header values,
   * credentials. Answers how many subscriptions it wrote; once it answers 0, no key but the first is needed, unless an
   * `error` was told of a value that cannot be opened. Shows nowhere else: no version, no audit event, no health.
   * Any number of processes may do it at once. `start` does it by itself, in the background, while there are two keys.
   *
   * To replace a key without a moment in which something cannot be read: add the new one at the end of the list and
   * deploy; move it to the front and deploy; once every process runs with it, call this until it answers 0; then take
   * the old one off the list.
   *
   * @throws WebhookError `STORE_UNAVAILABLE`; what was done until then is done.
   */
  rewrap(): Promise<number>;
  /** Makes or upgrades what the store needs. Safe to call again, and by many processes at once. */
  migrate(): Promise<void>;
  /** Listens; see {@link WebhooksEvents}. */
  on<Name extends keyof WebhooksEvents>(name: Name, listener: WebhooksListener<Name>): void;
  /** Stops listening. */
  off<Name extends keyof WebhooksEvents>(name: Name, listener: WebhooksListener<Name>): void;
}
