import type { CatalogueDescription, EventTypeDescription } from "../../catalogue/catalogue.js";
import { relocated } from "./relocate.js";
import type { Json } from "./schemas.js";

/** The name of an event type's schema. No other schema has a full stop in its name. */
export function eventSchemaName(type: string): string {
  return `event.${type}`;
}

/**
 * The body that a receiver gets of one event in the standard format, the one that a subscription has unless it names
 * another.
 *
 * @param at - Where in the document it will stand, as a JSON Pointer in a URI fragment: `#/components/schemas/x`.
 */
export function eventSchema(event: EventTypeDescription, at: string): Json {
  const { type, description, jsonSchema } = event;
  const data = jsonSchema === null ? {} : relocated(jsonSchema, `${at}/properties/data`);
  return {
    type: "object",
    ...(description === "" ? {} : { description }),
    properties: {
      id: { type: "string", description: "The event's id: the same at every attempt." },
      type: { type: "string", const: type },
      timestamp: { type: "string", format: "date-time", description: "When it happened." },
      scope: { type: "string", description: "Where it happened; the root is the empty text." },
      data,
    },
    required: ["id", "type", "timestamp", "scope", "data"],
  };
}

/** An example of that body, at a scope of the first kind that the type names; `null` where the catalogue has no data for one. */
export function eventExample(
  { type, example, at }: EventTypeDescription,
  scopes: CatalogueDescription["scopes"],
): Json | null {
  if (example === null) return null;
  const parents = new Map(scopes.map(({ kind, parent }) => [kind, parent]));
  const segments: string[] = [];
  for (
    let kind: string | null = at[0] ?? "";
    kind !== null && kind !== "";
    kind = parents.get(kind) ?? null
  ) {
    segments.unshift(`${kind}:example`);
  }
  return {
    id: "evt_example",
    type,
    timestamp: "2026-01-01T00:00:00.000Z",
    scope: segments.join("/"),
    data: example,
  };
}

/** What is said of an event type, and that it is deprecated where it is. */
export function eventText({ description, deprecated }: EventTypeDescription): string {
  const advice = typeof deprecated === "string" ? `Deprecated: ${deprecated}` : "";
  return [description, advice].filter((part) => part !== "").join("\n\n");
}

/** The headers that Standard Webhooks has (specification 1.0.0), as JSON Schema. */
export const SIGNATURE_HEADERS: Readonly<Record<string, Json>> = {
  "webhook-id": {
    type: "string",
    description: "The same at every attempt: by it a receiver tells a repetition.",
    examples: ["evt_example"],
  },
  "webhook-timestamp": {
    type: "string",
    pattern: "^\\d+$",
    description: "When this attempt was made, in seconds since 1970.",
    examples: ["1767225600"],
  },
  "webhook-signature": {
    type: "string",
    description: "One signature or more, separated by spaces: over id, timestamp and body.",
    examples: ["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="],
  },
};
