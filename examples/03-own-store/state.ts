import type {
  AttemptRecord,
  DeliveryRecord,
  Entries,
  EventRecord,
  NewDelivery,
  PendingRecord,
  StoredSubscription,
} from "hookwright";

/** All the store knows. A database would have a table for each, and one for attempts. */
export interface State {
  /** In the order of their turns: a claim serves from the front and sends those it served to the back. */
  subscriptions: StoredSubscription[];
  events: EventRecord[];
  /** In the order of appending, which is the order of an ordered subscription. */
  deliveries: Row[];
  /** In the order of appending. */
  pending: PendingRecord[];
}

/** A delivery, the lease that may settle it, and its attempts. */
export interface Row {
  record: DeliveryRecord;
  lease: string | null;
  attempts: AttemptRecord[];
}

/** Writes what is new of the entries and answers the new events' ids. Throws when a delivery's id is taken. */
export function append(state: State, { events, deliveries, pending }: Entries): string[] {
  const stored = new Set(state.events.map((event) => event.id));
  const known = new Set<string>();
  const fresh = new Map<string, EventRecord>();
  const repeated = new Set<string>();
  for (const event of events) {
    if (stored.has(event.id)) known.add(event.id);
    else if (fresh.has(event.id)) repeated.add(event.id);
    else fresh.set(event.id, event);
  }
  state.events.push(...fresh.values());

  // An event that stands twice in the call brought its rows twice: each subscription gets the first of them.
  const written = new Set<string>();
  for (const delivery of deliveries) {
    const key = JSON.stringify([delivery.subscriptionId, delivery.eventIds]);
    if (delivery.eventIds.some((id) => known.has(id) || (repeated.has(id) && written.has(key)))) continue;
    written.add(key);
    insert(state, delivery);
  }
  const key = (row: PendingRecord) => JSON.stringify([row.subscriptionId, row.eventId]);
  const waiting = new Set(state.pending.map(key));
  for (const row of pending) {
    if (known.has(row.eventId) || waiting.has(key(row))) continue;
    waiting.add(key(row));
    state.pending.push(row);
  }
  return [...fresh.keys()];
}

/** Behind all others, or right behind the delivery it replaces, so that an ordered subscription keeps its order. */
export function insert(state: State, { lease, ...delivery }: NewDelivery, replaced?: Row): void {
  if (state.deliveries.some((row) => row.record.id === delivery.id))
    throw new Error(`Delivery id ${delivery.id} is taken.`);
  const record: DeliveryRecord = {
    ...delivery,
    status: "pending",
    attempts: lease === null ? 0 : 1,
    extraAttempts: 0,
    manualFrom: null,
    firstAttemptAt: lease === null ? null : delivery.createdAt,
    completedAt: null,
    httpStatus: null,
    error: null,
  };
  const at = replaced ? state.deliveries.indexOf(replaced) + 1 : state.deliveries.length;
  state.deliveries.splice(at, 0, { record, lease, attempts: [] });
}

/** Every change of a delivery says who holds it from now on. */
export function update(row: Row, lease: string | null, change: Partial<DeliveryRecord>): void {
  row.record = { ...row.record, ...change };
  row.lease = lease;
}

/** Closes those that are open and answers how many. Clearing the lease is what refuses an attempt in flight. */
export function cancel(rows: readonly Row[], now: number): number {
  const open = rows.filter((row) => isOpen(row));
  for (const row of open)
    update(row, null, { status: "cancelled", dueAt: null, completedAt: now, manualFrom: null });
  return open.length;
}

/** Whether it can still be sent; it may be in flight. */
export const isOpen = (row: Row) => row.record.dueAt !== null;
