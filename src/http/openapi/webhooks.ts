import type { CatalogueDescription, EventTypeDescription } from "../../catalogue/catalogue.js";
import { eventExample, eventSchema, eventSchemaName, eventText, SIGNATURE_HEADERS } from "./event-schemas.js";
import type { Json } from "./schemas.js";

/** What the events of a catalogue add to an OpenAPI document. */
export interface WebhookParts {
  /** One entry for each event type, by its name. */
  readonly webhooks: Json;
  readonly schemas: Json;
  readonly parameters: Json;
}

/** The events of a catalogue as the requests that receivers get. */
export function webhooksOf({ events, scopes }: CatalogueDescription): WebhookParts {
  const headers = Object.entries(SIGNATURE_HEADERS);
  const refs = headers.map(([name]) => ({ $ref: `#/components/parameters/${name}` }));
  return {
    webhooks: Object.fromEntries(
      events.map((event) => [event.type, { post: requestOf(event, eventExample(event, scopes), refs) }]),
    ),
    schemas: Object.fromEntries(
      events.map((event) => {
        const name = eventSchemaName(event.type);
        return [name, eventSchema(event, `#/components/schemas/${name}`)];
      }),
    ),
    parameters: Object.fromEntries(
      headers.map(([name, { description, ...schema }]) => [
        name,
        { name, in: "header", required: true, description, schema },
      ]),
    ),
  };
}

function requestOf(event: EventTypeDescription, example: Json | null, parameters: readonly Json[]): Json {
  const { type, label, group, deprecated } = event;
  const text = eventText(event);
  return {
    summary: label ?? type,
    ...(text === "" ? {} : { description: text }),
    ...(group === null ? {} : { tags: [group] }),
    ...(deprecated === false ? {} : { deprecated: true }),
    security: [],
    parameters,
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: { $ref: `#/components/schemas/${eventSchemaName(type)}` },
          ...(example === null ? {} : { examples: { example: { value: example } } }),
        },
      },
    },
    responses: {
      "2XX": { description: "It is taken." },
      "410": { description: "The endpoint is gone: the subscription is disabled." },
      default: {
        description: "It is tried again by the subscription's schedule; redirects are not followed.",
      },
    },
  };
}
