import * as z from "zod";
import { toMillis } from "../../history/moment.js";
import { durationSchema } from "../../subscriptions/fields.js";
import { LARGEST_PAGE } from "../../subscriptions/page.js";
import { deliveryStatus } from "./delivery.js";

/**
 * What the query of each GET may hold: one text a parameter, made into what the library takes. Whatever is not of its
 * shape is left as it came, so that the issue says what it should be.
 */

const LIMIT = `Must be a whole number from 1 to ${LARGEST_PAGE}.`;

const limit = z
  .preprocess(toNumber, z.int(LIMIT).min(1, LIMIT).max(LARGEST_PAGE, LIMIT))
  .optional()
  .describe("At most this many items. Left out: 50.");

const cursor = z.string().optional().describe("`next` of the page before.");

const since = momentText("At or after this moment.");

const scope = z.string().optional().describe("At this scope or below it. Left out: all that is yours.");

/** Parameters of every list. */
const paging = { limit, cursor };

/** Of lists without filters. */
export const pageQuery = z.strictObject(paging);

/** Of the list of subscriptions. */
export const listSubscriptionsQuery = z.strictObject({
  scope,
  descendants: flag("Whether those at scopes below `scope` are listed, too. Left out: true."),
  enabled: flag("Only those that are enabled, or only those that are not."),
  ...paging,
});

/** Of the list of deliveries. */
export const listDeliveriesQuery = z.strictObject({
  subscriptionId: z.string().optional(),
  eventId: z.string().optional(),
  scope,
  status: deliveryStatus.optional(),
  ...paging,
});

/** Of the list of events. */
export const listEventsQuery = z.strictObject({
  scope,
  type: z.string().optional().describe("An event type."),
  since,
  ...paging,
});

/** Of a subscription's statistics. */
export const statisticsQuery = z.strictObject({
  since: momentText("At or after this moment. Left out: a day before `until`."),
  until: momentText("Before this moment. Left out: now."),
  bucket: z
    .preprocess(toNumber, z.union([z.string(), z.number()], "Must be a duration, such as 15m."))
    .optional()
    .meta({ ...durationSchema("1s", "36500d"), description: "Length of a bucket. Left out: `1h`." }),
});

/** Of the catalogue. */
export const catalogueQuery = z.strictObject({
  scope: z.string().optional().describe("The scope to subscribe at. Left out: the highest that is yours."),
});

function flag(description: string) {
  return z.preprocess(toFlag, z.boolean("Must be true or false.")).optional().describe(description);
}

function momentText(description: string) {
  return z
    .string()
    .refine(isMoment, "Must be an ISO 8601 date, or a date and a time with its zone.")
    .meta({ format: "date-time", description })
    .optional();
}

function isMoment(text: string): boolean {
  try {
    toMillis(text, "");
    return true;
  } catch {
    return false;
  }
}

function toNumber(value: unknown): unknown {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

function toFlag(value: unknown): unknown {
  if (value === "true") return true;
  return value === "false" ? false : value;
}
