import type { DeliveryListOptions } from "../../history/deliveries.js";
import { onlyFields, reached } from "../reach.js";
import type { Route } from "../route.js";
import * as schemas from "../schemas/index.js";

const tag = "Deliveries";

/** Looking deliveries up, trying one again, calling one off. */
export const deliveryRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/deliveries",
    id: "listDeliveries",
    summary: "Lists deliveries, newest first.",
    tag,
    permission: "read",
    query: schemas.listDeliveriesQuery,
    answer: { status: 200, schema: schemas.pageOf(schemas.deliveryAnswer), description: "A page of them." },
    async handle({ webhooks, authorization, query }) {
      const { scope, ...rest } = query as DeliveryListOptions;
      return { body: await webhooks.deliveries.list({ ...rest, scope: reached(authorization, scope) }) };
    },
  },
  {
    method: "GET",
    path: "/deliveries/{id}",
    id: "getDelivery",
    summary: "Reads a delivery with its exact body and every attempt.",
    tag,
    permission: "read",
    answer: { status: 200, schema: schemas.deliveryDetailsAnswer, description: "The delivery." },
    async handle({ webhooks, authorization, id }) {
      return { body: await webhooks.deliveries.get(id, { within: authorization.scope }) };
    },
  },
  {
    method: "POST",
    path: "/deliveries/{id}/retry",
    id: "retryDelivery",
    summary: "Tries it once more, as soon as may be; it counts for nothing in health.",
    tag,
    permission: "write",
    headers: ["idempotency-key"],
    answer: { status: 200, schema: schemas.deliveryAnswer, description: "As it is now." },
    async handle({ webhooks, authorization, id, body }) {
      onlyFields(body, []);
      return { body: await webhooks.deliveries.retry(id, { within: authorization.scope }) };
    },
  },
  {
    method: "POST",
    path: "/deliveries/{id}/cancel",
    id: "cancelDelivery",
    summary: "Makes no further attempt.",
    tag,
    permission: "write",
    headers: ["idempotency-key"],
    answer: { status: 200, schema: schemas.deliveryAnswer, description: "As it is now." },
    async handle({ webhooks, authorization, id, body }) {
      onlyFields(body, []);
      return { body: await webhooks.deliveries.cancel(id, { within: authorization.scope }) };
    },
  },
];
