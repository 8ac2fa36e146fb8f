import type {
  AttemptRecord,
  DeliveryError,
  DeliveryStatus,
  LeasedDelivery,
  NewDelivery,
  Outcome,
} from "../model/delivery.js";
import type { Millis } from "../model/time.js";
import type { Verdict } from "./outcome.js";

/** A claimed delivery that has been dealt with: what to record, and what the attempt meant; `null` where none was made. */
export interface Finished {
  readonly delivery: LeasedDelivery;
  readonly outcome: Outcome;
  readonly verdict: Verdict | null;
  readonly ordered: boolean;
}

const NONE: readonly NewDelivery[] = [];

/** An attempt was made, or could not be: what it means is recorded with it. */
export function attempted(
  delivery: LeasedDelivery,
  verdict: Verdict,
  attempt: AttemptRecord,
  now: Millis,
  replacements: readonly NewDelivery[] = NONE,
): Outcome {
  return {
    deliveryId: delivery.id,
    lease: delivery.lease,
    status: verdict.status,
    dueAt: verdict.dueAt,
    completedAt: verdict.dueAt === null ? now : null,
    httpStatus: verdict.httpStatus,
    error: verdict.error,
    attempt,
    uncount: false,
    replacements,
  };
}

/** Gives a claimed delivery back as it was, due at that moment: nothing was sent, the claim's attempt does not count. */
export function released(delivery: LeasedDelivery, dueAt: Millis): Finished {
  return unsent(delivery, delivery.status, delivery.error, dueAt, null);
}

/** Its subscription is gone. */
export function cancelled(delivery: LeasedDelivery, now: Millis): Finished {
  return unsent(delivery, "cancelled", delivery.error, null, now);
}

/** Too many claims of it were lost with their process: it may be what kills them. */
export function abandoned(delivery: LeasedDelivery, now: Millis): Finished {
  const message =
    "Too many attempts ended with the process that made them; retry it by hand if it is not at fault.";
  return unsent(delivery, "exhausted", { code: "ABANDONED", message }, null, now);
}

function unsent(
  delivery: LeasedDelivery,
  status: DeliveryStatus,
  error: DeliveryError | null,
  dueAt: Millis | null,
  completedAt: Millis | null,
): Finished {
  const outcome: Outcome = {
    deliveryId: delivery.id,
    lease: delivery.lease,
    status,
    dueAt,
    completedAt,
    httpStatus: delivery.httpStatus,
    error,
    attempt: null,
    uncount: true,
    replacements: NONE,
  };
  return { delivery, outcome, verdict: null, ordered: false };
}
