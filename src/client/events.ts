import type { AnyCatalogue } from "../catalogue/catalogue.js";
import type { EventType, InputOf } from "../catalogue/infer.js";
import type { EventListOptions, PublishedEvent } from "../history/events.js";
import type { Moment } from "../history/moment.js";
import type { Published } from "../publish/publisher.js";
import type { Page } from "../subscriptions/page.js";
import { momentText, path } from "./address.js";
import { object, page } from "./answer.js";
import type { CallOptions, KeyedOptions } from "./call-options.js";
import type { Caller } from "./caller.js";
import { each } from "./each.js";

/** How an event is published over HTTP. Publishing twice with the same `idempotencyKey`, scope and type counts once. */
export interface ClientPublishOptions extends KeyedOptions {
  /** Where it happened. @default the highest scope that is the caller's */
  readonly scope?: string | undefined;
  /** When it happened: a `Date`, epoch milliseconds, or an ISO 8601 text. @default now */
  readonly at?: Moment | undefined;
}

/** Verbs of events. Each rejects with ClientError: `NOT_FOUND` where there is no such one within what is the caller's. */
export interface ClientEvents<C extends AnyCatalogue> {
  /** One page, newest first. All filters given must hold. */
  list(filter?: EventListOptions, options?: CallOptions): Promise<Page<PublishedEvent>>;
  /** Every one of {@link list}, page by page: `limit` is the size of a page, `cursor` where to begin. */
  each(filter?: EventListOptions, options?: CallOptions): AsyncGenerator<PublishedEvent, void, undefined>;
  get(id: string, options?: CallOptions): Promise<PublishedEvent>;
  /**
   * Publishes an event, where the host allows that; `METHOD_NOT_ALLOWED` where it does not. The data goes as JSON: a
   * `Date` in it arrives as a text.
   */
  publish<T extends EventType<C>>(
    type: T,
    data: InputOf<C, T>,
    options?: ClientPublishOptions,
  ): Promise<Published>;
}

/** Binds the verbs to what makes the calls. */
export function eventsOf<C extends AnyCatalogue>(call: Caller): ClientEvents<C> {
  async function list({ since, ...filter }: EventListOptions = {}, options?: CallOptions) {
    const query = { ...filter, since: momentText(since, "since") };
    return call({ method: "GET", path: "/events", query, options }, page<PublishedEvent>());
  }

  return {
    list,
    each: (filter = {}, options) => each((cursor) => list({ ...filter, cursor }, options), filter.cursor),
    async get(id, options) {
      const read = object<PublishedEvent>("id", "createdAt");
      return call({ method: "GET", path: path`/events/${id}`, options }, read);
    },
    async publish(type, data, { scope, at, ...options } = {}) {
      const body = { type, data, scope, at };
      const read = object<Published>("id", "duplicate");
      return call({ method: "POST", path: "/events", body, options }, read);
    },
  };
}
