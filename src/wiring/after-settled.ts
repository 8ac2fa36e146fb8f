import pRetry from "p-retry";
import type { Finished } from "../dispatcher/finished.js";
import type { Verdict } from "../dispatcher/outcome.js";
import { presentAttempt } from "../history/attempt.js";
import { type Delivery, presentDelivery } from "../history/delivery.js";
import type { AttemptRecord, Outcome } from "../model/delivery.js";
import type { Settled } from "../model/store.js";
import type { SubscriptionHealth } from "../model/subscription.js";
import type { Clock, Millis } from "../model/time.js";
import { type AutoDisable, type AutoDisableReason, shouldDisable } from "../subscriptions/auto-disable.js";
import type { Observer } from "./observe.js";

/** What follows a settle needs of the rest. */
export interface AfterSettledParts {
  readonly clock: Clock;
  readonly observer: Observer;
  /** The rule that holds for a subscription; `null` when it is gone. */
  autoDisable(subscriptionId: string): Promise<AutoDisable | null>;
  /** Disables it, unless someone changed it after the attempt began. Answers whether it did. */
  disable(
    subscriptionId: string,
    reason: AutoDisableReason | "gone",
    attemptStartedAt: Millis,
  ): Promise<boolean>;
}

/** What was done, counted as outcomes are recorded. */
export interface Tally {
  delivered: number;
  failed: number;
  exhausted: number;
}

/** The outcomes are recorded, so nobody comes back to this: a store that is away for a moment must not lose it. */
const PATIENCE = { retries: 4, minTimeout: 50, factor: 2 };

/** What follows once outcomes are in the store: listeners are told, and subscriptions that failed too much are disabled. */
export async function afterSettled(
  parts: AfterSettledParts,
  tally: Tally,
  finished: readonly Finished[],
  settled: Settled,
): Promise<void> {
  const refused = new Set(settled.refused);
  const accepted = finished.filter((one) => !refused.has(one.outcome.deliveryId));
  for (const one of accepted) tell(parts.observer, tally, one);
  const health = new Map(settled.health.map((one) => [one.subscriptionId, one]));
  const disabled = new Set<string>();
  for (const one of accepted) {
    const { subscriptionId } = one.delivery;
    if (!mayDisable(one) || disabled.has(subscriptionId)) continue;
    try {
      const judge = () => isDisabledBy(parts, one, health.get(subscriptionId));
      if (await pRetry(judge, PATIENCE)) disabled.add(subscriptionId);
    } catch (error) {
      parts.observer.fault(
        error,
        `It could not be decided whether to disable subscription ${subscriptionId}.`,
      );
    }
  }
}

function tell(observer: Observer, tally: Tally, finished: Finished): void {
  const { delivery, verdict, outcome } = finished;
  if (delivery.kind === "test") return;
  if (outcome.status === "exhausted") {
    tally.exhausted++;
    if (!observer.has("delivery.exhausted")) return;
    const attempt = outcome.attempt && presentAttempt(outcome.attempt);
    observer.emit("delivery.exhausted", { delivery: deliveryOf(finished), attempt });
  } else if (verdict !== null && outcome.attempt !== null) {
    const name = verdict.success ? "delivery.succeeded" : "delivery.failed";
    tally[verdict.success ? "delivered" : "failed"]++;
    if (!observer.has(name)) return;
    observer.emit(name, { delivery: deliveryOf(finished), attempt: presentAttempt(outcome.attempt) });
  }
}

/** The delivery as it is stored now. */
function deliveryOf({ delivery, outcome }: Finished): Delivery {
  const { status, dueAt, completedAt, httpStatus, error } = outcome;
  return presentDelivery({ ...delivery, status, dueAt, completedAt, httpStatus, error });
}

/** An attempt that failed. */
interface Failed extends Finished {
  readonly verdict: Verdict;
  readonly outcome: Outcome & { readonly attempt: AttemptRecord };
}

function mayDisable(finished: Finished): finished is Failed {
  return finished.verdict !== null && !finished.verdict.success && finished.outcome.attempt !== null;
}

async function isDisabledBy(
  parts: AfterSettledParts,
  { delivery, outcome, verdict }: Failed,
  health: SubscriptionHealth | undefined,
): Promise<boolean> {
  const { subscriptionId, firstAttemptAt } = delivery;
  const startedAt = outcome.attempt.at;
  if (verdict.gone) return parts.disable(subscriptionId, "gone", startedAt);
  const rule = await parts.autoDisable(subscriptionId);
  if (rule === null || health === undefined) return false;
  const failed = { exhausted: outcome.status === "exhausted", firstAttemptAt, manual: !verdict.counts };
  const reason = shouldDisable(rule, failed, health, parts.clock.now());
  return reason !== null && parts.disable(subscriptionId, reason, startedAt);
}
