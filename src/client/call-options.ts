import type { Millis } from "../model/time.js";

/** What every call takes last. */
export interface CallOptions {
  /** Ends the call, with `ABORTED`, whether a request is under way or waited for. */
  readonly signal?: AbortSignal | undefined;
  /** For one request, up to the last byte of its answer. @default the client's */
  readonly timeout?: Millis | undefined;
}

/** What calls take that a server does once for each key. */
export interface KeyedOptions extends CallOptions {
  /**
   * The same for each try of one and the same thing: the server then does it once. 1 to 255 printable ASCII characters.
   *
   * @default a random one for each call, the same for its retries
   */
  readonly idempotencyKey?: string | undefined;
}

/** What changes take. */
export interface ChangeOptions extends CallOptions {
  /** Change it only if this is still its version (`If-Match`); otherwise `VERSION_CONFLICT`. @default any */
  readonly ifVersion?: number | undefined;
}
