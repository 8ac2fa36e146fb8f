import type { Millis } from "./time.js";

/** An event as it is stored: one thing that happened. */
export interface EventRecord {
  /** Unique. Made by us, derived from the idempotency key, or given by the host; never contains a full stop. */
  readonly id: string;
  readonly type: string;
  /** `kind:id` segments joined by `/`; the root is `""`. */
  readonly scope: string;
  /** When it happened, as the publisher says. */
  readonly at: Millis;
  /** When it was published here; retention counts from this. */
  readonly createdAt: Millis;
  /** The data as JSON text, made once at publish. Opaque to stores: it must come back byte for byte. */
  readonly data: string;
  /** Made by `sendTest`: shown in the history, never matched or recovered. */
  readonly test: boolean;
}

/** An event waiting for a batch subscription's next flush. */
export interface PendingRecord {
  readonly subscriptionId: string;
  /** Which of the subscription's batches it goes into: the topic where a format batches per topic, else `""`. */
  readonly lane: string;
  readonly eventId: string;
  /** Bytes this event adds to the body; the flush rule counts them. */
  readonly bytes: number;
  /** When it began to wait. */
  readonly at: Millis;
}
