import type { AnyCatalogue } from "../../catalogue/catalogue.js";
import { validateData } from "../../catalogue/validate.js";
import type { EventListOptions } from "../../history/events.js";
import { isWebhookError, WebhookError } from "../../model/errors.js";
import type { EventDetails } from "../../publish/draft.js";
import { onlyFields, reached } from "../reach.js";
import type { Call, Route } from "../route.js";
import * as schemas from "../schemas/index.js";

const tag = "Events";

/**
 * Says where in the body it is: what the schema of the data finds is told from the data on, and here the data is a field.
 * Anything else is thrown as it is.
 */
async function throwPointed(error: unknown, catalogue: AnyCatalogue, body: Call["body"]): Promise<never> {
  if (!isWebhookError(error, "INVALID_DATA")) throw error;
  try {
    await validateData(catalogue, String(body.type), body.data);
  } catch {
    const issues = error.issues.map(({ path, message }) => ({ path: ["data", ...path], message }));
    throw new WebhookError(error.code, error.message, { issues });
  }
  throw error;
}

/** Looking events up, and publishing where the host allows it. */
export const eventRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/events",
    id: "listEvents",
    summary: "Lists events, newest first.",
    tag,
    permission: "read",
    query: schemas.listEventsQuery,
    answer: { status: 200, schema: schemas.pageOf(schemas.eventAnswer), description: "A page of them." },
    async handle({ webhooks, authorization, query }) {
      const { scope, ...rest } = query as EventListOptions;
      return { body: await webhooks.events.list({ ...rest, scope: reached(authorization, scope) }) };
    },
  },
  {
    method: "POST",
    path: "/events",
    id: "publishEvent",
    summary: "Publishes an event.",
    tag,
    permission: "write",
    publishes: true,
    body: { schema: schemas.publishBody, required: true },
    headers: ["idempotency-key"],
    answer: {
      status: 201,
      schema: schemas.publishedAnswer,
      description: "It is stored, with its deliveries.",
    },
    async handle({ webhooks, authorization, body, idempotencyKey }) {
      // No id of the caller's choice: it would tell whether another tenant has an event of that id.
      onlyFields(body, ["type", "data", "scope", "at"]);
      const { type, data, ...details } = body;
      const options = {
        ...(details as EventDetails),
        scope: reached(authorization, body.scope),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
      const publishing = webhooks.publish(type as string, data as never, options);
      const published = await publishing.catch((error: unknown) =>
        throwPointed(error, webhooks.catalogue, body),
      );
      return { body: published, location: `/events/${published.id}` };
    },
  },
  {
    method: "GET",
    path: "/events/{id}",
    id: "getEvent",
    summary: "Reads an event.",
    tag,
    permission: "read",
    answer: { status: 200, schema: schemas.eventAnswer, description: "The event." },
    async handle({ webhooks, authorization, id }) {
      return { body: await webhooks.events.get(id, { within: authorization.scope }) };
    },
  },
];
