import { WebhookError } from "../model/errors.js";
import type { TransportFailureReason, TransportResult } from "../model/transport.js";

/** How a request failed, as transports answer it. */
export type TransportFailure = Extract<TransportResult, { kind: "failure" }>;

const SENTENCES: Readonly<Record<TransportFailureReason, string>> = {
  timeout: "The time for this attempt was up.",
  dns: "The host name could not be resolved.",
  connect: "No connection could be made.",
  tls: "No secure connection could be made.",
  reset: "The connection ended before the answer was complete.",
  protocol: "The request or its answer is not valid HTTP.",
  "refused-by-policy":
    "The endpoint policy refuses this endpoint. Where it is meant to be reached, open it with the `endpoints` options.",
};

/** A connection that was not made, and why. Its message names no address. */
export class ConnectFailure extends Error {
  override readonly name = "ConnectFailure";

  constructor(
    readonly reason: TransportFailureReason,
    cause?: unknown,
    /** Who is to blame, in words that are ours, where the reason does not say it. */
    readonly detail?: string,
  ) {
    super(SENTENCES[reason], { cause });
  }
}

/**
 * The failure for a reason. Messages are made here, of a fixed sentence and an error code: those of undici and fetch
 * may quote header values and URLs with credentials.
 *
 * @param since - When the attempt began, by `performance.now()`.
 */
export function failure(reason: TransportFailureReason, since: number, detail?: string): TransportFailure {
  const message = detail === undefined ? SENTENCES[reason] : `${SENTENCES[reason]} (${detail})`;
  return { kind: "failure", reason, message, ms: elapsed(since) };
}

/** The failure for whatever an HTTP client threw. */
export function failureOf(error: unknown, since: number): TransportFailure {
  for (const one of causes(error)) {
    if (one instanceof ConnectFailure) return failure(one.reason, since, detailOf(one));
  }
  // The innermost code is the most telling one: fetch wraps undici's error, happy eyeballs wraps each address's.
  const code = causes(error)
    .map(codeOf)
    .findLast((found) => found !== undefined);
  return failure(reasonOf(code, error), since, code);
}

/** {@link ConnectFailure}: who, and the code of what happened to him. */
function detailOf({ detail, cause }: ConnectFailure): string | undefined {
  const code = codeOf(cause);
  if (detail === undefined) return code;
  return code === undefined ? detail : `${detail}: ${code}`;
}

/** The failure for what the policy, or this library, refused before anything was sent. */
export function refusalOf(error: unknown, since: number): TransportFailure {
  const isRefused = error instanceof WebhookError && error.code === "URL_REFUSED";
  return isRefused ? failure("refused-by-policy", since) : failureOf(error, since);
}

/** Whole milliseconds since a moment of `performance.now()`. */
export function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}

const RESET_CODES = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "UND_ERR_ABORTED",
  "UND_ERR_SOCKET",
  "HPE_INVALID_EOF_STATE",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);

function reasonOf(code: string | undefined, error: unknown): TransportFailureReason {
  // undici gives these two the code of a closed socket; they are answers it could not take.
  if (causes(error).some(({ message }) => message === "bad response" || message === "bad upgrade"))
    return "protocol";
  if (code === undefined) return "protocol";
  if (RESET_CODES.has(code)) return "reset";
  if (code === "ETIMEDOUT" || code === "UND_ERR_CONNECT_TIMEOUT") return "timeout";
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED") return "connect";
  return "protocol";
}

/** The error and what caused it, outermost first; a chain of more than eight is cut. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && chain.length < 8; one = one.cause) chain.push(one);
  return chain;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^[A-Z0-9_]{1,60}$/.test(error.code) ? error.code : undefined;
}
