import { z } from "zod";
import type { AnyCatalogue } from "./catalogue/catalogue.js";
import type { EndpointOptions } from "./endpoints/options.js";
import { parseDuration } from "./model/duration.js";
import { WebhookError } from "./model/errors.js";
import type { Format } from "./model/format.js";
import { type Logger, silentLogger } from "./model/logger.js";
import type { SignatureScheme } from "./model/signature.js";
import type { Store } from "./model/store.js";
import type { Clock, Duration, Millis } from "./model/time.js";
import type { Transport } from "./model/transport.js";
import type { AutoDisable } from "./subscriptions/auto-disable.js";

/**
 * Options of `createWebhooks`. All but `catalogue`, `store` and, for a store that persists, `encryptionKeys` may be
 * left out.
 *
 * @typeParam C - The catalogue, from which `publish` takes its types.
 * @typeParam Tx - What the store takes as the host's transaction.
 */
export interface WebhooksOptions<C extends AnyCatalogue, Tx> {
  /** What can be published, made by `defineCatalogue`. */
  readonly catalogue: C;
  /** Where everything is kept. */
  readonly store: Store<Tx>;
  /**
   * What makes the requests.
   *
   * @default undiciTransport()
   */
  readonly transport?: Transport;
  /**
   * Keys that seal secrets and header values at rest: base64 of 32 random bytes each. The first seals, all of them
   * open. `"none"` keeps them readable to whoever reads the store, and must be said aloud for one that persists.
   *
   * @default "none" for a store that does not persist
   */
  readonly encryptionKeys?: readonly string[] | "none";
  /** How a failed delivery is tried again; a subscription may have its own. */
  readonly retry?: {
    /**
     * Waits between attempts, at most 20; n waits are n + 1 attempts.
     *
     * @default ["1m", "5m", "30m", "2h"]
     */
    readonly schedule?: readonly Duration[];
    /**
     * For one attempt, from DNS to the last byte of the answer; from 1 s to 60 s.
     *
     * @default "15s"
     */
    readonly timeout?: Duration;
  };
  /**
   * When a subscription disables itself; a subscription may have its own rule. `"exhausted"`: when a delivery used up
   * its schedule and nothing succeeded since its first attempt.
   *
   * @default "exhausted"
   */
  readonly autoDisable?:
    | "exhausted"
    | "never"
    | { readonly consecutive: number }
    | { readonly failingFor: Duration };
  /**
   * How long a delivery is kept after its last attempt, and an event after it was published. Idempotency lasts as long.
   *
   * @default "3d"
   */
  readonly retention?: Duration;
  /** When a batch subscription that does not say so is flushed. */
  readonly batch?: {
    /** Events, 2 to 20000. @default 20000 */
    readonly maxEvents?: number;
    /** Minutes since the oldest began to wait, 1 to 86400. @default 20 */
    readonly intervalMinutes?: number;
    /** Bytes of body. @default 4194304 (4 MiB) */
    readonly maxBytes?: number;
  };
  /** How much this process has under way. */
  readonly dispatcher?: {
    /** Requests at once, over all subscriptions. @default 512 */
    readonly concurrency?: number;
    /** Requests at once to one subscription. @default 8 */
    readonly perSubscription?: number;
    /** How often the store is asked for work nobody told of: retries, other processes' events. @default "1s" */
    readonly pollInterval?: Duration;
  };
  /** Which endpoints are allowed. @default HTTPS to public addresses only */
  readonly endpoints?: EndpointOptions;
  /** Bounds on what is stored. */
  readonly limits?: {
    /** Bytes of one event's data as JSON. @default 262144 (256 KiB) */
    readonly eventBytes?: number;
    /** Bytes kept of an endpoint's answer. @default 16384 (16 KiB) */
    readonly responseBytes?: number;
  };
  /**
   * What people call a scope, for its audit events: `(scope) => names.get(scope)`.
   *
   * @default the label of the scope's kind
   */
  readonly scopeLabel?: (scope: string) => string | undefined;
  /** The host's own formats, by the name a subscription uses. @default {} */
  readonly formats?: Readonly<Record<string, Format>>;
  /** The host's own signature schemes, by the name a subscription uses. @default {} */
  readonly signatures?: Readonly<Record<string, SignatureScheme<unknown>>>;
  /** Where the time is read. @default the system's */
  readonly clock?: Clock;
  /** Shaped as pino's; secrets and payloads are never logged. @default silent */
  readonly logger?: Logger;
}

/** The options with every default filled in, durations in milliseconds. */
export interface Settings {
  readonly schedule: readonly Millis[];
  readonly timeoutMs: Millis;
  readonly autoDisable: AutoDisable;
  readonly retentionMs: Millis;
  readonly batch: { readonly maxEvents: number; readonly intervalMinutes: number; readonly maxBytes: number };
  readonly dispatcher: {
    readonly concurrency: number;
    readonly perSubscription: number;
    readonly pollMs: Millis;
  };
  readonly limits: { readonly eventBytes: number; readonly responseBytes: number };
  readonly clock: Clock;
  readonly logger: Logger;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A duration between two bounds, in milliseconds. */
const duration = (least: Millis, most: Millis) =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const ms = parseDuration(value as Duration);
    if (ms !== null && ms >= least && ms <= most) return ms;
    context.addIssue({
      code: "custom",
      message: `not a duration from ${least} ms to ${most} ms, such as "15s"`,
    });
    return z.NEVER;
  });

const whole = (least: number, most: number) => z.int().min(least).max(most);

/** An object of the host's with these methods. Its prototype stays: it is passed on, not copied. */
const having = <T>(...methods: readonly string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
    `not an object with ${methods.join(", ")}`,
  );

const STORE_METHODS = [
  ...[
    "saveSubscription",
    "removeSubscription",
    "readSubscriptions",
    "findSubscriptions",
    "append",
    "backlog",
    "seal",
  ],
  ...["claim", "settle", "requeue", "cancel", "readEvents", "findEvents", "findPending", "readDeliveries"],
  ...["findDeliveries", "readAttempts", "prune"],
];

const schema = z.strictObject({
  catalogue: having<AnyCatalogue>("has", "get", "matching", "allowedAt"),
  store: having<Store<never>>(...STORE_METHODS),
  transport: having<Transport>("send").optional(),
  encryptionKeys: z.union([z.literal("none"), z.array(z.string()).min(1)]).optional(),
  retry: z
    .strictObject({
      schedule: z
        .array(duration(0, 7 * DAY))
        .max(20)
        .default([MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE]),
      timeout: duration(1_000, 60_000).default(15_000),
    })
    .prefault({}),
  autoDisable: z
    .union([
      z.enum(["exhausted", "never"]),
      z.strictObject({ consecutive: whole(1, 1_000_000) }),
      z.strictObject({ failingFor: duration(1_000, 365 * DAY) }),
    ])
    .default("exhausted"),
  retention: duration(MINUTE, 3650 * DAY).default(3 * DAY),
  batch: z
    .strictObject({
      maxEvents: whole(2, 20_000).default(20_000),
      intervalMinutes: whole(1, 86_400).default(20),
      maxBytes: whole(1_024, 64 * 1024 * 1024).default(4 * 1024 * 1024),
    })
    .prefault({}),
  dispatcher: z
    .strictObject({
      concurrency: whole(1, 10_000).default(512),
      perSubscription: whole(1, 1_000).default(8),
      pollInterval: duration(10, 3_600_000).default(1_000),
    })
    .prefault({}),
  endpoints: z
    .strictObject({
      allowHttp: z.boolean().optional(),
      allowNetworks: z.array(z.string()).optional(),
      allowHosts: z.array(z.string()).optional(),
      allowInsecureTls: z.boolean().optional(),
      proxy: z
        .union([
          z.string(),
          z.strictObject({
            url: z.string(),
            resolve: z.enum(["here", "proxy"]).optional(),
            ca: z.union([z.string(), z.array(z.string())]).optional(),
          }),
        ])
        .optional(),
    })
    .transform((value) => value as EndpointOptions)
    .prefault({}),
  limits: z
    .strictObject({
      eventBytes: whole(1, 64 * 1024 * 1024).default(256 * 1024),
      responseBytes: whole(0, 1024 * 1024).default(16 * 1024),
    })
    .prefault({}),
  scopeLabel: z
    .custom<(scope: string) => string | undefined>((value) => typeof value === "function", "not a function")
    .optional(),
  formats: z
    .record(
      z.string(),
      having<Format>("body").refine(
        ({ contentType }) => typeof contentType === "string" || typeof contentType === "function",
        "no contentType",
      ),
    )
    .default({}),
  signatures: z.record(z.string(), having<SignatureScheme<unknown>>("sign")).default({}),
  clock: having<Clock>("now").default({ now: () => Date.now() }),
  logger: having<Logger>("debug", "info", "warn", "error").default(silentLogger),
});

/** The options, checked. What is not a setting is answered as it was given. */
export type ParsedOptions = Omit<z.output<typeof schema>, "store"> & { readonly settings: Settings };

/**
 * Checks the options once and fills in the defaults.
 *
 * @throws WebhookError `CONFIGURATION`, with an issue for each bad option.
 */
export function parseOptions(options: object): ParsedOptions {
  const result = schema.safeParse(options);
  if (!result.success) {
    const issues = result.error.issues.flatMap((issue) => {
      const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
      if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
      return issue.keys.map((key) => ({ path: [...path, key], message: "no such option" }));
    });
    const fields = issues.map(({ path, message }) => `${path.join(".") || "options"}: ${message}`);
    throw new WebhookError(
      "CONFIGURATION",
      `createWebhooks cannot start with these options. ${fields.join("; ")}`,
      {
        issues,
      },
    );
  }
  const { retry, dispatcher, ...rest } = result.data;
  const settings: Settings = {
    schedule: retry.schedule,
    timeoutMs: retry.timeout,
    autoDisable: rest.autoDisable,
    retentionMs: rest.retention,
    batch: rest.batch,
    dispatcher: {
      concurrency: dispatcher.concurrency,
      perSubscription: dispatcher.perSubscription,
      pollMs: dispatcher.pollInterval,
    },
    limits: rest.limits,
    clock: rest.clock,
    logger: rest.logger,
  };
  return { ...result.data, settings };
}
