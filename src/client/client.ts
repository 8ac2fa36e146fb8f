import type { AnyCatalogue, EventTypeDescription, EventTypeGroup } from "../catalogue/catalogue.js";
import type { OpenApiDocument } from "../http/openapi.js";
import { object } from "./answer.js";
import type { CallOptions } from "./call-options.js";
import { callerOf } from "./caller.js";
import { type ClientDeliveries, deliveriesOf } from "./deliveries.js";
import { type ClientEvents, eventsOf } from "./events.js";
import { type ClientOptions, parseClientOptions } from "./options.js";
import { type ClientSubscriptions, subscriptionsOf } from "./subscriptions.js";

/** What can be subscribed to at one scope. */
export interface ScopeCatalogue {
  readonly scope: string;
  /** The scope's kind; `""` is the root. */
  readonly kind: string;
  /** For a picker: types under their headings. */
  readonly groups: readonly EventTypeGroup[];
  readonly events: readonly EventTypeDescription[];
}

/**
 * The management API of a host, as one calls it.
 *
 * @typeParam C - The host's catalogue, where the compiler may know its names.
 */
export interface Client<C extends AnyCatalogue = AnyCatalogue> {
  readonly subscriptions: ClientSubscriptions<C>;
  readonly deliveries: ClientDeliveries;
  readonly events: ClientEvents<C>;
  /**
   * What can be subscribed to at a scope.
   *
   * @param scope - @default the highest that is the caller's
   */
  catalogue(scope?: string, options?: CallOptions): Promise<ScopeCatalogue>;
  /** The API's own description. */
  openApi(options?: CallOptions): Promise<OpenApiDocument>;
}

/**
 * A client of the management API, for browsers and for Node. Every call that fails rejects with `ClientError`; only what
 * a `headers` function throws is passed on as it is.
 *
 *     const client = createClient({ baseUrl: "/api/webhooks" });
 *     for await (const delivery of client.deliveries.each({ status: "exhausted" }))
 *       await client.deliveries.retry(delivery.id);
 *
 * @typeParam C - The host's catalogue: `createClient<typeof catalogue>(...)` knows its types and their data.
 * @throws ClientError `CONFIGURATION` when the options are not acceptable.
 */
export function createClient<C extends AnyCatalogue = AnyCatalogue>(options: ClientOptions): Client<C> {
  const call = callerOf(parseClientOptions(options));
  return {
    subscriptions: subscriptionsOf(call),
    deliveries: deliveriesOf(call),
    events: eventsOf(call),
    async catalogue(scope, callOptions) {
      const read = object<ScopeCatalogue>("kind", "events");
      return call({ method: "GET", path: "/catalogue", query: { scope }, options: callOptions }, read);
    },
    async openApi(callOptions) {
      const read = object<OpenApiDocument>("openapi", "paths");
      return call({ method: "GET", path: "/openapi.json", options: callOptions }, read);
    },
  };
}
