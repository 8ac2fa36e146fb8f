import * as z from "zod";
import type { SubscriptionWithSecret } from "../../subscriptions/create.js";
import type { Actor } from "../../subscriptions/document.js";
import { REDACTED } from "../../subscriptions/headers.js";
import type {
  Subscription,
  SubscriptionHealthView,
  SubscriptionSigning,
} from "../../subscriptions/present.js";
import { answering, millis, moment } from "./documented.js";

const actor = answering<Actor>()(
  { id: "Actor", description: "Who did something." },
  z.object({
    type: z.enum(["user", "system"]),
    id: z.string(),
    name: z.string().optional(),
  }),
);

const health = answering<SubscriptionHealthView>()(
  { id: "SubscriptionHealth", description: "How the endpoint is doing." },
  z.object({
    status: z
      .enum(["pending", "healthy", "failing", "disabled"])
      .describe(
        "`pending`: nothing was sent yet. `healthy`: the last attempt succeeded. `failing`: it did not. `disabled`: paused.",
      ),
    consecutiveFailures: z.int().min(0),
    failingSince: moment("When the first of these failures happened.").nullable(),
    lastAttemptAt: moment("When something was last sent.").nullable(),
    lastStatus: z
      .int()
      .nullable()
      .describe("HTTP status of the last attempt; null when there was no answer."),
    heldUntil: moment("Nothing is sent before this moment.").nullable(),
  }),
);

const signing = answering<SubscriptionSigning>()(
  { id: "SubscriptionSigning", description: "How requests are signed. Secrets are not shown." },
  z.object({
    scheme: z.string(),
    secrets: z
      .array(
        z.object({
          createdAt: moment("When it was made or given."),
          expiresAt: moment("Signs until then; null for the newest.").nullable(),
        }),
      )
      .describe("The secrets that sign now, newest first."),
    verificationKey: z.string().nullable().describe("The newest public key, for schemes that have one."),
  }),
);

/** A subscription as every route answers it. */
export const subscriptionAnswer = answering<Subscription>()(
  {
    id: "Subscription",
    description:
      "Who wants to hear: an endpoint, event types and policies. Settings are those that hold, defaults filled in.",
    examples: [
      {
        id: "sub_01kaezq8z5pn0v8sm0fw5dq1yr",
        scope: "",
        name: "Splunk",
        description: null,
        type: "event",
        url: "https://hooks.example.com/in",
        events: ["order.*"],
        enabled: true,
        version: 2,
        contentType: "application/json",
        headers: { "X-Tenant": REDACTED },
        credentials: false,
        format: "standard",
        signing: {
          scheme: "standard",
          secrets: [{ createdAt: "2026-01-01T00:00:00.000Z", expiresAt: null }],
          verificationKey: null,
        },
        retry: { schedule: [60_000, 300_000, 1_800_000, 7_200_000], timeout: 15_000 },
        autoDisable: "exhausted",
        tls: { verify: true },
        ordered: false,
        batch: null,
        metadata: {},
        health: {
          status: "healthy",
          consecutiveFailures: 0,
          failingSince: null,
          lastAttemptAt: "2026-01-01T00:05:00.000Z",
          lastStatus: 204,
          heldUntil: null,
        },
        disabledReason: null,
        disabledMessage: null,
        disabledAt: null,
        createdBy: { type: "user", id: "user_1", name: "Ada Lovelace" },
        createdAt: "2026-01-01T00:00:00.000Z",
        updatedAt: "2026-01-01T00:01:00.000Z",
      },
    ],
  },
  z.object({
    id: z.string(),
    scope: z.string().describe("Where it hears: here and below. The root is the empty text."),
    name: z.string(),
    description: z.string().nullable(),
    type: z.enum(["event", "batch"]).describe("`event`: each event at once. `batch`: many in one body."),
    url: z.string().nullable().describe("Without credentials."),
    events: z.array(z.string()).describe("Event types, `prefix.*` and `*`."),
    enabled: z.boolean(),
    version: z.int().min(1).describe("1 when created, one more at each change. It is the ETag, too."),
    contentType: z.string().describe("The media type of the body."),
    headers: z
      .record(z.string(), z.literal(REDACTED))
      .describe("Its own request headers; values are never shown."),
    credentials: z
      .boolean()
      .describe("Whether credentials given in the URL are held and sent as `Authorization: Basic`."),
    format: z.string().describe("What the body looks like."),
    signing,
    retry: z.object({
      schedule: z.array(millis("One wait.")).describe("The waits between attempts."),
      timeout: millis("For one attempt."),
    }),
    autoDisable: z
      .union([
        z.enum(["exhausted", "never"]),
        z.object({ consecutive: z.int().min(1) }),
        z.object({ failingFor: millis("How long it may fail.") }),
      ])
      .describe("When it is disabled by itself."),
    tls: z.object({ verify: z.boolean() }),
    ordered: z.boolean().describe("One delivery at a time, in publish order."),
    batch: z
      .object({ maxEvents: z.int(), intervalMinutes: z.int(), maxBytes: z.int() })
      .nullable()
      .describe("When a batch is flushed."),
    metadata: z.record(z.string(), z.unknown()).describe("Notes of whoever made it."),
    health,
    disabledReason: z
      .enum(["exhausted", "consecutive", "failingFor", "gone", "manual"])
      .nullable()
      .describe("Why it was disabled; null while it is enabled, and before it ever was."),
    disabledMessage: z.string().nullable().describe("A sentence about that."),
    disabledAt: moment("When that happened.").nullable(),
    createdBy: actor.nullable(),
    createdAt: moment("When it was created."),
    updatedAt: moment("When it was last changed."),
  }),
);

/** What creating a subscription and rotating its secret answer. */
export const subscriptionWithSecretAnswer = answering<SubscriptionWithSecret>()(
  { id: "SubscriptionWithSecret", description: "A subscription and the secret that signs from now on." },
  z.object({
    subscription: subscriptionAnswer,
    secret: z
      .string()
      .nullable()
      .describe(
        "What the receiver verifies with; shown now and never again. Null where nothing is signed, where the caller may not see it, and when an `Idempotency-Key` repeats a call.",
      ),
  }),
);
