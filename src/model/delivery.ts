import type { EventRecord } from "./event.js";
import type { Millis } from "./time.js";

/**
 * Where a delivery stands.
 *
 *     pending ──> delivered
 *        │  ╲      ^
 *        │   v    ╱
 *        │   failed ──> exhausted
 *        v     v
 *        cancelled
 *
 * `pending`: no attempt finished yet. `failed`: the last attempt failed and another will follow. The other three are closed.
 */
export type DeliveryStatus = "pending" | "failed" | "delivered" | "exhausted" | "cancelled";

/** What a delivery was made for. `test` is one attempt that counts for nothing. */
export type DeliveryKind = "event" | "batch" | "test";

/** What went wrong, in words that are safe to show to the endpoint's owner. */
export interface DeliveryError {
  readonly code: string;
  readonly message: string;
}

/** A delivery as it is inserted. */
export interface NewDelivery {
  /** Sorts by time of creation, never contains a full stop. */
  readonly id: string;
  readonly subscriptionId: string;
  /** The subscription's scope, so that a history can be listed below a scope. */
  readonly scope: string;
  readonly kind: DeliveryKind;
  /** The event type; for a batch the lane's topic, or `"batch"`. */
  readonly type: string;
  /** The format the body is made with. Fixed here, so that each retry sends the same bytes. */
  readonly format: string;
  readonly eventIds: readonly string[];
  readonly createdAt: Millis;
  readonly dueAt: Millis;
  /** Set when the inserting process sends it itself: the row is born leased, its first attempt counted. */
  readonly lease: string | null;
}

/** A delivery as it is stored: one body to one subscription, however many attempts it takes. */
export interface DeliveryRecord {
  readonly id: string;
  readonly subscriptionId: string;
  readonly scope: string;
  readonly kind: DeliveryKind;
  readonly type: string;
  readonly format: string;
  readonly eventIds: readonly string[];
  readonly status: DeliveryStatus;
  /** Attempts begun, counted when the delivery is claimed. */
  readonly attempts: number;
  /** Of `attempts`, those that do not count against the schedule: asked for by hand, or claimed and lost with their process. */
  readonly extraAttempts: number;
  /**
   * Set while an attempt asked for by hand is to come: where the delivery stood before. That attempt has a budget of
   * its own, counts for nothing in health, and when it fails the delivery goes back to where it stood.
   */
  readonly manualFrom: DeliveryStatus | null;
  readonly createdAt: Millis;
  readonly firstAttemptAt: Millis | null;
  /** When it may be claimed; while it is leased, when the lease ends. `null` once it is closed. */
  readonly dueAt: Millis | null;
  readonly completedAt: Millis | null;
  readonly httpStatus: number | null;
  readonly error: DeliveryError | null;
}

/** A delivery this process may send until `dueAt`. */
export interface LeasedDelivery extends DeliveryRecord {
  readonly lease: string;
  /** The event itself where there is exactly one; a batch reads its own by id, so that claims stay small. */
  readonly event: EventRecord | null;
}

/** One HTTP request of a delivery. */
export interface AttemptRecord {
  /** From 1, as counted by the claim it belongs to; unique within the delivery. */
  readonly number: number;
  readonly at: Millis;
  readonly durationMs: Millis;
  /** Request, response and error as JSON text. Opaque to stores. */
  readonly document: string;
}

/** What became of a claimed delivery. */
export interface Outcome {
  readonly deliveryId: string;
  /** The lease it was claimed with. A delivery that holds another by now is left as it is. */
  readonly lease: string;
  readonly status: DeliveryStatus;
  /** When the next attempt is due; `null` closes the delivery. */
  readonly dueAt: Millis | null;
  readonly completedAt: Millis | null;
  readonly httpStatus: number | null;
  readonly error: DeliveryError | null;
  /** `null` when no request was made. */
  readonly attempt: AttemptRecord | null;
  /** Take back the attempt that the claim counted: it was never begun. `manualFrom` then stays as it is. */
  readonly uncount: boolean;
  /** Deliveries inserted in the same step, if the outcome is accepted: the two halves of a batch that was too large. */
  readonly replacements: readonly NewDelivery[];
}
