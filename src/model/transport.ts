import type { Millis } from "./time.js";

/** One request to make. */
export interface TransportRequest {
  readonly url: string;
  /** All headers of the request, lower-case names. The transport adds only what HTTP needs: host, content-length, connection. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly tls: { readonly verify: boolean };
  /** Bytes of the answer's body to keep. A longer one is cut, and that is no failure. */
  readonly maxResponseBytes: number;
}

/**
 * Why there was no answer. `dns`, `connect` and `refused-by-policy` are told apart for the operator's log only: the
 * endpoint's owner sees one and the same error, so that nobody can map a private network with us.
 */
export type TransportFailureReason =
  | "timeout"
  | "dns"
  | "connect"
  | "tls"
  | "reset"
  | "protocol"
  | "refused-by-policy";

/** What became of one request. */
export type TransportResult =
  | {
      readonly kind: "response";
      readonly status: number;
      /** Lower-case names; values of a repeated header joined with `, `. */
      readonly headers: Readonly<Record<string, string>>;
      /** The first `maxResponseBytes` bytes as text; what is not UTF-8 is replaced. */
      readonly body: string;
      readonly truncated: boolean;
      readonly ms: Millis;
    }
  | {
      readonly kind: "failure";
      readonly reason: TransportFailureReason;
      /** For the operator. Never holds a header value, a body or credentials. */
      readonly message: string;
      readonly ms: Millis;
    };

/** What makes the requests. */
export interface Transport {
  /**
   * One attempt. Every HTTP status resolves; so do time-outs (`signal` aborts) and network errors. Never retries,
   * never follows a redirect, and ends soon after `signal` aborts, whatever the other side does.
   */
  send(request: TransportRequest, signal: AbortSignal): Promise<TransportResult>;
  /**
   * Whether nothing listens to `signal` any more once `send` has resolved, so that the same signal may serve another
   * attempt: making one costs a fifth of a request. @default false: each attempt has its own
   */
  readonly releasesSignal?: boolean;
  /** Closes idle connections. Requests under way may finish. */
  close?(): Promise<void>;
}
