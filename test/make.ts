import type { LeasedDelivery } from "../src/model/delivery.js";
import { isWebhookError, type WebhookError, type WebhookErrorCode } from "../src/model/errors.js";
import type { EventRecord } from "../src/model/event.js";
import type { Clock, Millis } from "../src/model/time.js";

/** Rows and small tools that the unit tests of several rooms make. */

export const NOW: Millis = Date.UTC(2026, 0, 15, 12);

export function event(change: Partial<EventRecord> = {}): EventRecord {
  return {
    id: "evt_1",
    type: "order.paid",
    scope: "",
    at: NOW,
    createdAt: NOW,
    data: '{"n":1}',
    test: false,
    ...change,
  };
}

/** A delivery at its first attempt, claimed until a minute from `NOW`. */
export function leased(change: Partial<LeasedDelivery> = {}): LeasedDelivery {
  const one = change.event === undefined ? event() : change.event;
  return {
    id: "dlv_1",
    subscriptionId: "sub_1",
    scope: "",
    kind: "event",
    type: "order.paid",
    format: "standard",
    eventIds: one === null ? ["evt_1"] : [one.id],
    status: "pending",
    attempts: 1,
    extraAttempts: 0,
    manualFrom: null,
    createdAt: NOW,
    firstAttemptAt: NOW,
    dueAt: NOW + 60_000,
    completedAt: null,
    httpStatus: null,
    error: null,
    lease: "lease_1",
    event: one,
    ...change,
  };
}

/** A clock that stands still until it is set. */
export function clockAt(start: Millis = NOW): Clock & { at: Millis } {
  return {
    at: start,
    now() {
      return this.at;
    },
  };
}

/** The WebhookError that a call throws or rejects with; fails when there is none, or another code. */
export async function failure(code: WebhookErrorCode, call: () => unknown): Promise<WebhookError> {
  try {
    await call();
  } catch (error) {
    if (isWebhookError(error, code)) return error;
    throw error;
  }
  throw new Error(`Expected ${code}, nothing was thrown`);
}

/** The paths of the bad fields, as text. */
export function paths(error: WebhookError): string[] {
  return error.issues.map(({ path }) => path.join("."));
}

/** A promise that is settled from outside. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything that is ready to run do so, a few rounds of the event loop. */
export async function rounds(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
