import type { DeliveryError, DeliveryStatus, LeasedDelivery } from "../model/delivery.js";
import type { AnswerMeaning } from "../model/format.js";
import type { Millis } from "../model/time.js";
import type { TransportFailureReason } from "../model/transport.js";
import type { AttemptResult } from "./attempt-result.js";
import { nextWait, parseRetryAfter } from "./retry.js";
import { isWorthSplitting } from "./split.js";

/** What one attempt means for its delivery and its subscription. */
export interface Verdict {
  readonly status: DeliveryStatus;
  /** When the next attempt is due; `null` closes the delivery. */
  readonly dueAt: Millis | null;
  readonly httpStatus: number | null;
  readonly error: DeliveryError | null;
  readonly success: boolean;
  /** Whether it says something of the endpoint's health: not an attempt by hand, not a test, not a fault of ours. */
  readonly counts: boolean;
  /** Hold the whole subscription until then: the endpoint asked for it, at an attempt that counts. */
  readonly holdUntil: Millis | null;
  /** The endpoint says that it is gone for good (410). */
  readonly gone: boolean;
  /** Two halves take the place of the batch. */
  readonly split: boolean;
}

/**
 * Judges an attempt. 2xx is success; everything else, redirects included, is a failure. Pure.
 *
 * @param meaning - What the format makes of the answer, where that says more than its status. @default the status
 */
export function judge(
  delivery: LeasedDelivery,
  result: AttemptResult,
  schedule: readonly Millis[],
  now: Millis,
  meaning: AnswerMeaning | null = null,
): Verdict {
  const httpStatus = result.kind === "response" ? result.status : null;
  const isOk = httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
  const success = meaning === null ? isOk : meaning === "delivered";
  const counts = delivery.kind !== "test" && delivery.manualFrom === null && result.kind !== "unprepared";
  // Literals of one shape, no spread: this runs for each attempt, and a spread costs as much as signing the request.
  if (success) {
    return {
      status: "delivered",
      dueAt: null,
      httpStatus,
      error: null,
      success,
      counts,
      holdUntil: null,
      gone: false,
      split: false,
    };
  }
  if (isWorthSplitting(delivery, httpStatus, meaning)) {
    return failure("cancelled", null, httpStatus, SPLIT, { split: true });
  }
  if (meaning === "final") {
    // The endpoint is well; it is these events that it will never take.
    const { status, dueAt } = afterFailure(delivery, [], now);
    return failure(status, dueAt, httpStatus, REJECTED);
  }
  const asked = retryAfter(result, now);
  const holdUntil = asked === null || asked === 0 || !counts ? null : now + asked;
  const { status, dueAt } = afterFailure(delivery, schedule, now);
  const next = dueAt === null ? null : Math.max(dueAt, holdUntil ?? 0);
  const gone = httpStatus === 410 && delivery.kind !== "test";
  return failure(status, next, httpStatus, isOk ? NOT_TAKEN : errorOf(result), { counts, holdUntil, gone });
}

function failure(
  status: DeliveryStatus,
  dueAt: Millis | null,
  httpStatus: number | null,
  error: DeliveryError,
  more: Partial<Pick<Verdict, "counts" | "holdUntil" | "gone" | "split">> = {},
): Verdict {
  const { counts = false, holdUntil = null, gone = false, split = false } = more;
  return { status, dueAt, httpStatus, error, success: false, counts, holdUntil, gone, split };
}

/** Scheduled attempts begun, this one included; attempts by hand have a budget of their own. */
export function scheduledAttempts(delivery: LeasedDelivery): number {
  return delivery.attempts - delivery.extraAttempts;
}

/** Claims that may be lost with their process. A delivery that loses more may be what kills them. */
const MOST_LOST = 15;

/** Whether so much was claimed beside the schedule that it has to be looked up how much of it was lost. */
export function isSuspect({ kind, attempts, extraAttempts }: LeasedDelivery): boolean {
  return extraAttempts > MOST_LOST || (kind === "test" && attempts > 1);
}

/** Whether a suspect delivery must not be tried again by itself. A test is tried once, whatever became of it. */
export function isPoison({ kind, attempts, extraAttempts }: LeasedDelivery, recorded: number): boolean {
  const lost = attempts - 1 - recorded;
  // Each retry by hand grants one more: what was given up can be tried again by whoever thinks it is not at fault.
  const byHand = Math.max(0, extraAttempts - lost);
  return kind === "test" || lost > MOST_LOST + byHand;
}

function afterFailure(
  delivery: LeasedDelivery,
  schedule: readonly Millis[],
  now: Millis,
): { status: DeliveryStatus; dueAt: Millis | null } {
  const before = delivery.manualFrom;
  if (before !== null && before !== "pending" && before !== "failed") return { status: before, dueAt: null };
  if (delivery.kind === "test") return { status: "exhausted", dueAt: null };
  const wait = nextWait(schedule, scheduledAttempts(delivery));
  return wait === null ? { status: "exhausted", dueAt: null } : { status: "failed", dueAt: now + wait };
}

function retryAfter(result: AttemptResult, now: Millis): Millis | null {
  if (result.kind !== "response" || (result.status !== 429 && result.status !== 503)) return null;
  return parseRetryAfter(result.headers["retry-after"], now);
}

function errorOf(result: AttemptResult): DeliveryError {
  if (result.kind === "unprepared") return result.error;
  if (result.kind === "failure") return FAILURES[result.reason];
  if (result.status >= 300 && result.status < 400) {
    return {
      code: "REDIRECT",
      message: `The endpoint answered ${result.status}; redirects are not followed.`,
    };
  }
  return { code: "HTTP_STATUS", message: `The endpoint answered ${result.status}.` };
}

const NOT_TAKEN: DeliveryError = {
  code: "NOT_TAKEN",
  message: "The endpoint answered with success, but its answer says that it did not take the events.",
};

/** Why a batch was split: its halves are deliveries of their own. */
export const SPLIT: DeliveryError = {
  code: "SPLIT",
  message: "The endpoint did not take the batch as a whole; it was split into two deliveries.",
};

const REJECTED: DeliveryError = {
  code: "REJECTED",
  message: "The endpoint says that it will never take these events; they are not sent again by themselves.",
};

/** What never reached an address, was refused one or found no one there reads the same, so that nobody can map a network with us. */
export const UNREACHABLE: DeliveryError = {
  code: "UNREACHABLE",
  message: "The endpoint could not be reached or is not allowed.",
};

const FAILURES: Readonly<Record<TransportFailureReason, DeliveryError>> = {
  timeout: { code: "TIMEOUT", message: "The endpoint did not answer in full in time." },
  dns: UNREACHABLE,
  connect: UNREACHABLE,
  "refused-by-policy": UNREACHABLE,
  tls: { code: "TLS", message: "The endpoint's certificate or TLS version was not accepted." },
  reset: { code: "CONNECTION_CLOSED", message: "The endpoint closed the connection before it had answered." },
  protocol: { code: "INVALID_RESPONSE", message: "The endpoint's answer is not valid HTTP." },
};
