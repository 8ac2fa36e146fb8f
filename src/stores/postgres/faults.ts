import { isWebhookError, WebhookError } from "../../model/errors.js";

/** A statement that never left, because no connection could be had for it. The reason is its `cause`. */
export class NotSent extends Error {
  constructor(cause: unknown) {
    super("not sent", { cause });
  }
}

/** A statement, or a connection, that took longer than it was given. */
export class TooLate extends Error {
  /** @param ms - How long it was given. */
  constructor(ms: number, what = "PostgreSQL did not answer") {
    super(`${what} within ${ms} ms`);
  }
}

/**
 * SQLSTATE of an error that the server answered. Drivers keep it in `code`, where Node keeps the names of its own
 * errors; what tells `EPIPE` apart is that each SQLSTATE has a digit. `P1001` and the like are Prisma's.
 */
export function sqlState(error: unknown): string | null {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^(?=.*\d)(?!P[1-9])[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Another transaction was in the way, and this one was taken back whole: a serialization failure, a deadlock. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01";
}

const NO_PLAN = new Set(["26000", "42P05", "0A000"]);

/**
 * A prepared statement that the server does not know (26000), that it knows already (42P05) or whose tables changed
 * (0A000), as a pooler answers that gives each statement another session. It was not begun.
 */
export function isUnprepared(error: unknown): boolean {
  const state = sqlState(error);
  if (state === null) return false;
  return NO_PLAN.has(state) || (state === "08P01" && /prepared statement/i.test(messageOf(error)));
}

// Connection exceptions and shutdowns, and what poolers answer for a server that left them.
const LOST_STATES = /^08|^58|^57P0[125]/;
const LOST_CODES = /^(ECONNRESET|EPIPE|ETIMEDOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|P1017)$/;
const LOST_MESSAGES = /connection (was )?(terminated|closed|lost|ended)|server closed the connection/i;

/** Whether a statement's connection went away under it. Another connection may do. */
export function isLost(error: unknown): boolean {
  if (error instanceof NotSent || error instanceof TooLate) return false;
  const state = sqlState(error);
  if (state !== null) return LOST_STATES.test(state);
  return LOST_CODES.test(String((error as { code?: unknown })?.code)) || LOST_MESSAGES.test(messageOf(error));
}

/** Errors of Node's that come before there is a connection. */
const NO_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** Said by `pg` about a connection that it knows to be gone, or is not to use. Nothing is sent. */
const NOT_QUERYABLE = /is not queryable|calling end on the pool/;

/**
 * Whether nothing is known of what a statement did: the server had it, and did not say. An error that the server
 * answers takes everything back, but for those of a connection that ends, which may come after the commit, and for
 * `XX`, which poolers use for faults of their own.
 */
function leavesDoubt(error: unknown): boolean {
  if (error instanceof NotSent) return false;
  const state = sqlState(error);
  if (state !== null) return LOST_STATES.test(state) || state.startsWith("XX");
  const { code } = error as { readonly code?: unknown };
  return !NO_CONNECTION.test(String(code)) && !NOT_QUERYABLE.test(messageOf(error));
}

const inDoubt = new WeakSet<WebhookError>();

/** Whether a statement that failed with this may have done its work. */
export function isInDoubt(error: unknown): boolean {
  return isWebhookError(error) && inDoubt.has(error);
}

/** What was asked, as far as its failure must say. */
export interface Asked {
  /** It only reads. */
  readonly reads?: boolean;
  /** In a transaction of the host's. */
  readonly inTransaction?: boolean;
  /** On one connection, which does not come back once it is lost. */
  readonly onClient?: boolean;
  /** What to do when it may or may not have been done; a sentence. */
  readonly inDoubt?: string;
}

const READ_BACK = "Look whether it was before doing it again.";

/** The failure of a statement as callers see it: what is known to be written, and the next step. */
export function unavailable(error: unknown, asked: Asked = {}): WebhookError {
  const cause = error instanceof NotSent ? error.cause : error;
  if (isWebhookError(cause)) return cause;
  const isDoubtful = !asked.reads && !asked.inTransaction && leavesDoubt(error);
  const said = messageOf(cause).replace(/\.$/, "");
  const what = asked.reads
    ? ""
    : isDoubtful
      ? ", and what was to be written may have been"
      : " and nothing was written";
  const advice = adviceOn(error, asked);
  const doubt = isDoubtful ? ` ${asked.inDoubt ?? READ_BACK}` : "";
  const failure = new WebhookError(
    "STORE_UNAVAILABLE",
    `PostgreSQL failed${what}: ${said}.${doubt}${advice && ` ${advice}`}`,
    { cause },
  );
  if (isDoubtful) inDoubt.add(failure);
  return failure;
}

function adviceOn(error: unknown, { inTransaction, onClient }: Asked): string {
  const state = sqlState(error);
  // A schema and a table that do not exist.
  if (state === "3F000" || state === "42P01") return "Call migrate() first.";
  if (inTransaction) return "The transaction it was given can only be rolled back.";
  if (state === "55P03") return "Another session held a lock for longer than lockTimeout.";
  if (state === "57014") return "It took longer than a statement may.";
  if (onClient && (isLost(error) || NOT_QUERYABLE.test(messageOf(error))))
    return "A Client does not come back: give postgresStore a Pool.";
  return "";
}

/** What an error says. Of several addresses that were tried, Node says nothing itself. */
export function messageOf(error: unknown): string {
  const { message, errors, code } = (error ?? {}) as {
    readonly message?: unknown;
    readonly errors?: readonly unknown[];
    readonly code?: unknown;
  };
  if (typeof message === "string" && message !== "") return message;
  if (Array.isArray(errors) && errors.length > 0) return messageOf(errors[0]);
  return String(code ?? error);
}
