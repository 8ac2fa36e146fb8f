import type { NewDelivery } from "../../model/delivery.js";
import type { PendingRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";

/** What is left of an append once the events that need no writing are known. */
export interface Derived {
  readonly deliveries: readonly NewDelivery[];
  readonly pending: readonly PendingRecord[];
  /** Ids of the events these rows name. */
  readonly named: ReadonlySet<string>;
}

/**
 * The derived rows of an append that are to be written. Rows that name a `known` event go with it. Of an event that
 * is `repeated` within the call each subscription gets one row, the first: which of the equal events a row came from
 * cannot be told. Rows that name only events outside the call stay: that is how a missed event is delivered later.
 *
 * @param known - Events of the call that were stored before it.
 * @param repeated - Events that are new, and in the call more than once.
 */
export function derivedRows(
  entries: Entries,
  known: ReadonlySet<string>,
  repeated: ReadonlySet<string>,
): Derived {
  const seen = new Set<string>();
  const named = new Set<string>();

  const keep = (subscriptionId: string, eventIds: readonly string[]): boolean => {
    if (known.size > 0 && eventIds.some((id) => known.has(id))) return false;
    if (repeated.size > 0 && eventIds.some((id) => repeated.has(id))) {
      const key = JSON.stringify([subscriptionId, eventIds]);
      if (seen.has(key)) return false;
      seen.add(key);
    }
    for (const id of eventIds) named.add(id);
    return true;
  };

  const deliveries = entries.deliveries.filter((row) => keep(row.subscriptionId, row.eventIds));
  seen.clear();
  const pending = entries.pending.filter((row) => keep(row.subscriptionId, [row.eventId]));
  return { deliveries, pending, named };
}
