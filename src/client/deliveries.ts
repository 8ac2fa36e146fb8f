import type { DeliveryListOptions } from "../history/deliveries.js";
import type { Delivery, DeliveryDetails } from "../history/delivery.js";
import type { Page } from "../subscriptions/page.js";
import { path } from "./address.js";
import { object, page } from "./answer.js";
import type { CallOptions, KeyedOptions } from "./call-options.js";
import type { Caller } from "./caller.js";
import { each } from "./each.js";

/** Verbs of deliveries. Each rejects with ClientError: `NOT_FOUND` where there is no such one within what is the caller's. */
export interface ClientDeliveries {
  /** One page, newest first. All filters given must hold. */
  list(filter?: DeliveryListOptions, options?: CallOptions): Promise<Page<Delivery>>;
  /** Every one of {@link list}, page by page: `limit` is the size of a page, `cursor` where to begin. */
  each(filter?: DeliveryListOptions, options?: CallOptions): AsyncGenerator<Delivery, void, undefined>;
  /** With the exact body and every attempt. */
  get(id: string, options?: CallOptions): Promise<DeliveryDetails>;
  /** One more attempt. Throws `INVALID_STATE`. */
  retry(id: string, options?: KeyedOptions): Promise<Delivery>;
  /** No further attempt. Throws `INVALID_STATE`. */
  cancel(id: string, options?: KeyedOptions): Promise<Delivery>;
}

/** Reads a delivery. */
export const delivery = object<Delivery>("id", "status");

/** Binds the verbs to what makes the calls. */
export function deliveriesOf(call: Caller): ClientDeliveries {
  async function list(filter: DeliveryListOptions = {}, options?: CallOptions) {
    return call({ method: "GET", path: "/deliveries", query: { ...filter }, options }, page<Delivery>());
  }

  return {
    list,
    each: (filter = {}, options) => each((cursor) => list({ ...filter, cursor }, options), filter.cursor),
    async get(id, options) {
      const read = object<DeliveryDetails>("id", "attemptLog");
      return call({ method: "GET", path: path`/deliveries/${id}`, options }, read);
    },
    async retry(id, options) {
      return call({ method: "POST", path: path`/deliveries/${id}/retry`, options }, delivery);
    },
    async cancel(id, options) {
      return call({ method: "POST", path: path`/deliveries/${id}/cancel`, options }, delivery);
    },
  };
}
