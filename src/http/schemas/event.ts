import * as z from "zod";
import type { PublishedEvent } from "../../history/events.js";
import type { PendingEvent } from "../../history/pending.js";
import type { Published } from "../../publish/publisher.js";
import { answering, moment } from "./documented.js";

const fields = {
  id: z.string(),
  type: z.string(),
  scope: z.string().describe("Where it happened; the root is the empty text."),
  at: moment("When it happened."),
};

const data = z.unknown().describe("As its type has it: see the catalogue.");

/** An event of the history. */
export const eventAnswer = answering<PublishedEvent>()(
  {
    id: "PublishedEvent",
    description: "One thing that happened, as it was published.",
    examples: [
      {
        id: "evt_01kaezr3v1g8w4s0n6p2x9d5fa",
        type: "order.paid",
        scope: "",
        at: "2026-01-01T00:05:00.000Z",
        createdAt: "2026-01-01T00:05:00.004Z",
        data: { order: "7" },
        test: false,
      },
    ],
  },
  z.object({
    ...fields,
    createdAt: moment("When it was published."),
    data,
    test: z.boolean().describe("Made to test a subscription."),
  }),
);

/** An event that waits for a batch. */
export const pendingEventAnswer = answering<PendingEvent>()(
  { id: "PendingEvent", description: "An event that waits for its subscription's next flush." },
  z.object({ ...fields, since: moment("When it began to wait."), data }),
);

/** What publishing answers. */
export const publishedAnswer = answering<Published>()(
  { id: "Published", description: "What became of a published event." },
  z.object({
    ...fields,
    duplicate: z.boolean().describe("The id was known already: nothing was stored, nothing will be sent."),
    deliveries: z.int().min(0).describe("Deliveries made at once."),
    pending: z.int().min(0).describe("Batch subscriptions whose next flush carries it."),
  }),
);
