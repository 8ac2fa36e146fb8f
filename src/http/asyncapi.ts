import type { AnyCatalogue, EventTypeDescription } from "../catalogue/catalogue.js";
import { toDraft07 } from "./openapi/draft-07.js";
import {
  eventExample,
  eventSchema,
  eventSchemaName,
  eventText,
  SIGNATURE_HEADERS,
} from "./openapi/event-schemas.js";
import type { Json } from "./openapi/schemas.js";

/** What an AsyncAPI document says beside its events. */
export interface AsyncApiOptions {
  /** @default "Webhooks" */
  readonly title?: string;
  /** @default "1" */
  readonly version?: string;
}

/** An AsyncAPI document as plain JSON. */
export interface AsyncApiDocument {
  readonly asyncapi: "3.0.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: string;
  readonly channels: Json;
  readonly operations: Json;
  readonly components: Readonly<Record<string, Json>>;
}

const CHANNEL = "webhooks";

/**
 * The events of a catalogue as an AsyncAPI document (3.0.0, https://www.asyncapi.com/docs/reference/specification/v3.0.0).
 * The application it describes is the sender, which is whose catalogue it is: its one operation is `send`, and whoever
 * receives does the other side of it. The address is each subscription's own, so the channel has none. Pure.
 */
export function asyncApi(
  catalogue: Pick<AnyCatalogue, "describe">,
  options: AsyncApiOptions = {},
): AsyncApiDocument {
  const { title = "Webhooks", version = "1" } = options;
  const { events, scopes } = catalogue.describe();
  const byType = <T>(make: (event: EventTypeDescription) => T) =>
    Object.fromEntries(events.map((event) => [event.type, make(event)]));
  return {
    asyncapi: "3.0.0",
    info: { title, version, description: DESCRIPTION },
    defaultContentType: "application/json",
    channels: {
      [CHANNEL]: {
        address: null,
        title: "Webhooks",
        description: "POST requests to the URL of a subscription that hears the event type.",
        messages: byType(({ type }) => ({ $ref: `#/components/messages/${type}` })),
      },
    },
    operations: {
      sendWebhooks: {
        action: "send",
        channel: { $ref: `#/channels/${CHANNEL}` },
        summary: "Sends events to those who subscribe to them, at least once each.",
        messages: events.map(({ type }) => ({ $ref: `#/channels/${CHANNEL}/messages/${type}` })),
        bindings: { http: { method: "POST", bindingVersion: "0.3.0" } },
      },
    },
    components: {
      messages: byType((event) => messageOf(event, eventExample(event, scopes))),
      schemas: {
        WebhookHeaders: {
          type: "object",
          properties: SIGNATURE_HEADERS,
          required: Object.keys(SIGNATURE_HEADERS),
        },
        ...Object.fromEntries(
          events.map((event) => {
            const name = eventSchemaName(event.type);
            return [name, toDraft07(eventSchema(event, `#/components/schemas/${name}`))];
          }),
        ),
      },
    },
  };
}

const DESCRIPTION =
  "Events as a subscription gets them that names no format; a batch is an array of the same objects.";

function messageOf(event: EventTypeDescription, example: Json | null): Json {
  const { type, label, group, deprecated } = event;
  const text = eventText(event);
  return {
    name: type,
    title: label ?? type,
    ...(text === "" ? {} : { description: text }),
    contentType: "application/json",
    ...(group === null ? {} : { tags: [{ name: group }] }),
    ...(deprecated === false ? {} : { "x-deprecated": true }),
    headers: { $ref: "#/components/schemas/WebhookHeaders" },
    payload: { $ref: `#/components/schemas/${eventSchemaName(type)}` },
    ...(example === null ? {} : { examples: [{ name: "example", payload: example }] }),
  };
}
