import type { Entries, SubscriptionQuery, SubscriptionSave } from "../../model/store.js";
import { FRESH_HEALTH, type StoredSubscription } from "../../model/subscription.js";
import { isUnder } from "../shared/scope.js";
import { append } from "./append.js";
import { cancel } from "./requeue.js";
import {
  byCreation,
  type Created,
  type SubscriptionRow,
  storedSubscription,
  subscriptionRecord,
} from "./rows.js";
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
    record: subscriptionRecord(save.record),
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

/** A page of subscriptions, newest first. Of certain scopes it costs what is there, and nothing of the others. */
export function findSubscriptions(tables: Tables, query: SubscriptionQuery): StoredSubscription[] {
  const { scopes, under, enabled, after } = query;
  const before = after && { createdAt: after.at, id: after.id };
  const rows = scopes ? newestOf(tables, scopes, before) : tables.subscriptionsByTime.descend(before);
  const matches = function* () {
    for (const row of rows) {
      if (under !== undefined && !isUnder(row.record.scope, under)) continue;
      if (enabled !== undefined && row.record.enabled !== enabled) continue;
      yield storedSubscription(row);
    }
  };
  return take(matches(), query.limit);
}

/** The newest row of a scope that has not been listed, and those after it. */
interface Head {
  row: SubscriptionRow;
  readonly rest: Generator<SubscriptionRow, void>;
}

/** The rows of several scopes, newest first. Each row looks at the heads of all: scopes asked for at once are few. */
function* newestOf(
  tables: Tables,
  scopes: readonly string[],
  before: Created | null,
): Generator<SubscriptionRow, void> {
  const heads = new Set<Head>();
  for (const scope of new Set(scopes)) {
    const rest = tables.subscriptionsAt.get(scope)?.descend(before);
    const first = rest?.next();
    if (rest && first && !first.done) heads.add({ row: first.value, rest });
  }
  for (;;) {
    let newest: Head | undefined;
    for (const head of heads) {
      if (newest === undefined || byCreation(head.row, newest.row) > 0) newest = head;
    }
    if (newest === undefined) return;
    yield newest.row;
    const next = newest.rest.next();
    if (next.done) heads.delete(newest);
    else newest.row = next.value;
  }
}
