import { type Issue, isWebhookError, type WebhookErrorCode } from "../model/errors.js";

/** Codes that only this API has, beside those of `WebhookError`. */
export const HTTP_PROBLEM_CODES = {
  /** The host does not know who is calling. */
  UNAUTHENTICATED: 401,
  /** Who is calling may not do this, or names a scope that is not theirs. */
  FORBIDDEN: 403,
  /** A page of another origin tried to change something. */
  CROSS_ORIGIN: 403,
  /** There is no such address. */
  NOT_FOUND: 404,
  /** The address takes other methods; see `Allow`. */
  METHOD_NOT_ALLOWED: 405,
  /** The body is larger than is read. */
  PAYLOAD_TOO_LARGE: 413,
  /** The body is not `application/json`. */
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** The body is not JSON, or not an object. */
  INVALID_JSON: 400,
  /** A parameter or header is not acceptable. */
  INVALID_ARGUMENT: 400,
  /** The key came with another request before. */
  IDEMPOTENCY_KEY_REUSED: 422,
  /** The first request with this key is under way still. */
  IDEMPOTENCY_KEY_IN_USE: 409,
  /** A fault of ours; the host's log says which. */
  INTERNAL: 500,
} as const;

/** One of the codes that only this API has. */
export type HttpProblemCode = keyof typeof HTTP_PROBLEM_CODES;

/** One bad field of a {@link Problem}. */
export type ProblemError =
  /** Where it is in the body, as a JSON Pointer in a URI fragment (RFC 6901 section 6). */
  | { readonly pointer: string; readonly detail: string }
  /** The query parameter or the header. */
  | { readonly parameter: string; readonly detail: string }
  | { readonly header: string; readonly detail: string };

/** An error as it is answered: RFC 9457, `application/problem+json`. */
export interface Problem {
  /** For programs; stable. */
  readonly code: WebhookErrorCode | HttpProblemCode;
  /** The code in words. */
  readonly title: string;
  readonly status: number;
  /** For people: what to do next. */
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
}

/** A refusal that this API makes itself. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly code: HttpProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly ProblemError[];

  constructor(
    code: HttpProblemCode,
    message: string,
    more: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly errors?: readonly ProblemError[];
    } = {},
  ) {
    super(message);
    this.code = code;
    this.headers = more.headers ?? {};
    this.errors = more.errors ?? [];
  }
}

/** Where the input came from that an error may be about. */
export interface ProblemContext {
  /** `If-Match` was given: a conflict is then a failed precondition. */
  readonly isConditional: boolean;
  /** The call has no body, so what it was given came in the query. */
  readonly isQuery: boolean;
}

const STATUS: Readonly<Partial<Record<WebhookErrorCode, number>>> = {
  UNKNOWN_EVENT_TYPE: 422,
  INVALID_DATA: 422,
  INVALID_SUBSCRIPTION: 422,
  URL_REFUSED: 422,
  UNKNOWN_SCOPE: 422,
  SCOPE_NOT_ALLOWED: 422,
  INVALID_ARGUMENT: 422,
  INVALID_CURSOR: 400,
  NOT_FOUND: 404,
  VERSION_CONFLICT: 409,
  INVALID_STATE: 409,
  STORE_UNAVAILABLE: 503,
};

/** Seconds after which a store that was away is worth another try. */
const RETRY_AFTER = "5";

/** The answer to an error. What is not the caller's to mend is answered without a detail. Pure. */
export function problemOf(
  error: unknown,
  context: ProblemContext,
): { readonly problem: Problem; readonly headers: Readonly<Record<string, string>> } {
  if (error instanceof HttpProblem) {
    const status = HTTP_PROBLEM_CODES[error.code];
    return { problem: problem(error.code, status, error.message, error.errors), headers: error.headers };
  }
  // Of another copy of the package it may have any code, one that every object has too.
  const isKnown = isWebhookError(error) && Object.hasOwn(STATUS, error.code);
  const status = isKnown ? STATUS[error.code] : undefined;
  if (!isWebhookError(error) || status === undefined) {
    return { problem: problem("INTERNAL", 500, "Something failed here; try again later.", []), headers: {} };
  }
  if (error.code === "STORE_UNAVAILABLE") {
    // What the store says may name hosts and tables.
    const detail = "The store did not answer; nothing is known to have changed. Try again in a moment.";
    return { problem: problem(error.code, status, detail, []), headers: { "retry-after": RETRY_AFTER } };
  }
  // The id is in the address, where there is no field to point at.
  const issues = error.code === "NOT_FOUND" ? [] : error.issues;
  const errors = issues.map((issue) => problemError(issue, context.isQuery));
  return {
    problem: problem(error.code, statusOf(error.code, status, context), error.message, errors),
    headers: {},
  };
}

function statusOf(
  code: WebhookErrorCode,
  status: number,
  { isConditional, isQuery }: ProblemContext,
): number {
  if (code === "VERSION_CONFLICT" && isConditional) return 412;
  return status === 422 && isQuery ? 400 : status;
}

function problem(
  code: Problem["code"],
  status: number,
  detail: string,
  errors: readonly ProblemError[],
): Problem {
  const title = code.charAt(0) + code.slice(1).toLowerCase().replaceAll("_", " ");
  return { code, title, status, detail, ...(errors.length === 0 ? {} : { errors }) };
}

function problemError({ path, message }: Issue, isQuery: boolean): ProblemError {
  if (path[0] === "ifVersion") return { header: "If-Match", detail: message };
  if (isQuery) return { parameter: String(path[0] ?? ""), detail: message };
  return { pointer: pointerOf(path), detail: message };
}

/** RFC 6901 section 6: `~` and `/` are escaped, and then what a URI fragment cannot carry. */
export function pointerOf(path: Issue["path"]): string {
  const tokens = path.map((token) => `/${escapeToken(String(token))}`);
  return `#${tokens.join("")}`;
}

function escapeToken(token: string): string {
  const escaped = token.replaceAll("~", "~0").replaceAll("/", "~1");
  try {
    return encodeURIComponent(escaped);
  } catch {
    // Half of a surrogate pair, which no URI can carry.
    return encodeURIComponent(escaped.replace(/[\ud800-\udfff]/g, "\ufffd"));
  }
}
