import * as z from "zod";
import { MAX_TYPE_LENGTH } from "../catalogue/pattern.js";
import { URL_LENGTH } from "../endpoints/url.js";
import { parseDuration } from "../model/duration.js";
import type { Duration } from "../model/time.js";
import type { AutoDisable } from "./auto-disable.js";
import type { Actor, BatchSettings, RetrySettings } from "./document.js";
import { durationBetween } from "./duration-field.js";
import { type Header, MAX_HEADERS } from "./headers.js";
import { issuesOf } from "./issues.js";
import { isPlainObject, metadataField } from "./metadata-field.js";

/** `type "/" subtype`, then parameters, as RFC 9110 section 8.3.1 has it. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\t\\x20-\\x7e])*"';
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|${QUOTED}))*$`);

const NAME = /^[\p{L}\p{M}\p{N}_.-](?:[\p{L}\p{M}\p{N} _.-]*[\p{L}\p{M}\p{N}_.-])?$/u;

/** 3 to 125 letters, digits, spaces, `-`, `_` or `.`; no space at either end. Zod counts code points, as JSON Schema does. */
const name = z
  .string()
  .min(3, "Must have 3 to 125 characters.")
  .max(125, { error: "Must have 3 to 125 characters.", abort: true })
  .regex(NAME, "Must be letters, digits, spaces, - _ or . with no space at either end.")
  .meta({
    description: "3 to 125 letters, digits, spaces, `-`, `_` or `.`; no space at either end.",
    examples: ["Splunk"],
  });

const url = z
  .string()
  .min(URL_LENGTH.min, `Must have ${URL_LENGTH.min} to ${URL_LENGTH.max} characters.`)
  .max(URL_LENGTH.max, `Must have ${URL_LENGTH.min} to ${URL_LENGTH.max} characters.`)
  .meta({
    description:
      "Where to send; HTTPS unless the operator allows HTTP. Credentials in it are sealed and never shown again.",
    examples: ["https://hooks.example.com/in"],
  });

/** An empty list is as good as none, so that a form can be saved before its boxes are ticked. */
const events = listOf(
  z.string().max(MAX_TYPE_LENGTH + 2, `Must have at most ${MAX_TYPE_LENGTH + 2} characters.`),
  0,
  200,
  "Must be at most 200 event types and patterns.",
  { type: "string", maxLength: MAX_TYPE_LENGTH + 2 },
).meta({
  description: "Event types, `prefix.*` or `*`; each must match something that can be chosen at the scope.",
});

const contentType = z
  .string()
  .max(255, { error: "Must have at most 255 characters.", abort: true })
  .regex(MEDIA_TYPE, "Must be a media type, such as application/json.")
  .meta({ description: "The media type of the body. Left out: the format's." });

/** Shape only: what may be in it is decided beside the scheme and what is stored, in `headers.ts`. Not `z.record`, which drops a key `__proto__` in silence. */
const headers = z
  .unknown()
  .transform((value, context): Header[] => {
    if (!isPlainObject(value)) {
      context.addIssue({ code: "custom", message: "Must be an object of header names and values." });
      return z.NEVER;
    }
    const entries = Object.entries(value);
    if (entries.length > MAX_HEADERS) {
      context.addIssue({ code: "custom", message: `Must be at most ${MAX_HEADERS} headers.` });
      return z.NEVER;
    }
    return entries.flatMap(([key, text]) => {
      if (typeof text === "string") return [{ name: key, value: text }];
      context.addIssue({ code: "custom", path: [key], message: "Must be a string." });
      return [];
    });
  })
  .meta({
    type: "object",
    maxProperties: MAX_HEADERS,
    additionalProperties: { type: "string" },
    description:
      "Request headers of the subscription's own, at most 4096 bytes. Values are secrets: sealed, and shown as `[redacted]`, which in an update keeps the value of that name.",
  });

/** Waits between attempts and the time for an answer. */
const retryField: z.ZodType<RetrySettings, unknown> = z
  .strictObject({
    schedule: listOf(durationBetween(0, "7d"), 1, 20, "Must be 1 to 20 waits.", durationSchema(0, "7d"))
      .meta({ description: "Waits between attempts; n waits are n + 1 attempts." })
      .nullish(),
    timeout: durationBetween("1s", "60s")
      .meta({ ...durationSchema("1s", "60s"), description: "For one attempt." })
      .nullish(),
  })
  .transform(({ schedule, timeout }) => ({ schedule: schedule ?? null, timeout: timeout ?? null }));

const MOST_CONSECUTIVE = 1_000_000;
const consecutive = z.strictObject({ consecutive: whole(1, MOST_CONSECUTIVE) });
const failingFor = z.strictObject({ failingFor: durationBetween("1s", "365d") });
const always = z.enum(
  ["exhausted", "never"],
  'Must be "exhausted", "never", { consecutive: n } or { failingFor: duration }.',
);

/** When a subscription is disabled by itself. Not a union, whose issues would not point into the object. */
const autoDisableField: z.ZodType<AutoDisable, unknown> = z
  .unknown()
  .transform((value, context): AutoDisable => {
    const shape =
      typeof value !== "object" || value === null ? always : "failingFor" in value ? failingFor : consecutive;
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of issuesOf(parsed.error, [], "INVALID_SUBSCRIPTION")) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
    return z.NEVER;
  })
  .meta({
    oneOf: [
      { type: "string", enum: always.options },
      closed({ consecutive: { type: "integer", minimum: 1, maximum: MOST_CONSECUTIVE } }),
      closed({ failingFor: durationSchema("1s", "365d") }),
    ],
    description: "When the subscription is disabled by itself.",
  });

/** When a batch is flushed. */
const batchField: z.ZodType<BatchSettings, unknown> = z
  .strictObject({
    maxEvents: whole(2, 20_000).nullish(),
    intervalMinutes: whole(1, 86_400).nullish(),
    maxBytes: whole(1024, 64 * 1024 * 1024).nullish(),
  })
  .transform(({ maxEvents, intervalMinutes, maxBytes }) => ({
    maxEvents: maxEvents ?? null,
    intervalMinutes: intervalMinutes ?? null,
    maxBytes: maxBytes ?? null,
  }));

/** Who does something. */
export const actorField: z.ZodType<Actor, unknown> = z.strictObject({
  type: z.enum(["user", "system"]),
  id: z.string().min(1).max(256),
  name: z.string().max(256).optional(),
});

/** The fields of a subscription a user may give, each with its own schema, so that one bad field hides no other. `null` clears where that means something. */
export const FIELDS = {
  name,
  description: z.string().max(500, "Must have at most 500 characters.").nullable(),
  type: z
    .enum(["event", "batch"])
    .meta({ description: "`event`: each event at once. `batch`: many in one body. Left out: `event`." }),
  url: url.nullable(),
  credentials: z.literal(false, "Must be false, which forgets the credentials; set them in the URL."),
  events: events.nullable(),
  contentType: contentType.nullable(),
  headers: headers.nullable(),
  format: z
    .string()
    .meta({ description: "What the body looks like.", examples: ["standard"] })
    .nullable(),
  signing: z.strictObject({ scheme: z.string().optional(), secret: z.string().optional() }),
  retry: retryField.nullable(),
  autoDisable: autoDisableField.nullable(),
  tls: z.strictObject({ verify: z.boolean() }).nullable(),
  ordered: z.boolean().meta({ description: "One delivery at a time, in publish order." }),
  metadata: metadataField
    .meta({
      type: "object",
      description: "Notes of whoever makes it: JSON, at most 4 KiB and five levels deep.",
    })
    .nullable(),
  batch: batchField.nullable(),
  enabled: z
    .boolean()
    .meta({ description: "Whether events are sent. Needs a URL and an event type. Left out: false." }),
} as const;

/** What the given fields are once they are parsed. */
export type FieldValues = { readonly [K in keyof typeof FIELDS]?: z.output<(typeof FIELDS)[K]> };

/** A list whose length is looked at before anything in it: one of a thousand million holes is made in no time. */
function listOf<T>(
  item: z.ZodType<T, unknown>,
  least: number,
  most: number,
  message: string,
  items: Readonly<Record<string, unknown>>,
) {
  const fits = (value: unknown) => !Array.isArray(value) || (value.length >= least && value.length <= most);
  return z
    .unknown()
    .refine(fits, { error: message, abort: true })
    .pipe(z.array(item))
    .meta({ type: "array", minItems: least, maxItems: most, items });
}

/**
 * What JSON Schema can say of a {@link durationBetween}: which texts are within the bounds, it cannot. Schemas here
 * that are functions would else be anything in a document made of them.
 */
export function durationSchema(
  shortest: Duration,
  longest: Duration,
): { anyOf: Readonly<Record<string, unknown>>[] } {
  const [minimum, maximum] = [parseDuration(shortest) ?? 0, parseDuration(longest) ?? 0];
  return {
    anyOf: [
      { type: "number", minimum, maximum, description: "Milliseconds." },
      { type: "string", pattern: "^\\d{1,15}(\\.\\d{1,6})?(ms|s|m|h|d)$", examples: ["15s", "30m", "2h"] },
    ],
  };
}

function closed(properties: Readonly<Record<string, unknown>>) {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

function whole(least: number, most: number): z.ZodInt {
  const message = `Must be a whole number from ${least} to ${most}.`;
  return z.int(message).min(least, message).max(most, message);
}
