import type { HttpProblemCode, ProblemError } from "../http/problem.js";
import type { WebhookErrorCode } from "../model/errors.js";
import type { Millis } from "../model/time.js";

/** The codes that only the client has; all others are those of the API. Codes are stable. */
export const CLIENT_ERROR_CODES = [
  /** No answer, or only a part of one: the network, a server that is not there, a CORS refusal. */
  "NETWORK",
  /** No answer within `timeout`. It may have been done all the same. */
  "TIMEOUT",
  /** The call's `signal` was aborted. It may have been done all the same. */
  "ABORTED",
  /** What answered is not this API, or something between cut or replaced the answer: see `baseUrl`, and any proxy. */
  "BAD_RESPONSE",
] as const;

/** What a {@link ClientError} can say: a code of the client, or one that the API answered. */
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number] | WebhookErrorCode | HttpProblemCode;

/** What a {@link ClientError} knows beside its code and its sentence. */
export interface ClientErrorFacts {
  /** @default null */
  readonly status?: number | null;
  /** @default [] */
  readonly errors?: readonly ProblemError[];
  /** @default null */
  readonly retryAfter?: Millis | null;
  readonly cause?: unknown;
}

/** Why a call failed. Holds neither what was sent nor any request header. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** For programs. A server that is newer than the client may answer one that is not listed yet. */
  readonly code: ClientErrorCode | (string & Record<never, never>);
  /** HTTP status of the answer; `null` where there was none. */
  readonly status: number | null;
  /** For people: what to do next. The same as `message`. */
  readonly detail: string;
  /** Each bad field: a pointer into the body, a query parameter or a header, and what is wrong with it. */
  readonly errors: readonly ProblemError[];
  /** How long the answer asks to wait before another try; `null` where it does not say. */
  readonly retryAfter: Millis | null;

  constructor(code: ClientError["code"], detail: string, facts: ClientErrorFacts = {}) {
    super(detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.detail = detail;
    this.status = facts.status ?? null;
    this.errors = facts.errors ?? [];
    this.retryAfter = facts.retryAfter ?? null;
  }
}

/** Whether a caught value is a {@link ClientError}, also one from another copy of the package; with `code`, whether it is that one. */
export function isClientError(value: unknown, code?: ClientErrorCode): value is ClientError {
  if (!(value instanceof Error) || value.name !== "ClientError") return false;
  return code === undefined || (value as ClientError).code === code;
}
