import type { Entries, SubscriptionQuery, SubscriptionSave } from "../../model/store.js";
import { FRESH_HEALTH, type StoredSubscription } from "../../model/subscription.js";
import { isUnder } from "../shared/scope.js";
import { append } from "./append.js";
import { cancel } from "./requeue.js";
import { storedSubscription } from "./rows.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";
import { take } from "./take.js";

/** Writes the record and its audit, or nothing when the stored version is another. */
export function* saveSubscription(tables: Tables, save: SubscriptionSave): Step<boolean> {
  const stored = tables.subscriptions.get(save.record.id);
  if ((stored?.record.version ?? null) !== save.replaces) return false;

  if (save.audit) yield* append(tables, save.audit);
  tables.revision++;
  const { id, createdAt } = save.record;
  const health = stored?.health ?? FRESH_HEALTH;
  tables.putSubscription({
    id,
    createdAt,
    record: Object.freeze({ ...save.record }),
    health: save.resetHealth
      ? { ...health, consecutiveFailures: 0, failingSince: null, holdUntil: null }
      : health,
  });
  return true;
}

/** Removes a subscription and all that was still to be sent to it. */
export function* removeSubscription(
  tables: Tables,
  id: string,
  now: number,
  audit: Entries | null,
): Step<boolean> {
  if (!tables.subscriptions.has(id)) return false;
  if (audit) yield* append(tables, audit);
  const open = [...(tables.lanes.get(id)?.byPlace.ascend() ?? [])];
  const ids = open.map((row) => row.id);
  yield* cancel(tables, ids, now);
  yield* tables.dropWaiter(id, new Pace());
  tables.dropSubscription(id);
  tables.revision++;
  return true;
}

/** Those of the ids that exist. */
export function readSubscriptions(tables: Tables, ids: readonly string[]): StoredSubscription[] {
  return [...new Set(ids)].flatMap((id) => {
    const row = tables.subscriptions.get(id);
    return row ? [storedSubscription(row)] : [];
  });
}

/** A page of subscriptions, newest first. */
export function findSubscriptions(tables: Tables, query: SubscriptionQuery): StoredSubscription[] {
  const { scopes, under, enabled, after } = query;
  const matches = function* () {
    const before = after && { createdAt: after.at, id: after.id };
    for (const row of tables.subscriptionsByTime.descend(before)) {
      if (scopes && !scopes.includes(row.record.scope)) continue;
      if (under !== undefined && !isUnder(row.record.scope, under)) continue;
      if (enabled !== undefined && row.record.enabled !== enabled) continue;
      yield storedSubscription(row);
    }
  };
  return take(matches(), query.limit);
}
