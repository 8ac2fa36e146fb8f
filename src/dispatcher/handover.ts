import { randomUUID } from "node:crypto";
import type { LeasedDelivery, NewDelivery } from "../model/delivery.js";
import type { EventRecord } from "../model/event.js";
import type { Entries, Store } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";
import type { Dispatcher } from "./dispatcher.js";

/** What handing over needs of the rest. */
export interface HandoverParts<Tx> {
  readonly clock: Clock;
  readonly store: Pick<Store<Tx>, "append">;
  readonly dispatcher: Pick<Dispatcher, "reserve" | "forgo" | "take">;
  readonly leaseMs: Millis;
  /** Whether a subscription may be sent to without asking the store: known to be enabled, unordered, not held, not failing. */
  isWell(subscriptionId: string): boolean;
  /** There is work in the store. */
  wake(): void;
}

/**
 * The door by which new events enter the store. Deliveries for which this process has room are born leased to it and
 * go straight to the dispatcher once they are stored, so that no claim is needed; what it has no room for waits in the
 * store for whoever claims it. A process that dies in between leaves leases that run out, as after a claim.
 */
export class Handover<Tx> {
  readonly #parts: HandoverParts<Tx>;

  constructor(parts: HandoverParts<Tx>) {
    this.#parts = parts;
  }

  /**
   * Stores the entries, and tells the dispatcher what came of them. In the host's transaction nothing is handed over:
   * nobody here learns whether it is committed. Answers the ids that were new.
   *
   * @throws what the store throws.
   */
  async append(entries: Entries, tx?: Tx): Promise<readonly string[]> {
    const { store, dispatcher, wake } = this.#parts;
    const { leased, handed } = tx === undefined ? this.#lease(entries) : { leased: entries, handed: [] };
    let fresh: readonly string[];
    try {
      fresh = tx === undefined ? await store.append(leased) : await store.append(leased, tx);
    } catch (error) {
      dispatcher.forgo(handed);
      throw error;
    }
    if (handed.length > 0) this.#hand(handed, entries.events, fresh);
    if (handed.length < entries.deliveries.length || tx !== undefined) wake();
    return fresh;
  }

  /** The same entries, with a lease on each delivery that there is a place for. */
  #lease(entries: Entries): { readonly leased: Entries; readonly handed: readonly NewDelivery[] } {
    const { clock, dispatcher, leaseMs, isWell } = this.#parts;
    const handed: NewDelivery[] = [];
    const deliveries: NewDelivery[] = [];
    const lease = randomUUID();
    const dueAt = clock.now() + leaseMs;
    for (const delivery of entries.deliveries) {
      const { subscriptionId } = delivery;
      if (delivery.kind !== "event" || !isWell(subscriptionId) || !dispatcher.reserve(subscriptionId)) {
        deliveries.push(delivery);
        continue;
      }
      const mine = withLease(delivery, lease, dueAt);
      handed.push(mine);
      deliveries.push(mine);
    }
    if (handed.length === 0) return { leased: entries, handed };
    return { leased: { events: entries.events, deliveries, pending: entries.pending }, handed };
  }

  /** Of an event whose id was known already nothing was stored. */
  #hand(handed: readonly NewDelivery[], events: readonly EventRecord[], fresh: readonly string[]): void {
    const { dispatcher } = this.#parts;
    const isFresh = new Set(fresh);
    const byId = new Map<string, EventRecord>();
    for (const event of events) if (isFresh.has(event.id)) byId.set(event.id, event);
    const stored: LeasedDelivery[] = [];
    const known: NewDelivery[] = [];
    for (const delivery of handed) {
      const event = byId.get(delivery.eventIds[0] ?? "");
      if (event === undefined) known.push(delivery);
      else stored.push(asClaimed(delivery, event));
    }
    if (known.length > 0) dispatcher.forgo(known);
    void dispatcher.take(stored);
  }
}

function withLease(delivery: NewDelivery, lease: string, dueAt: Millis): NewDelivery {
  return {
    id: delivery.id,
    subscriptionId: delivery.subscriptionId,
    scope: delivery.scope,
    kind: delivery.kind,
    type: delivery.type,
    format: delivery.format,
    eventIds: delivery.eventIds,
    createdAt: delivery.createdAt,
    dueAt,
    lease,
  };
}

/** A delivery that was stored leased, as a claim would have answered it. */
export function asClaimed(delivery: NewDelivery, event: EventRecord): LeasedDelivery {
  return {
    id: delivery.id,
    subscriptionId: delivery.subscriptionId,
    scope: delivery.scope,
    kind: delivery.kind,
    type: delivery.type,
    format: delivery.format,
    eventIds: delivery.eventIds,
    status: "pending",
    attempts: 1,
    extraAttempts: 0,
    manualFrom: null,
    createdAt: delivery.createdAt,
    firstAttemptAt: delivery.createdAt,
    dueAt: delivery.dueAt,
    completedAt: null,
    httpStatus: null,
    error: null,
    lease: delivery.lease ?? "",
    event,
  };
}
