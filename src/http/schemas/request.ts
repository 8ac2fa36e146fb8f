import * as z from "zod";
import { durationSchema, FIELDS } from "../../subscriptions/fields.js";
import { documented } from "./documented.js";

/** What bodies may hold, for the document: the library itself judges what it is given. */

const { name, credentials, ...others } = FIELDS;
const optional = Object.fromEntries(Object.entries(others).map(([key, field]) => [key, field.optional()]));
const scope = z.string().describe("A path of `kind:id` segments; the root is the empty text.");

/** A date alone is taken, too, so that this says no format. */
const time = z.union([
  z.string().meta({ description: "ISO 8601 with a zone.", examples: ["2026-01-01T00:00:00Z"] }),
  z.number().describe("Epoch milliseconds."),
]);

/** What creates a subscription. */
export const subscriptionInput = documented(
  { id: "SubscriptionInput", description: "A new subscription. Only `name` is needed." },
  z.strictObject({
    name,
    scope: scope
      .nullish()
      .describe("Where it hears: here and below. Left out: the highest scope that is yours."),
    ...optional,
  }),
);

/** What changes a subscription. */
export const subscriptionPatch = documented(
  {
    id: "SubscriptionPatch",
    description:
      "Changes to a subscription. What is left out stays; what is given replaces the whole field; null goes back to the default.",
  },
  z.strictObject({ name: name.optional(), ...optional, credentials: credentials.optional() }),
);

/** How a secret is replaced. */
export const rotateBody = documented(
  { id: "RotateSecret", description: "How a secret is replaced." },
  z.strictObject({
    secret: z.string().optional().describe("Left out: one is made."),
    overlap: z
      .unknown()
      .meta(durationSchema(0, "30d"))
      .optional()
      .describe("How long the old ones sign beside it. Left out: `24h`."),
  }),
);

/** What is sent as a test. */
export const testBody = documented(
  { id: "SendTest", description: "What is sent as a test." },
  z.strictObject({ type: z.string().optional().describe("Left out: the first that has an example.") }),
);

/** What is brought back. */
export const recoverBody = documented(
  { id: "Recover", description: "Which time to recover." },
  z.strictObject({
    since: time.describe("Published at or after."),
    until: time.optional().describe("Published before. Left out: now."),
  }),
);

/** What is published. */
export const publishBody = documented(
  { id: "Publish", description: "An event to publish." },
  z.strictObject({
    type: z.string().describe("An event type of the catalogue."),
    data: z.unknown().describe("As its type has it: see the catalogue."),
    scope: scope.nullish().describe("Where it happened. Left out: the highest scope that is yours."),
    at: time.optional().describe("When it happened. Left out: now."),
  }),
);
