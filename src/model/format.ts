import type { Millis } from "./time.js";

/** An event as a format sees it. */
export interface FormatEvent {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  /** When it happened. */
  readonly at: Millis;
  /** The data as JSON text, exactly as it was made at publish. */
  readonly json: string;
  /** The data, parsed anew at each read. */
  readonly data: unknown;
}

/** What an endpoint answered, for a format whose answers say more than their status. */
export interface FormatAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As much of it as is kept. */
  readonly body: string;
}

/** `"delivered"`: it is taken. `"retry"`: try again by the schedule. `"final"`: these bytes will never be taken; trying again is no use. */
export type AnswerMeaning = "delivered" | "retry" | "final";

/** What a format may know of the subscription. */
export interface FormatSubscription {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * How events become a body. Pure: the same events must give the same bytes at each retry, because nothing but the
 * events is stored.
 */
export interface Format {
  /** Used when the subscription names no content type; a function of whether it is a batch where that matters. */
  readonly contentType: string | ((isBatch: boolean) => string);
  /** Which of a batch subscription's batches an event type goes into, where not all types share one. */
  lane?(type: string): string;
  /** What an answer means, where its status does not say. `null`: the status does. */
  meaning?(answer: FormatAnswer): AnswerMeaning | null;
  /** @param isBatch - Whether it is a batch, which may hold one event only; otherwise there is exactly one. */
  body(
    events: readonly FormatEvent[],
    subscription: FormatSubscription,
    isBatch: boolean,
  ): string | Uint8Array;
}
