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
  /** Used when the subscription names no content type. */
  readonly contentType: string;
  body(events: readonly FormatEvent[], subscription: FormatSubscription): string | Uint8Array;
}
