import type { AttemptRecord, NewDelivery } from "../../model/delivery.js";
import { WebhookError } from "../../model/errors.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import { byText } from "../shared/order.js";
import {
  byCreation,
  type Created,
  type DeliveryRow,
  deliveryRow,
  type EventRow,
  eventRecord,
  type PendingRow,
  pendingRow,
  type SubscriptionRow,
} from "./rows.js";
import { SortedList } from "./sorted-list.js";
import type { Pace, Step } from "./steps.js";

/** The open deliveries of one subscription. */
export interface Lane {
  /** Those attempted before. A claim looks here first. */
  readonly begun: SortedList<DeliveryRow, Due>;
  /** Those never attempted. */
  readonly fresh: SortedList<DeliveryRow, Due>;
  /** All of them. */
  readonly byPlace: SortedList<DeliveryRow, Placed>;
}

/** The waiting events of one subscription. */
export interface Waiter {
  /** In the order they are listed. */
  readonly listed: SortedList<PendingRow, Listed>;
  readonly lanes: Map<string, Queue>;
  readonly eventIds: Set<string>;
}

/** The waiting events of one subscription and lane, in the order they are sealed. */
export interface Queue {
  readonly rows: SortedList<PendingRow, Queued>;
  /** Of all rows. */
  bytes: number;
}

/** The delivery whose place a replacement takes a share of: the `index`th of `count`. */
interface Replaced {
  readonly row: DeliveryRow;
  readonly index: number;
  readonly count: number;
}

type Due = { readonly dueAt: number | null; readonly seq: number };
type Placed = { readonly place: number; readonly seq: number };
type Closed = { readonly completedAt: number | null; readonly seq: number };
type Queued = { readonly at: number; readonly seq: number };
type Listed = { readonly at: number; readonly eventId: string };

const bySeq = (a: { readonly seq: number }, b: { readonly seq: number }) => a.seq - b.seq;
const time = (at: number | null) => at ?? Number.POSITIVE_INFINITY;

/**
 * All rows, and the indexes that keep every call from walking all of them. The only place that writes rows: each
 * method leaves rows and indexes in agreement. Methods throw before they write.
 */
export class Tables {
  readonly subscriptions = new Map<string, SubscriptionRow>();
  /** Counts up with each save and each removal. */
  revision = 0;
  readonly subscriptionsByTime = new SortedList<SubscriptionRow, Created>(byCreation);
  /** By scope; none without a subscription. */
  readonly subscriptionsAt = new Map<string, SortedList<SubscriptionRow, Created>>();

  readonly events = new Map<string, EventRow>();
  readonly eventsByTime = new SortedList<EventRow, Created>(byCreation);
  /** Events nothing names: what prune may forget. */
  readonly looseEvents = new SortedList<EventRow, Created>(byCreation);

  readonly deliveries = new Map<string, DeliveryRow>();
  readonly deliveriesByTime = new SortedList<DeliveryRow, Created>(byCreation);
  readonly deliveriesOf = new Map<string, SortedList<DeliveryRow, Created>>();
  readonly closedDeliveries = new SortedList<DeliveryRow, Closed>(
    (a, b) => time(a.completedAt) - time(b.completedAt) || bySeq(a, b),
  );
  /** Subscriptions that have open deliveries. The next claim begins with the first; one that was served moves to the end. */
  readonly lanes = new Map<string, Lane>();
  /** By delivery, in the order they were recorded. */
  readonly attempts = new Map<string, AttemptRecord[]>();

  /** By subscription; none without a waiting event. */
  readonly waiters = new Map<string, Waiter>();

  /** By event. A row by itself where there is one: a batch of 20 000 events would make as many sets. */
  readonly #naming = new Map<string, DeliveryRow | Set<DeliveryRow>>();
  #seq = 0;

  /** Throws when one of the deliveries cannot be inserted, so that nothing of the step it belongs to is. */
  refuseTakenIds(deliveries: readonly { readonly id: string }[]): void {
    const ids = new Set<string>();
    for (const { id } of deliveries) {
      if (ids.has(id) || this.deliveries.has(id))
        throw new WebhookError(
          "STORE_UNAVAILABLE",
          `Delivery id ${id} is taken; make a new id and try again.`,
        );
      ids.add(id);
    }
  }

  putSubscription(row: SubscriptionRow): void {
    this.dropSubscription(row.id);
    this.subscriptions.set(row.id, row);
    this.subscriptionsByTime.add(row);
    entry(this.subscriptionsAt, row.record.scope, newSubscriptionList).add(row);
  }

  dropSubscription(id: string): void {
    const row = this.subscriptions.get(id);
    if (!row) return;
    this.subscriptions.delete(id);
    this.subscriptionsByTime.delete(row);
    removeFrom(this.subscriptionsAt, row.record.scope, row);
  }

  /** @param events - None that is stored already, and none twice. */
  *insertEntries(
    events: readonly EventRecord[],
    deliveries: readonly NewDelivery[],
    pending: readonly PendingRecord[],
    pace: Pace,
  ): Step<void> {
    const rows: EventRow[] = [];
    for (const event of events) {
      if (pace.isDue()) yield;
      rows.push(this.#insertEvent(event));
    }
    for (const delivery of deliveries) {
      const row = this.#insertRow(delivery);
      const [only, another] = row.eventIds;
      // By far the most have one event; a generator for each would cost more than naming it.
      if (only === undefined || another !== undefined) yield* this.#addNames(row, pace);
      else {
        if (pace.isDue()) yield;
        this.#addName(only, row);
      }
    }
    for (const row of pending) {
      if (pace.isDue()) yield;
      this.#insertPending(row);
    }
    // Last, because most are named by now.
    for (const row of rows) if (row.names === 0) this.#loosen(row);
  }

  #insertEvent(event: EventRecord): EventRow {
    const record = eventRecord(event);
    const row = { id: event.id, createdAt: event.createdAt, record, names: 0, isLoose: false };
    this.events.set(row.id, row);
    this.eventsByTime.add(row);
    return row;
  }

  dropEvent(row: EventRow): void {
    this.events.delete(row.id);
    this.eventsByTime.delete(row);
    this.looseEvents.delete(row);
  }

  *insertDelivery(delivery: NewDelivery, pace: Pace, replaced?: Replaced): Step<void> {
    yield* this.#addNames(this.#insertRow(delivery, replaced), pace);
  }

  #insertRow(delivery: NewDelivery, replaced?: Replaced): DeliveryRow {
    const seq = ++this.#seq;
    const span = replaced ? replaced.row.span / replaced.count : 1;
    const place = replaced ? replaced.row.place + span * replaced.index : seq;
    const row = deliveryRow(delivery, { seq, place, span });

    this.deliveries.set(row.id, row);
    this.deliveriesByTime.add(row);
    entry(this.deliveriesOf, row.subscriptionId, newList).add(row);
    this.#index(row);
    return row;
  }

  *#addNames(row: DeliveryRow, pace: Pace): Step<void> {
    for (const id of distinct(row.eventIds)) {
      if (pace.isDue()) yield;
      this.#addName(id, row);
    }
  }

  *dropDelivery(row: DeliveryRow, pace: Pace): Step<void> {
    this.#unindex(row);
    this.deliveries.delete(row.id);
    this.deliveriesByTime.delete(row);
    this.attempts.delete(row.id);
    removeFrom(this.deliveriesOf, row.subscriptionId, row);
    for (const id of distinct(row.eventIds)) {
      if (pace.isDue()) yield;
      this.#removeName(id, row);
    }
  }

  changeDelivery(row: DeliveryRow, change: Partial<DeliveryRow>): void {
    const lane = row.dueAt === null ? undefined : this.lanes.get(row.subscriptionId);
    if (lane !== undefined && change.dueAt !== null) {
      // It stays open, in its place: by far the most lanes of many hold one delivery, and would be made anew.
      queueOf(lane, row).delete(row);
      Object.assign(row, change);
      queueOf(lane, row).add(row);
      return;
    }
    this.#unindex(row);
    Object.assign(row, change);
    this.#index(row);
  }

  /** The deliveries that name the event, in any order. */
  deliveriesNaming(eventId: string): DeliveryRow[] {
    const found = this.#naming.get(eventId);
    if (found === undefined) return [];
    return found instanceof Set ? [...found] : [found];
  }

  /** Whether the event waits for the subscription. */
  isWaiting(subscriptionId: string, eventId: string): boolean {
    return this.waiters.get(subscriptionId)?.eventIds.has(eventId) ?? false;
  }

  /** Drops events that wait in a lane. */
  *dropPending(subscriptionId: string, lane: string, rows: readonly PendingRow[], pace: Pace): Step<void> {
    const waiter = this.waiters.get(subscriptionId);
    const queue = waiter?.lanes.get(lane);
    if (!waiter || !queue) return;
    if (pace.isDue(rows.length)) yield;
    queue.rows.deleteAll(rows);
    if (pace.isDue(rows.length)) yield;
    waiter.listed.deleteAll(rows);
    for (const { eventId, bytes } of rows) {
      if (pace.isDue()) yield;
      queue.bytes -= bytes;
      waiter.eventIds.delete(eventId);
      this.#count(eventId, -1);
    }
    if (queue.rows.size === 0) waiter.lanes.delete(lane);
    if (waiter.lanes.size === 0) this.waiters.delete(subscriptionId);
  }

  /** Drops all events that wait for a subscription. */
  *dropWaiter(subscriptionId: string, pace: Pace): Step<void> {
    const waiter = this.waiters.get(subscriptionId);
    this.waiters.delete(subscriptionId);
    for (const eventId of waiter?.eventIds ?? []) {
      if (pace.isDue()) yield;
      this.#count(eventId, -1);
    }
  }

  /** An event waits once for a subscription; a second time changes nothing. */
  #insertPending(pending: PendingRecord): void {
    const { subscriptionId, lane, eventId, bytes } = pending;
    const waiter = entry(this.waiters, subscriptionId, newWaiter);
    if (waiter.eventIds.has(eventId)) return;
    waiter.eventIds.add(eventId);
    const row = pendingRow(pending, ++this.#seq);
    waiter.listed.add(row);
    const queue = entry(waiter.lanes, lane, newQueue);
    queue.rows.add(row);
    queue.bytes += bytes;
    this.#count(eventId, 1);
  }

  #addName(eventId: string, row: DeliveryRow): void {
    const found = this.#naming.get(eventId);
    if (found === undefined) this.#naming.set(eventId, row);
    else if (found instanceof Set) found.add(row);
    else this.#naming.set(eventId, new Set([found, row]));
    this.#count(eventId, 1);
  }

  #removeName(eventId: string, row: DeliveryRow): void {
    const found = this.#naming.get(eventId);
    if (found instanceof Set) found.delete(row);
    if (found === row || (found instanceof Set && found.size === 0)) this.#naming.delete(eventId);
    this.#count(eventId, -1);
  }

  #count(eventId: string, by: 1 | -1): void {
    const row = this.events.get(eventId);
    if (!row) return;
    row.names += by;
    if (row.names === 0) this.#loosen(row);
    else if (row.isLoose) {
      row.isLoose = false;
      this.looseEvents.delete(row);
    }
  }

  #loosen(row: EventRow): void {
    row.isLoose = true;
    this.looseEvents.add(row);
  }

  #index(row: DeliveryRow): void {
    if (row.dueAt === null) {
      this.closedDeliveries.add(row);
      return;
    }
    const lane = entry(this.lanes, row.subscriptionId, newLane);
    queueOf(lane, row).add(row);
    lane.byPlace.add(row);
  }

  #unindex(row: DeliveryRow): void {
    if (row.dueAt === null) {
      this.closedDeliveries.delete(row);
      return;
    }
    const lane = this.lanes.get(row.subscriptionId);
    if (!lane) return;
    queueOf(lane, row).delete(row);
    lane.byPlace.delete(row);
    if (lane.byPlace.size === 0) this.lanes.delete(row.subscriptionId);
  }
}

const newSubscriptionList = () => new SortedList<SubscriptionRow, Created>(byCreation);
const newList = () => new SortedList<DeliveryRow, Created>(byCreation);
const newQueue = (): Queue => ({ rows: new SortedList((a, b) => a.at - b.at || bySeq(a, b)), bytes: 0 });
const newWaiter = (): Waiter => ({
  listed: new SortedList((a, b) => a.at - b.at || byText(a.eventId, b.eventId)),
  lanes: new Map(),
  eventIds: new Set(),
});
const byDue = (a: Due, b: Due) => time(a.dueAt) - time(b.dueAt) || bySeq(a, b);
const queueOf = (lane: Lane, row: DeliveryRow) => (row.attempts > 0 ? lane.begun : lane.fresh);
const newLane = (): Lane => ({
  begun: new SortedList(byDue),
  fresh: new SortedList(byDue),
  byPlace: new SortedList((a, b) => a.place - b.place || bySeq(a, b)),
});

const distinct = (ids: readonly string[]) => (ids.length > 1 ? new Set(ids) : ids);

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function removeFrom<T extends K, K>(map: Map<string, SortedList<T, K>>, key: string, row: T): void {
  const list = map.get(key);
  list?.delete(row);
  if (list?.size === 0) map.delete(key);
}
