import type { AnyCatalogue } from "../catalogue/catalogue.js";
import type { EventType } from "../catalogue/infer.js";
import type { Delivery } from "../history/delivery.js";
import type { PendingEvent } from "../history/pending.js";
import type { StatisticsOptions, SubscriptionStatistics } from "../history/statistics.js";
import type { SubscriptionWithSecret } from "../subscriptions/create.js";
import type { SubscriptionInput, SubscriptionPatch } from "../subscriptions/input.js";
import type { SubscriptionListOptions } from "../subscriptions/list.js";
import type { Page, PageOptions } from "../subscriptions/page.js";
import type { Subscription } from "../subscriptions/present.js";
import type { RotateOptions } from "../subscriptions/rotate.js";
import type { RecoverOptions } from "../wiring/recover.js";
import { momentText, path } from "./address.js";
import { events, nothing, object, page } from "./answer.js";
import type { CallOptions, ChangeOptions, KeyedOptions } from "./call-options.js";
import type { Caller } from "./caller.js";
import { delivery } from "./deliveries.js";
import { each } from "./each.js";

/** Verbs of subscriptions. Each rejects with ClientError: `NOT_FOUND` where there is no such one within what is the caller's. */
export interface ClientSubscriptions<C extends AnyCatalogue> {
  /**
   * Creates one, disabled unless it says otherwise. `scope` is the highest that is the caller's where it is left out.
   * `secret` is `null` for callers that may not see it, and when an `idempotencyKey` repeats a call.
   */
  create(input: SubscriptionInput, options?: KeyedOptions): Promise<SubscriptionWithSecret>;
  get(id: string, options?: CallOptions): Promise<Subscription>;
  /** One page, newest first. `descendants` is true where it is left out. */
  list(filter?: SubscriptionListOptions, options?: CallOptions): Promise<Page<Subscription>>;
  /** Every one of {@link list}, page by page: `limit` is the size of a page, `cursor` where to begin. */
  each(
    filter?: SubscriptionListOptions,
    options?: CallOptions,
  ): AsyncGenerator<Subscription, void, undefined>;
  /** Changes the fields given, each as a whole; `undefined` leaves one as it is, `null` goes back to the default. */
  update(id: string, patch: SubscriptionPatch, options?: ChangeOptions): Promise<Subscription>;
  enable(id: string, options?: ChangeOptions): Promise<Subscription>;
  disable(id: string, options?: ChangeOptions): Promise<Subscription>;
  delete(id: string, options?: ChangeOptions): Promise<void>;
  /** Replaces the signing secret. `secret` is `null` for callers that may not see it. */
  rotateSecret(
    id: string,
    rotation?: RotateOptions,
    options?: KeyedOptions & ChangeOptions,
  ): Promise<SubscriptionWithSecret>;
  /**
   * Sends a type's example once, and answers what became of it.
   *
   * @param options - `timeout`: @default the client's, or 75000: an endpoint may take a minute
   */
  sendTest(
    id: string,
    test?: { readonly type?: EventType<C> | undefined },
    options?: KeyedOptions,
  ): Promise<Delivery>;
  /** Sends what waits now. Answers how many events. */
  flush(id: string, options?: KeyedOptions): Promise<number>;
  /** Brings back what it did not get since a moment. Answers how many events. */
  recover(id: string, range: RecoverOptions, options?: KeyedOptions): Promise<number>;
  /** One page of what waits for the next flush, in the order it waits. */
  pendingEvents(id: string, part?: PageOptions, options?: CallOptions): Promise<Page<PendingEvent>>;
  /** Every one of {@link pendingEvents}, page by page. */
  eachPendingEvent(
    id: string,
    part?: PageOptions,
    options?: CallOptions,
  ): AsyncGenerator<PendingEvent, void, undefined>;
  /** What became of its deliveries, by when they were made. */
  statistics(id: string, range?: StatisticsOptions, options?: CallOptions): Promise<SubscriptionStatistics>;
}

/** The longest that a subscription's `retry.timeout` can be, and something for the rest. */
const TEST_PATIENCE = 75_000;

const subscription = object<Subscription>("id", "version");
const withSecret = object<SubscriptionWithSecret>("subscription", "secret");

/** Binds the verbs to what makes the calls. */
export function subscriptionsOf<C extends AnyCatalogue>(call: Caller): ClientSubscriptions<C> {
  async function list(filter: SubscriptionListOptions = {}, options?: CallOptions) {
    return call(
      { method: "GET", path: "/subscriptions", query: { ...filter }, options },
      page<Subscription>(),
    );
  }

  async function update(id: string, patch: SubscriptionPatch, options?: ChangeOptions) {
    return call({ method: "PATCH", path: path`/subscriptions/${id}`, body: patch, options }, subscription);
  }

  async function pendingEvents(id: string, part: PageOptions = {}, options?: CallOptions) {
    return call(
      { method: "GET", path: path`/subscriptions/${id}/pending-events`, query: { ...part }, options },
      page<PendingEvent>(),
    );
  }

  return {
    list,
    update,
    pendingEvents,
    each: (filter = {}, options) => each((cursor) => list({ ...filter, cursor }, options), filter.cursor),
    eachPendingEvent: (id, part = {}, options) =>
      each((cursor) => pendingEvents(id, { ...part, cursor }, options), part.cursor),
    enable: (id, options) => update(id, { enabled: true }, options),
    disable: (id, options) => update(id, { enabled: false }, options),
    async create(input, options) {
      return call({ method: "POST", path: "/subscriptions", body: input, options }, withSecret);
    },
    async get(id, options) {
      return call({ method: "GET", path: path`/subscriptions/${id}`, options }, subscription);
    },
    async delete(id, options) {
      return call({ method: "DELETE", path: path`/subscriptions/${id}`, options }, nothing);
    },
    async rotateSecret(id, rotation, options) {
      const where = path`/subscriptions/${id}/rotate-secret`;
      return call({ method: "POST", path: where, body: rotation, options }, withSecret);
    },
    async sendTest(id, test, options) {
      const where = path`/subscriptions/${id}/test`;
      return call({ method: "POST", path: where, body: test, options, patience: TEST_PATIENCE }, delivery);
    },
    async flush(id, options) {
      return call({ method: "POST", path: path`/subscriptions/${id}/flush`, options }, events);
    },
    async recover(id, range, options) {
      return call({ method: "POST", path: path`/subscriptions/${id}/recover`, body: range, options }, events);
    },
    async statistics(id, { since, until, bucket } = {}, options) {
      const query = { since: momentText(since, "since"), until: momentText(until, "until"), bucket };
      const read = object<SubscriptionStatistics>("buckets", "complete");
      return call({ method: "GET", path: path`/subscriptions/${id}/statistics`, query, options }, read);
    },
  };
}
