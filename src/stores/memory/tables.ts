import type { AttemptRecord, NewDelivery } from "../../model/delivery.js";
import { WebhookError } from "../../model/errors.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import {
  byCreation,
  byText,
  type Created,
  type DeliveryRow,
  deliveryRow,
  type EventRow,
  type PendingRow,
  type SubscriptionRow,
} from "./rows.js";
import { SortedList } from "./sorted-list.js";

/** The open deliveries of one subscription. */
export interface Lane {
  /** Those attempted before. A claim looks here first. */
  readonly begun: SortedList<DeliveryRow, Due>;
  /** Those never attempted. */
  readonly fresh: SortedList<DeliveryRow, Due>;
  /** All of them. */
  readonly byPlace: SortedList<DeliveryRow, Placed>;
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
  readonly subscriptionsByTime = new SortedList<SubscriptionRow, Created>(byCreation);

  readonly events = new Map<string, EventRow>();
  readonly eventsByTime = new SortedList<EventRow, Created>(byCreation);
  /** Events nothing names: what prune may forget. */
  readonly looseEvents = new SortedList<EventRow, Created>(byCreation);

  readonly deliveries = new Map<string, DeliveryRow>();
  readonly deliveriesByTime = new SortedList<DeliveryRow, Created>(byCreation);
  readonly deliveriesOf = new Map<string, SortedList<DeliveryRow, Created>>();
  readonly deliveriesNaming = new Map<string, SortedList<DeliveryRow, Created>>();
  readonly closedDeliveries = new SortedList<DeliveryRow, Closed>(
    (a, b) => time(a.completedAt) - time(b.completedAt) || bySeq(a, b),
  );
  /** Subscriptions that have open deliveries. The next claim begins with the first; one that was served moves to the end. */
  readonly lanes = new Map<string, Lane>();
  readonly attempts = new Map<string, Map<number, AttemptRecord>>();

  /** Waiting events in the order they are sealed, by subscription and then by lane. */
  readonly queues = new Map<string, Map<string, SortedList<PendingRow, Queued>>>();
  /** Waiting events in the order they are listed, by subscription. */
  readonly pendingOf = new Map<string, SortedList<PendingRow, Listed>>();

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
  }

  dropSubscription(id: string): void {
    const row = this.subscriptions.get(id);
    if (!row) return;
    this.subscriptions.delete(id);
    this.subscriptionsByTime.delete(row);
  }

  insertEvent(event: EventRecord): void {
    const row = { id: event.id, createdAt: event.createdAt, record: Object.freeze({ ...event }), names: 0 };
    this.events.set(row.id, row);
    this.eventsByTime.add(row);
    this.looseEvents.add(row);
  }

  dropEvent(row: EventRow): void {
    this.events.delete(row.id);
    this.eventsByTime.delete(row);
    this.looseEvents.delete(row);
  }

  /** @param replaced - The delivery whose place it takes a share of: the `index`th of `count`. */
  insertDelivery(
    delivery: NewDelivery,
    replaced?: { readonly row: DeliveryRow; readonly index: number; readonly count: number },
  ): void {
    const seq = ++this.#seq;
    const span = replaced ? replaced.row.span / replaced.count : 1;
    const place = replaced ? replaced.row.place + span * replaced.index : seq;
    const row = deliveryRow(delivery, { seq, place, span });

    this.deliveries.set(row.id, row);
    this.deliveriesByTime.add(row);
    entry(this.deliveriesOf, row.subscriptionId, newList).add(row);
    for (const id of new Set(row.eventIds)) {
      entry(this.deliveriesNaming, id, newList).add(row);
      this.#name(id, 1);
    }
    this.#index(row);
  }

  dropDelivery(row: DeliveryRow): void {
    this.#unindex(row);
    this.deliveries.delete(row.id);
    this.deliveriesByTime.delete(row);
    this.attempts.delete(row.id);
    removeFrom(this.deliveriesOf, row.subscriptionId, row);
    for (const id of new Set(row.eventIds)) {
      removeFrom(this.deliveriesNaming, id, row);
      this.#name(id, -1);
    }
  }

  changeDelivery(row: DeliveryRow, change: Partial<DeliveryRow>): void {
    this.#unindex(row);
    Object.assign(row, change);
    this.#index(row);
  }

  /** Whether the event waits for the subscription. */
  isWaiting(subscriptionId: string, eventId: string): boolean {
    return this.#waiting.has(waitingKey({ subscriptionId, eventId }));
  }

  /** An event waits once for a subscription; a second time changes nothing. */
  insertPending(pending: PendingRecord): void {
    const listed = entry(this.pendingOf, pending.subscriptionId, newPendingList);
    const lanes = entry(this.queues, pending.subscriptionId, () => new Map());
    if (this.#waiting.has(waitingKey(pending))) return;
    this.#waiting.add(waitingKey(pending));
    const row: PendingRow = Object.freeze({ ...pending, seq: ++this.#seq });
    listed.add(row);
    entry(lanes, row.lane, newQueue).add(row);
    this.#name(row.eventId, 1);
  }

  dropPending(row: PendingRow): void {
    this.#waiting.delete(waitingKey(row));
    removeFrom(this.pendingOf, row.subscriptionId, row);
    const lanes = this.queues.get(row.subscriptionId);
    if (lanes) removeFrom(lanes, row.lane, row);
    if (lanes?.size === 0) this.queues.delete(row.subscriptionId);
    this.#name(row.eventId, -1);
  }

  readonly #waiting = new Set<string>();

  #name(eventId: string, by: 1 | -1): void {
    const row = this.events.get(eventId);
    if (!row) return;
    row.names += by;
    if (row.names === 0) this.looseEvents.add(row);
    else if (row.names === 1 && by === 1) this.looseEvents.delete(row);
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

const newList = () => new SortedList<DeliveryRow, Created>(byCreation);
const newQueue = () => new SortedList<PendingRow, Queued>((a, b) => a.at - b.at || bySeq(a, b));
const newPendingList = () =>
  new SortedList<PendingRow, Listed>((a, b) => a.at - b.at || byText(a.eventId, b.eventId));
const byDue = (a: Due, b: Due) => time(a.dueAt) - time(b.dueAt) || bySeq(a, b);
const queueOf = (lane: Lane, row: DeliveryRow) => (row.attempts > 0 ? lane.begun : lane.fresh);
const newLane = (): Lane => ({
  begun: new SortedList(byDue),
  fresh: new SortedList(byDue),
  byPlace: new SortedList((a, b) => a.place - b.place || bySeq(a, b)),
});

const waitingKey = (row: Pick<PendingRecord, "subscriptionId" | "eventId">) =>
  JSON.stringify([row.subscriptionId, row.eventId]);

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
