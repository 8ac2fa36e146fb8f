import type { DeliveryRecord, LeasedDelivery, NewDelivery } from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { StoredSubscription, SubscriptionHealth, SubscriptionRecord } from "../../model/subscription.js";
import { byText } from "../shared/order.js";

/**
 * The rows of the memory store. What callers gave is copied and frozen on the way in, and what may change is copied
 * on the way out, so that nobody outside holds a row. Copies are written out: V8 gives each frozen copy made by a
 * spread a shape of its own, which makes it some 300 bytes larger and whatever reads many of them slow.
 */

/** A subscription. A save replaces it; only its health changes, which no list is sorted by. */
export interface SubscriptionRow {
  readonly id: string;
  readonly createdAt: number;
  readonly record: SubscriptionRecord;
  /** Replaced, never changed. */
  health: SubscriptionHealth;
}

/** An event, and how many deliveries and waiting events name it. */
export interface EventRow {
  readonly id: string;
  readonly createdAt: number;
  readonly record: EventRecord;
  names: number;
  /** Whether it is among the events that prune may forget. */
  isLoose: boolean;
}

/** A waiting event. */
export interface PendingRow extends PendingRecord {
  /** Counts up with each append: the order among events that began to wait at the same moment. */
  readonly seq: number;
}

/** A delivery as it changes. */
export interface DeliveryRow extends Mutable<DeliveryRecord> {
  readonly seq: number;
  lease: string | null;
  /** Where it stands in its subscription's order: its `seq`, or a part of the place of the delivery it replaces. */
  readonly place: number;
  /** How far the place reaches; replacements share it out. */
  readonly span: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A new row. Born leased, it counts as attempted at its creation. */
export function deliveryRow(
  delivery: NewDelivery,
  order: { readonly seq: number; readonly place: number; readonly span: number },
): DeliveryRow {
  const isLeased = delivery.lease !== null;
  return {
    id: delivery.id,
    subscriptionId: delivery.subscriptionId,
    scope: delivery.scope,
    kind: delivery.kind,
    type: delivery.type,
    format: delivery.format,
    eventIds: Object.freeze([...delivery.eventIds]),
    status: "pending",
    attempts: isLeased ? 1 : 0,
    extraAttempts: 0,
    manualFrom: null,
    createdAt: delivery.createdAt,
    firstAttemptAt: isLeased ? delivery.createdAt : null,
    dueAt: delivery.dueAt,
    completedAt: null,
    httpStatus: null,
    error: null,
    lease: delivery.lease,
    seq: order.seq,
    place: order.place,
    span: order.span,
  };
}

/** What callers see of a delivery. */
export function deliveryRecord(row: DeliveryRow): DeliveryRecord {
  return {
    id: row.id,
    subscriptionId: row.subscriptionId,
    scope: row.scope,
    kind: row.kind,
    type: row.type,
    format: row.format,
    eventIds: row.eventIds,
    status: row.status,
    attempts: row.attempts,
    extraAttempts: row.extraAttempts,
    manualFrom: row.manualFrom,
    createdAt: row.createdAt,
    firstAttemptAt: row.firstAttemptAt,
    dueAt: row.dueAt,
    completedAt: row.completedAt,
    httpStatus: row.httpStatus,
    error: row.error,
  };
}

/** What a claim answers. */
export function leasedDelivery(row: DeliveryRow, lease: string, event: EventRecord | null): LeasedDelivery {
  return Object.assign(deliveryRecord(row), { lease, event });
}

/** What callers see of a subscription. */
export function storedSubscription(row: SubscriptionRow): StoredSubscription {
  const { record, health } = row;
  return {
    id: record.id,
    scope: record.scope,
    enabled: record.enabled,
    ordered: record.ordered,
    version: record.version,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    document: record.document,
    health: { ...health },
  };
}

/** A record as it is kept. */
export function subscriptionRecord(record: SubscriptionRecord): SubscriptionRecord {
  return Object.freeze({
    id: record.id,
    scope: record.scope,
    enabled: record.enabled,
    ordered: record.ordered,
    version: record.version,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    document: record.document,
  });
}

/** An event as it is kept. */
export function eventRecord(event: EventRecord): EventRecord {
  return Object.freeze({
    id: event.id,
    type: event.type,
    scope: event.scope,
    at: event.at,
    createdAt: event.createdAt,
    data: event.data,
    test: event.test,
  });
}

/** A waiting event as it is kept. */
export function pendingRow(pending: PendingRecord, seq: number): PendingRow {
  return Object.freeze({
    subscriptionId: pending.subscriptionId,
    lane: pending.lane,
    eventId: pending.eventId,
    bytes: pending.bytes,
    at: pending.at,
    seq,
  });
}

/** What callers see of a waiting event. */
export function pendingRecord({ seq: _seq, ...record }: PendingRow): PendingRecord {
  return record;
}

/** By time of creation, then by id. */
export function byCreation(a: Created, b: Created): number {
  return a.createdAt - b.createdAt || byText(a.id, b.id);
}

/** The part of a row that lists are sorted by. */
export interface Created {
  readonly createdAt: number;
  readonly id: string;
}
