import type { Duration } from "../model/time.js";
import type { Actor, SubscriptionType } from "./document.js";

/** What a subscription says of itself. Of these, `create` needs only `name`. In an update, `null` goes back to the default. */
export interface SubscriptionFields {
  /** 3 to 125 letters, digits, spaces, `-`, `_` or `.`; no space at either end. */
  readonly name?: string | undefined;
  /** At most 500 characters. @default null */
  readonly description?: string | null | undefined;
  /** `"event"`: each event at once. `"batch"`: many in one body. @default "event" */
  readonly type?: SubscriptionType | undefined;
  /**
   * Where to send, 7 to 500 characters; HTTPS unless the host allows HTTP. Credentials in it are moved to a sealed
   * `Authorization: Basic` header and never shown again. @default null
   */
  readonly url?: string | null | undefined;
  /** At most 200 event types, `prefix.*` or `*`; each must match something that can be chosen at the scope. @default [] */
  readonly events?: readonly string[] | null | undefined;
  /** The media type of the body. @default the format's, which is `application/json` for `standard` and `array` */
  readonly contentType?: string | null | undefined;
  /**
   * Request headers of the subscription's own, at most 50 and 4096 bytes. Values are secrets: sealed, and shown as
   * `"[redacted]"`, which in an update keeps the value of that name. @default {}
   */
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
  /** What the body looks like. @default "standard", or "array" for batches */
  readonly format?: string | null | undefined;
  /** How requests are signed. */
  readonly signing?:
    | {
        /** @default "standard" */
        readonly scheme?: string | undefined;
        /** @default one made by the library */
        readonly secret?: string | undefined;
      }
    | undefined;
  /** How a failed delivery is tried again. What is left out is the host's default. */
  readonly retry?:
    | {
        /** Waits between attempts, 1 to 20 of at most 7 days; n waits are n + 1 attempts. */
        readonly schedule?: readonly Duration[] | null | undefined;
        /** For one attempt, from 1 s to 60 s. */
        readonly timeout?: Duration | null | undefined;
      }
    | null
    | undefined;
  /** When the subscription is disabled by itself. @default the host's */
  readonly autoDisable?:
    | "exhausted"
    | "never"
    | { readonly consecutive: number }
    | { readonly failingFor: Duration }
    | null
    | undefined;
  /** `verify: false` takes any certificate, where the operator allows that. @default { verify: true } */
  readonly tls?: { readonly verify: boolean } | null | undefined;
  /** One delivery at a time, in publish order; a failed one blocks those behind it. @default false */
  readonly ordered?: boolean | undefined;
  /** The host's own notes: JSON, at most 4 KiB and five levels deep. @default {} */
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** When a batch is flushed; counts for `type: "batch"`. What is left out is the host's default. */
  readonly batch?:
    | {
        /** Events, 2 to 20000. */
        readonly maxEvents?: number | null | undefined;
        /** Minutes since the oldest began to wait, 1 to 86400. */
        readonly intervalMinutes?: number | null | undefined;
        /** Bytes of body, 1 KiB to 64 MiB. */
        readonly maxBytes?: number | null | undefined;
      }
    | null
    | undefined;
  /** Whether events are sent. Needs a URL and at least one event type. @default false */
  readonly enabled?: boolean | undefined;
}

/** What `create` takes. */
export interface SubscriptionInput extends SubscriptionFields {
  readonly name: string;
  /** Where it hears: here and below. @default "" (the root) */
  readonly scope?: string | undefined;
}

/** What `update` takes. A field that is left out or `undefined` stays; one that is given replaces the whole field. */
export interface SubscriptionPatch extends SubscriptionFields {
  /** `false` forgets the credentials the URL once held. */
  readonly credentials?: false | undefined;
}

/** Whose thing it must be. */
export interface WithinContext {
  /**
   * Only if it is at this scope or below it; anything else is `NOT_FOUND`, as if there were none. For a host that lets
   * its tenants call by id. @default anywhere
   */
  readonly within?: string | undefined;
}

/** Who asks. Shown in the audit, and kept as `createdBy`. */
export interface ActorContext {
  readonly actor?: Actor | undefined;
  /** Whatever the audit should carry along: JSON, at most 4 KiB and five levels deep. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Who creates. */
export interface CreateContext extends ActorContext {
  /**
   * Creating again with the same key, scope and actor's id makes nothing, and answers what is stored with `secret: null`, as long as
   * that is not deleted. 1 to 255 characters.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Who asks, and for which version. */
export interface ChangeContext extends ActorContext, WithinContext {
  /** Change it only if this is still its version; otherwise `VERSION_CONFLICT`. */
  readonly ifVersion?: number | undefined;
}
