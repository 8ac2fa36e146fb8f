import type { DeliveryError, DeliveryKind, DeliveryRecord, DeliveryStatus } from "../model/delivery.js";
import type { Millis } from "../model/time.js";
import type { Attempt } from "./attempt.js";

/** One body to one subscription, however many attempts it takes. Times are ISO 8601 in UTC. */
export interface Delivery {
  readonly id: string;
  readonly subscriptionId: string;
  /** The events in the body, in their order there. */
  readonly eventIds: readonly string[];
  /** The event type; of a batch `"batch"`, or its topic where the format batches per topic. */
  readonly type: string;
  /** What it was made for. */
  readonly kind: DeliveryKind;
  readonly status: DeliveryStatus;
  /** Attempts begun so far. */
  readonly attempts: number;
  /** HTTP status of the last attempt; `null` when there was none or no answer. */
  readonly httpStatus: number | null;
  /** What went wrong at the last attempt. */
  readonly error: DeliveryError | null;
  readonly createdAt: string;
  /** When it is tried next, or when its present attempt is given up for lost; `null` once it is closed. */
  readonly nextAttemptAt: string | null;
  /** When it was delivered, exhausted or cancelled. */
  readonly completedAt: string | null;
}

/** A delivery with what was sent and what was answered. */
export interface DeliveryDetails extends Delivery {
  /** The exact body; `null` where it can no longer be made, because an event is forgotten or its format is not registered. */
  readonly payload: string | null;
  /** Every attempt recorded, first to last. */
  readonly attemptLog: readonly Attempt[];
}

/** A delivery as users see it. */
export function presentDelivery(record: DeliveryRecord): Delivery {
  return {
    id: record.id,
    subscriptionId: record.subscriptionId,
    eventIds: record.eventIds,
    type: record.type,
    kind: record.kind,
    status: record.status,
    attempts: record.attempts,
    httpStatus: record.httpStatus,
    error: record.error,
    createdAt: iso(record.createdAt),
    nextAttemptAt: record.dueAt === null ? null : iso(record.dueAt),
    completedAt: record.completedAt === null ? null : iso(record.completedAt),
  };
}

function iso(at: Millis): string {
  return new Date(at).toISOString();
}
