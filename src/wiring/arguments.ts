import * as z from "zod";
import { parseArguments } from "../subscriptions/context.js";

/**
 * What callers hand to the public methods that are no rooms of their own, checked before anything is done with it:
 * an option that is misspelt or of the wrong type would else be ignored, or be left for a store to choke on.
 */

const text = z.string().optional();

const moment = z.union([z.string(), z.number(), z.date()]);

const deliveryList = z.strictObject({
  subscriptionId: text,
  eventId: text,
  scope: z.unknown().optional(),
  status: text,
  limit: z.number().optional(),
  cursor: text,
});

const eventList = z.strictObject({
  scope: z.unknown().optional(),
  type: text,
  since: moment.optional(),
  limit: z.number().optional(),
  cursor: text,
});

const shapes = {
  "deliveries.list": deliveryList,
  "events.list": eventList,
  pendingEvents: z.strictObject({ limit: z.number().optional(), cursor: text }),
  recover: z.strictObject({ since: moment, until: moment.optional() }),
  sendTest: z.strictObject({ type: text }),
  publish: z.looseObject({}),
  publishMany: z.strictObject({ tx: z.unknown().optional() }),
  start: z.strictObject({ migrate: z.boolean().optional() }),
  stop: z.strictObject({ drain: z.union([z.string(), z.number()]).optional() }),
} as const;

/**
 * The options of a call as they were given.
 *
 * @throws WebhookError `INVALID_ARGUMENT`, with an issue for each bad or unknown option.
 */
export function checkOptions<T>(call: keyof typeof shapes, options: T): T {
  if (options !== undefined || call === "recover") parseArguments<unknown>(shapes[call], options);
  return options;
}
