import { EventEmitter } from "eventemitter3";
import type { Attempt } from "../history/attempt.js";
import type { Delivery } from "../history/delivery.js";
import { WebhookError } from "../model/errors.js";
import type { Logger } from "../model/logger.js";
import type { Subscription } from "../subscriptions/present.js";

/** What `on` tells of, by name. Nothing here holds a secret or a payload. */
export interface WebhooksEvents {
  /** An attempt met a 2xx. */
  "delivery.succeeded": { readonly delivery: Delivery; readonly attempt: Attempt };
  /** An attempt failed and another will follow, unless this one was asked for by hand. Tests are not told of. */
  "delivery.failed": { readonly delivery: Delivery; readonly attempt: Attempt };
  /** The last attempt failed. `attempt` is `null` where a process died during it. */
  "delivery.exhausted": { readonly delivery: Delivery; readonly attempt: Attempt | null };
  /** Waiting events became a delivery. */
  "batch.flushed": { readonly subscriptionId: string; readonly deliveryId: string; readonly events: number };
  /** A subscription was disabled, by someone or by itself: its `disabledReason` says why. */
  "subscription.disabled": { readonly subscription: Subscription };
  /** A subscription was created, changed, enabled, disabled, deleted, or had its secret rotated. */
  "subscription.changed": { readonly subscription: Subscription; readonly action: string };
  /** Something went wrong that no caller is told of: a listener threw, the store was away, a request could not be made. */
  error: { readonly error: unknown; readonly message: string };
}

const NAMES: Readonly<Record<keyof WebhooksEvents, true>> = {
  "delivery.succeeded": true,
  "delivery.failed": true,
  "delivery.exhausted": true,
  "batch.flushed": true,
  "subscription.disabled": true,
  "subscription.changed": true,
  error: true,
};

/** A listener of one event. What it throws or rejects with is reported as `error` and goes no further. */
export type WebhooksListener<Name extends keyof WebhooksEvents> = (payload: WebhooksEvents[Name]) => unknown;

/** Tells listeners what happened, one by one, so that none can disturb another or the room that told. */
export class Observer {
  // eventemitter3 keeps the lists; it does not call, because it lets a listener's exception out and skips the rest.
  readonly #emitter = new EventEmitter();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @throws WebhookError `INVALID_ARGUMENT` for a name there is not, or a listener that is no function. */
  on<Name extends keyof WebhooksEvents>(name: Name, listener: WebhooksListener<Name>): void {
    check(name, listener);
    this.#emitter.on(name, listener);
  }

  /** Throws as {@link Observer.on} does: eventemitter3 would take every listener off for one that is missing. */
  off<Name extends keyof WebhooksEvents>(name: Name, listener: WebhooksListener<Name>): void {
    check(name, listener);
    this.#emitter.off(name, listener);
  }

  /** Whether anyone listens: the hot path makes no payload for nobody. */
  has(name: keyof WebhooksEvents): boolean {
    return this.#emitter.listenerCount(name) > 0;
  }

  emit<Name extends keyof WebhooksEvents>(name: Name, payload: WebhooksEvents[Name]): void {
    for (const listener of this.#emitter.listeners(name)) this.#call(name, listener, payload);
  }

  /** Reports a fault: to the log, and to those who listen for `error`. */
  fault(error: unknown, message: string): void {
    this.#log("error", { err: error }, message);
    this.emit("error", { error, message });
  }

  /** Writes what an operator may want to know of one attempt into the log, for those who ask for that much. */
  note(fields: object, message: string): void {
    this.#log("debug", fields, message);
  }

  #call(name: keyof WebhooksEvents, listener: (payload: unknown) => unknown, payload: unknown): void {
    const report = (error: unknown) => this.#listenerFailed(name, error);
    try {
      const answer = listener(payload);
      // Also a promise that is not a native one.
      if (typeof (answer as PromiseLike<unknown> | null)?.then === "function") {
        Promise.resolve(answer).catch(report);
      }
    } catch (error) {
      report(error);
    }
  }

  /** A listener of `error` that throws is only logged: telling it again would never end. */
  #listenerFailed(name: keyof WebhooksEvents, error: unknown): void {
    const message = `A listener of "${name}" threw.`;
    if (name === "error") this.#log("error", { err: error }, message);
    else this.fault(error, message);
  }

  #log(level: "debug" | "error", fields: object, message: string): void {
    try {
      this.#logger[level](fields, message);
    } catch {
      // A logger that throws has nobody left to tell.
    }
  }
}

function check(name: unknown, listener: unknown): void {
  const issues = [];
  if (typeof name !== "string" || !Object.hasOwn(NAMES, name))
    issues.push({ path: ["name"], message: `Must be one of: ${Object.keys(NAMES).join(", ")}.` });
  if (typeof listener !== "function") issues.push({ path: ["listener"], message: "Must be a function." });
  const [first] = issues;
  if (first === undefined) return;
  throw new WebhookError("INVALID_ARGUMENT", `Nobody can listen like this. ${first.path}: ${first.message}`, {
    issues,
  });
}
