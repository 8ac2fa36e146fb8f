import * as z from "zod";
import { parseDuration } from "../model/duration.js";
import { isWebhookError, WebhookError } from "../model/errors.js";
import { isId } from "../model/id.js";
import { parseArguments } from "../subscriptions/context.js";

/**
 * What callers hand to the public methods that are no rooms of their own, checked before anything is done with it:
 * an option that is misspelt or of the wrong type would else be ignored, or be left for a store to choke on.
 */

const text = z.string().optional();

/** What names something stored. Some databases refuse to be asked for anything else. */
const id = z.string().refine(isId, "Must be an id: 1 to 128 printable ASCII characters.").optional();

const type = z.string().refine(isId, "Must be an event type.").optional();

const moment = z.union([z.string(), z.number(), z.date()], "Must be a moment.");

const deliveryList = z.strictObject({
  subscriptionId: id,
  eventId: id,
  scope: z.unknown().optional(),
  status: text,
  limit: z.number().optional(),
  cursor: text,
});

const eventList = z.strictObject({
  scope: z.unknown().optional(),
  type,
  since: moment.optional(),
  limit: z.number().optional(),
  cursor: text,
});

/** The longest wait a timer keeps: a longer one would be over at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

const drain = z
  .union([z.string(), z.number()])
  .refine((value) => (parseDuration(value) ?? 0) <= LONGEST_TIMER, "Must be at most 24 days.");

/** Far more than an event has; each one that is not known is an issue. */
const MOST_DETAILS = 100;

const shapes = {
  "deliveries.list": deliveryList,
  "events.list": eventList,
  pendingEvents: z.strictObject({ limit: z.number().optional(), cursor: text, within: text }),
  within: z.strictObject({ within: text }),
  recover: z.strictObject({ since: moment, until: moment.optional(), within: text }),
  sendTest: z.strictObject({ type: text, within: text }),
  statistics: z.strictObject({
    since: moment.optional(),
    until: moment.optional(),
    bucket: z.union([z.string(), z.number()], "Must be a duration.").optional(),
    within: text,
  }),
  publish: z
    .looseObject({})
    .refine((value) => Object.keys(value).length <= MOST_DETAILS, "Has too many fields."),
  publishMany: z.strictObject({ tx: z.unknown().optional() }),
  start: z.strictObject({ migrate: z.boolean().optional() }),
  stop: z.strictObject({ drain: drain.optional() }),
} as const;

/**
 * The options of a call as they were given, each read once.
 *
 * @throws WebhookError `INVALID_ARGUMENT`, with an issue for each bad or unknown option.
 */
export function checkOptions<T>(call: keyof typeof shapes, options: T): T {
  if (options === undefined && call !== "recover") return options;
  return parseArguments<unknown>(shapes[call], options) as T;
}

/**
 * What a call that was given events rejects with: the error, where it is one of ours. Anything else was thrown by a
 * getter or a proxy in them, or by the host's own code, and may hold data: only its class is named.
 */
export function unpublished(error: unknown): WebhookError {
  if (isWebhookError(error)) return error;
  const name = error instanceof Error ? error.constructor?.name : typeof error;
  const message = `Reading it threw (${name}): give plain data.`;
  return new WebhookError("INVALID_DATA", `Nothing was published. ${message}`, {
    issues: [{ path: [], message }],
  });
}
