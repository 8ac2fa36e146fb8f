import type { Format } from "../model/format.js";
import type { StoredSubscription } from "../model/subscription.js";
import type { Millis } from "../model/time.js";
import type { AutoDisable } from "./auto-disable.js";
import { effectiveSettings, type SubscriptionDefaults, shownContentType } from "./defaults.js";
import type { Actor, DisabledReason, SubscriptionDocument, SubscriptionType } from "./document.js";
import { REDACTED } from "./headers.js";
import { type HealthStatus, healthStatus } from "./health.js";

/** A subscription as it is shown. Settings are those that hold, the host's defaults filled in; times are ISO 8601 in UTC; durations are milliseconds. */
export interface Subscription {
  readonly id: string;
  /** Where it hears: here and below. `""` is the root. */
  readonly scope: string;
  readonly name: string;
  readonly description: string | null;
  /** `"event"`: each event at once. `"batch"`: many in one body. */
  readonly type: SubscriptionType;
  /** Without credentials. */
  readonly url: string | null;
  /** Event types, `prefix.*` and `*`. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** 1 when created, one more at each change. */
  readonly version: number;
  /** The media type of the body. */
  readonly contentType: string;
  /** Its own request headers; values are never shown. */
  readonly headers: Readonly<Record<string, typeof REDACTED>>;
  /** Whether credentials given in the URL are held and sent as `Authorization: Basic`. */
  readonly credentials: boolean;
  /** What the body looks like. */
  readonly format: string;
  readonly signing: SubscriptionSigning;
  readonly retry: { readonly schedule: readonly Millis[]; readonly timeout: Millis };
  readonly autoDisable: AutoDisable;
  readonly tls: { readonly verify: boolean };
  readonly ordered: boolean;
  /** When a batch is flushed; `null` unless it is a batch subscription or says so anyway. */
  readonly batch: {
    readonly maxEvents: number;
    readonly intervalMinutes: number;
    readonly maxBytes: number;
  } | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly health: SubscriptionHealthView;
  /** Why it was disabled; `null` while it is enabled, and before it ever was. */
  readonly disabledReason: DisabledReason | null;
  /** A sentence about that. */
  readonly disabledMessage: string | null;
  readonly disabledAt: string | null;
  readonly createdBy: Actor | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How a subscription's requests are signed, as it is shown. */
export interface SubscriptionSigning {
  readonly scheme: string;
  /** The secrets that sign now, newest first. `expiresAt` is `null` for the newest. */
  readonly secrets: readonly { readonly createdAt: string; readonly expiresAt: string | null }[];
  /** The newest public key, for schemes that have one. */
  readonly verificationKey: string | null;
}

/** How the endpoint is doing, as it is shown. */
export interface SubscriptionHealthView {
  readonly status: HealthStatus;
  readonly consecutiveFailures: number;
  readonly failingSince: string | null;
  readonly lastAttemptAt: string | null;
  /** HTTP status of the last attempt; `null` when there was no answer. */
  readonly lastStatus: number | null;
  /** Nothing is sent before this moment. */
  readonly heldUntil: string | null;
}

/** What presenting needs to know beside the subscription. */
export interface PresentContext {
  readonly defaults: SubscriptionDefaults;
  readonly formats: ReadonlyMap<string, Format>;
  readonly now: Millis;
}

/** Shows a stored subscription. Pure; opens nothing that is sealed. */
export function presentSubscription(
  stored: StoredSubscription,
  document: SubscriptionDocument,
  context: PresentContext,
): Subscription {
  const settings = effectiveSettings(document, context.defaults);
  return {
    id: stored.id,
    scope: stored.scope,
    name: document.name,
    description: document.description,
    type: document.type,
    url: document.url,
    events: document.events,
    enabled: stored.enabled,
    version: stored.version,
    contentType: shownContentType(document, context.formats),
    headers: Object.fromEntries(document.headers.map(({ name }) => [name, REDACTED])),
    credentials: document.authorization !== null,
    format: settings.format,
    signing: presentSigning(document, context.now),
    retry: settings.retry,
    autoDisable: settings.autoDisable,
    tls: settings.tls,
    ordered: stored.ordered,
    batch: document.type === "batch" || document.batch !== null ? settings.batch : null,
    metadata: document.metadata,
    health: presentHealth(stored, context.now),
    disabledReason: document.disabledReason,
    disabledMessage: document.disabledMessage,
    disabledAt: iso(document.disabledAt),
    createdBy: document.createdBy,
    createdAt: new Date(stored.createdAt).toISOString(),
    updatedAt: new Date(stored.updatedAt).toISOString(),
  };
}

function presentSigning({ scheme, secrets }: SubscriptionDocument, now: Millis): SubscriptionSigning {
  const live = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  return {
    scheme,
    secrets: live.map(({ createdAt, expiresAt }) => ({
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: iso(expiresAt),
    })),
    verificationKey: secrets[0]?.publicKey ?? null,
  };
}

function presentHealth(stored: StoredSubscription, now: Millis): SubscriptionHealthView {
  const { consecutiveFailures, failingSince, lastAttemptAt, lastStatus, holdUntil } = stored.health;
  return {
    status: healthStatus(stored),
    consecutiveFailures,
    failingSince: iso(failingSince),
    lastAttemptAt: iso(lastAttemptAt),
    lastStatus,
    heldUntil: holdUntil !== null && holdUntil > now ? iso(holdUntil) : null,
  };
}

function iso(at: Millis | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
