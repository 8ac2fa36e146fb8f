import type { NewDelivery } from "../model/delivery.js";
import type { EventRecord, PendingRecord } from "../model/event.js";
import { newId } from "../model/id.js";

/** What deriving needs to know of a subscription that hears an event. */
export interface Hearer {
  readonly id: string;
  readonly scope: string;
  readonly type: "event" | "batch";
  readonly format: string;
}

/** What an event becomes: a delivery for each instant subscription, a waiting event for each batch subscription. */
export interface Derived {
  readonly event: EventRecord;
  readonly deliveries: readonly NewDelivery[];
  readonly pending: readonly PendingRecord[];
}

/** Bytes that an envelope adds to an event's data and names, separator included: never fewer, so that `maxBytes` holds. */
const ENVELOPE_BYTES = 80;

/**
 * Derives deliveries and waiting events. Pure but for the ids it makes.
 *
 * @param laneOf - Which of a subscription's batches an event goes into, by its format. @default one for all
 */
export function derive(
  event: EventRecord,
  hearers: readonly Hearer[],
  laneOf: (format: string, type: string) => string = () => "",
): Derived {
  const deliveries: NewDelivery[] = [];
  const pending: PendingRecord[] = [];
  for (const hearer of hearers) {
    if (hearer.type === "batch") pending.push(waiting(event, hearer, laneOf(hearer.format, event.type)));
    else deliveries.push(delivery(event, hearer));
  }
  return { event, deliveries, pending };
}

function delivery(event: EventRecord, hearer: Hearer): NewDelivery {
  return {
    id: newId("dlv", event.createdAt),
    subscriptionId: hearer.id,
    scope: hearer.scope,
    kind: event.test ? "test" : "event",
    type: event.type,
    format: hearer.format,
    eventIds: [event.id],
    createdAt: event.createdAt,
    dueAt: event.createdAt,
    lease: null,
  };
}

function waiting(event: EventRecord, hearer: Hearer, lane: string): PendingRecord {
  const names = event.id.length + event.type.length + event.scope.length;
  const bytes = Buffer.byteLength(event.data) + names + ENVELOPE_BYTES;
  return { subscriptionId: hearer.id, lane, eventId: event.id, bytes, at: event.createdAt };
}
