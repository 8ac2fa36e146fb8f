import type { Millis } from "../model/time.js";
import { baseOf } from "./base-url.js";
import { ClientError } from "./error.js";

/** Headers by name. */
export type ClientHeaders = Readonly<Record<string, string>>;

/** Options of `createClient`. */
export interface ClientOptions {
  /** Where the API is mounted: `https://example.com/api/webhooks`, or in a browser `/api/webhooks`. */
  readonly baseUrl: string;
  /**
   * Sent with each request, a token for example; a function is asked anew for each call, and what it throws the call
   * throws. Those of the API itself cannot be replaced. @default none
   */
  readonly headers?: ClientHeaders | (() => ClientHeaders | Promise<ClientHeaders>) | undefined;
  /** What makes the requests, such as a handler in the same process: `(request) => handler(request)`. @default the global fetch */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /**
   * For one request, up to the last byte of its answer. `sendTest` waits longer where this is left out, for the server
   * waits for the endpoint meanwhile. @default 30000
   */
  readonly timeout?: Millis | undefined;
  /** How often more a request is made that met nothing or 408, 429, 502, 503, 504. A number is `{ limit }`. */
  readonly retry?: number | RetryOptions | undefined;
  /** Whether cookies are sent to another origin, as `fetch` has it. @default fetch's own: "same-origin" */
  readonly credentials?: "include" | "omit" | "same-origin" | undefined;
}

/**
 * How a request is tried again. Only one that can be repeated safely is: GET, POST with its `Idempotency-Key`, PATCH with
 * `ifVersion`. Waits double from 0.3 s with full jitter; `Retry-After` is kept to.
 */
export interface RetryOptions {
  /** Tries beside the first, 0 to 10. @default 2 */
  readonly limit?: number | undefined;
  /** The longest wait. An answer whose `Retry-After` asks for more is not tried again. @default 10000 */
  readonly maxWait?: Millis | undefined;
}

/** Options with their defaults. */
export interface ClientSettings {
  /** The whole URL, without a slash at its end. Asked at each call, for a path means the page that is open then. */
  readonly base: () => string;
  readonly headers: () => ClientHeaders | Promise<ClientHeaders>;
  readonly fetch: (request: Request) => Promise<Response>;
  /** `null`: each call's own. */
  readonly timeout: Millis | null;
  readonly retry: { readonly limit: number; readonly maxWait: Millis };
  readonly credentials: ClientOptions["credentials"];
}

/** What timers can wait, some 24 days: a signed 32-bit number of milliseconds. */
const LONGEST: Millis = 2_147_483_647;
const MOST_RETRIES = 10;

/**
 * Checks the options, once.
 *
 * @throws ClientError `CONFIGURATION`.
 */
export function parseClientOptions(options: ClientOptions): ClientSettings {
  const { headers, fetch, timeout, credentials } = options;
  const retry = typeof options.retry === "number" ? { limit: options.retry } : (options.retry ?? {});
  const { limit = 2, maxWait = 10_000 } = retry;
  if (!Number.isInteger(limit) || limit < 0 || limit > MOST_RETRIES)
    throw new ClientError("CONFIGURATION", `retry.limit must be a whole number from 0 to ${MOST_RETRIES}.`);
  if (maxWait !== 0) checkMillis(maxWait, "retry.maxWait", "CONFIGURATION");
  if (timeout !== undefined) checkMillis(timeout, "timeout", "CONFIGURATION");
  const asked = headers ?? {};
  return {
    base: baseOf(options.baseUrl),
    headers: typeof asked === "function" ? asked : () => asked,
    // Looked up at each call: the global may be replaced after the client is made.
    fetch: fetch ?? ((request) => globalThis.fetch(request)),
    timeout: timeout ?? null,
    retry: { limit, maxWait },
    credentials,
  };
}

/** Throws what is no length of time that a timer can wait. */
export function checkMillis(value: number, name: string, code: "CONFIGURATION" | "INVALID_ARGUMENT"): void {
  if (typeof value === "number" && value > 0 && value <= LONGEST) return;
  throw new ClientError(code, `${name} must be milliseconds, from 1 to ${LONGEST}.`);
}
