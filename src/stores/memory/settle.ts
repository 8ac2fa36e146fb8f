import type { Outcome } from "../../model/delivery.js";
import type { Settled } from "../../model/store.js";
import { applyHealth, type HealthChange } from "../../model/subscription.js";
import type { DeliveryRow, SubscriptionRow } from "./rows.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";

/** Records outcomes whose lease still holds, every attempt once, and the health of subscriptions that had one accepted. */
export function* settle(
  tables: Tables,
  outcomes: readonly Outcome[],
  health: readonly HealthChange[],
): Step<Settled> {
  const settling = new Set<string>();
  const accepted = new Set<Outcome>();
  for (const outcome of outcomes) {
    const row = tables.deliveries.get(outcome.deliveryId);
    if (!row || row.lease !== outcome.lease || settling.has(row.id)) continue;
    settling.add(row.id);
    accepted.add(outcome);
  }
  tables.refuseTakenIds([...accepted].flatMap((outcome) => outcome.replacements));

  const pace = new Pace();
  const refused: string[] = [];
  const touched = new Set<string>();
  for (const outcome of outcomes) {
    const row = tables.deliveries.get(outcome.deliveryId);
    if (row && outcome.attempt) recordAttempt(tables, row.id, outcome.attempt);
    if (!row || !accepted.has(outcome)) {
      refused.push(outcome.deliveryId);
      continue;
    }
    touched.add(row.subscriptionId);
    accept(tables, row, outcome);
    if (outcome.replacements.length > 0) yield* replace(tables, row, outcome, pace);
  }

  const changed = new Set<SubscriptionRow>();
  for (const change of health) {
    const row = tables.subscriptions.get(change.subscriptionId);
    if (!row || !touched.has(row.id)) continue;
    row.health = applyHealth(row.health, change);
    changed.add(row);
  }
  return { refused, health: Array.from(changed, healthOf) };
}

function healthOf({ id, health }: SubscriptionRow): Settled["health"][number] {
  return {
    subscriptionId: id,
    consecutiveFailures: health.consecutiveFailures,
    failingSince: health.failingSince,
    lastAttemptAt: health.lastAttemptAt,
    lastStatus: health.lastStatus,
    lastSuccessAt: health.lastSuccessAt,
    holdUntil: health.holdUntil,
  };
}

function recordAttempt(tables: Tables, id: string, attempt: NonNullable<Outcome["attempt"]>): void {
  const { number, at, durationMs, document } = attempt;
  const copy = Object.freeze({ number, at, durationMs, document });
  const attempts = tables.attempts.get(id);
  if (attempts === undefined) tables.attempts.set(id, [copy]);
  else if (!attempts.some((known) => known.number === number)) attempts.push(copy);
}

function accept(tables: Tables, row: DeliveryRow, outcome: Outcome): void {
  tables.changeDelivery(row, {
    status: outcome.status,
    dueAt: outcome.dueAt,
    completedAt: outcome.completedAt,
    httpStatus: outcome.httpStatus,
    error: outcome.error && Object.freeze({ code: outcome.error.code, message: outcome.error.message }),
    lease: null,
    manualFrom: outcome.uncount ? row.manualFrom : null,
    attempts: row.attempts - (outcome.uncount ? 1 : 0),
  });
}

function* replace(tables: Tables, row: DeliveryRow, outcome: Outcome, pace: Pace): Step<void> {
  const count = outcome.replacements.length;
  for (const [index, delivery] of outcome.replacements.entries()) {
    yield* tables.insertDelivery(delivery, pace, { row, index, count });
  }
}
