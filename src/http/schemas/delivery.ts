import * as z from "zod";
import type { Attempt } from "../../history/attempt.js";
import type { Delivery, DeliveryDetails } from "../../history/delivery.js";
import type { DeliveryError, DeliveryStatus } from "../../model/delivery.js";
import { answering, moment } from "./documented.js";

/** Where a delivery can stand. */
export const deliveryStatus = answering<DeliveryStatus>()(
  {
    id: "DeliveryStatus",
    description:
      "`pending`: no attempt finished yet. `failed`: the last attempt failed and another will follow. `delivered`, `exhausted` and `cancelled`: closed.",
  },
  z.enum(["pending", "failed", "delivered", "exhausted", "cancelled"]),
);

const error = answering<DeliveryError>()(
  { id: "DeliveryError", description: "What went wrong at an attempt." },
  z.object({ code: z.string().describe("For programs."), message: z.string().describe("For people.") }),
);

const texts = z.record(z.string(), z.string());

const attempt = answering<Attempt>()(
  { id: "Attempt", description: "One HTTP request of a delivery." },
  z.object({
    number: z
      .int()
      .min(1)
      .describe("A number is missing where a process died before it could record the attempt."),
    at: moment("When it began."),
    durationMs: z.number().min(0),
    request: z.object({ url: z.string(), headers: texts.describe("Secret values read `[redacted]`.") }),
    response: z
      .object({
        status: z.int(),
        headers: texts,
        body: z
          .string()
          .describe("As text, cut where it is long. Never interpreted: escape it where it is shown."),
        truncated: z.boolean().describe("Whether there was more of the body."),
      })
      .nullable()
      .describe("What was answered; null when nothing was."),
    error: error.nullable(),
  }),
);

const fields = {
  id: z.string(),
  subscriptionId: z.string(),
  eventIds: z.array(z.string()).describe("The events in the body, in their order there."),
  type: z
    .string()
    .describe("The event type; of a batch `batch`, or its topic where the format batches per topic."),
  kind: z.enum(["event", "batch", "test"]).describe("What it was made for."),
  status: deliveryStatus,
  attempts: z.int().min(0).describe("Attempts begun so far."),
  httpStatus: z
    .int()
    .nullable()
    .describe("HTTP status of the last attempt; null when there was none or no answer."),
  error: error.nullable().describe("What went wrong at the last attempt."),
  createdAt: moment("When it was made."),
  nextAttemptAt: moment("When it is tried next; null once it is closed.").nullable(),
  completedAt: moment("When it was delivered, exhausted or cancelled.").nullable(),
};

const example = {
  id: "dlv_01kaezr3v2q4b2m1m5t9yz7h3c",
  subscriptionId: "sub_01kaezq8z5pn0v8sm0fw5dq1yr",
  eventIds: ["evt_01kaezr3v1g8w4s0n6p2x9d5fa"],
  type: "order.paid",
  kind: "event",
  status: "failed",
  attempts: 1,
  httpStatus: 503,
  error: { code: "HTTP_STATUS", message: "The endpoint answered 503." },
  createdAt: "2026-01-01T00:05:00.000Z",
  nextAttemptAt: "2026-01-01T00:06:00.000Z",
  completedAt: null,
};

/** A delivery as lists answer it. */
export const deliveryAnswer = answering<Delivery>()(
  {
    id: "Delivery",
    description: "One body to one subscription, however many attempts it takes.",
    examples: [example],
  },
  z.object(fields),
);

/** A delivery with all that is known of it. */
export const deliveryDetailsAnswer = answering<DeliveryDetails>()(
  {
    id: "DeliveryDetails",
    description: "A delivery with what was sent and what was answered.",
    examples: [
      {
        ...example,
        payload: '{"id":"evt_01kaezr3v1g8w4s0n6p2x9d5fa","type":"order.paid","data":{"order":"7"}}',
        attemptLog: [
          {
            number: 1,
            at: "2026-01-01T00:05:00.000Z",
            durationMs: 31.25,
            request: { url: "https://hooks.example.com/in", headers: { "content-type": "application/json" } },
            response: { status: 503, headers: { "retry-after": "30" }, body: "busy", truncated: false },
            error: example.error,
          },
        ],
      },
    ],
  },
  z.object({
    ...fields,
    payload: z.string().nullable().describe("The exact body; null where it can no longer be made."),
    attemptLog: z.array(attempt).describe("Every attempt recorded, first to last."),
  }),
);
