import * as z from "zod";
import type { EventTypeDescription, EventTypeGroup } from "../../catalogue/catalogue.js";
import { answering, documented } from "./documented.js";

const deprecated = z.union([z.boolean(), z.string()]).describe("True, or what to use instead.");

const label = z.string().nullable().describe("What people call it; null where the name is all.");

const group = answering<EventTypeGroup>()(
  { id: "EventTypeGroup", description: "One heading of an event type picker." },
  z.object({
    group: z.string().nullable().describe("Null for the types that name no group; they come last."),
    types: z.array(z.object({ type: z.string(), label, description: z.string(), deprecated })),
  }),
);

const eventType = answering<EventTypeDescription>()(
  { id: "EventType", description: "A kind of event that one may subscribe to." },
  z.object({
    type: z.string(),
    label,
    description: z.string(),
    group: z.string().nullable(),
    at: z.array(z.string()).describe("The scope kinds at which one may subscribe to it."),
    deprecated,
    audit: z.boolean().describe("Whether it tells of changes to the configuration."),
    example: z.unknown().describe("Data as it is delivered; null when there is none."),
    jsonSchema: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("JSON Schema, draft 2020-12, of the data; null when there is none."),
  }),
);

/** What may be subscribed to at one scope. */
export const catalogueAnswer = documented(
  { id: "Catalogue", description: "The event types that one may subscribe to at a scope." },
  z.object({
    scope: z.string(),
    kind: z.string().describe("The kind of the scope; the root's is the empty text."),
    groups: z.array(group).describe("For a picker: types under their headings."),
    events: z.array(eventType),
  }),
);

/** What may be subscribed to at one scope. */
export type CatalogueAnswer = z.output<typeof catalogueAnswer>;
