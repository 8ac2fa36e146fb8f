import type { NewDelivery } from "../model/delivery.js";
import { WebhookError } from "../model/errors.js";
import type { EventRecord, PendingRecord } from "../model/event.js";
import type { Entries } from "../model/store.js";
import type { Derived } from "./derive.js";

/** At most this many events ride in one append. */
const LARGEST_GROUP = 500;

/** Calls that may wait. Past it the host publishes faster than its database writes, without awaiting. */
const LONGEST_QUEUE = 100_000;

interface Waiting {
  readonly derived: readonly Derived[];
  resolve(fresh: ReadonlySet<string>): void;
  reject(reason: unknown): void;
}

/**
 * Group commit: one append is in flight, and all that is published meanwhile is the next. No timer holds an event
 * back; the turn of the event loop in which the first one arrives is all the waiting there is.
 */
export class GroupCommit {
  readonly #append: (entries: Entries) => Promise<readonly string[]>;
  #queue: Waiting[] = [];
  #running = false;

  constructor(append: (entries: Entries) => Promise<readonly string[]>) {
    this.#append = append;
  }

  /**
   * Stores the events with all that was derived from them. Answers the ids that were new; of an id given twice, the
   * earlier call has it.
   *
   * @throws WebhookError `STORE_UNAVAILABLE` when 100 000 calls wait already; what the store throws otherwise.
   */
  add(derived: readonly Derived[]): Promise<ReadonlySet<string>> {
    if (this.#queue.length >= LONGEST_QUEUE) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      this.#queue.push({ derived, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#appendOne(this.#nextGroup());
    this.#running = false;
  }

  /** Takes whole calls, because a call is stored whole or not at all. */
  #nextGroup(): Waiting[] {
    let size = 0;
    let taken = 0;
    for (const waiting of this.#queue) {
      if (taken > 0 && size + waiting.derived.length > LARGEST_GROUP) break;
      size += waiting.derived.length;
      taken++;
    }
    const group = this.#queue.slice(0, taken);
    this.#queue = this.#queue.slice(taken);
    return group;
  }

  async #appendOne(group: readonly Waiting[]): Promise<void> {
    try {
      const fresh = new Set(await this.#append(entriesOf(group.flatMap((waiting) => waiting.derived))));
      for (const waiting of group) waiting.resolve(claimFresh(waiting.derived, fresh));
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }
}

/** The entries of derived events. An id that comes twice comes once: a store cannot tell the deliveries of the one from the other's. */
export function entriesOf(derived: readonly Derived[]): Entries {
  const once = new Map<string, Derived>();
  for (const one of derived) if (!once.has(one.event.id)) once.set(one.event.id, one);
  const events: EventRecord[] = [];
  const deliveries: NewDelivery[] = [];
  const pending: PendingRecord[] = [];
  for (const one of once.values()) {
    events.push(one.event);
    for (const delivery of one.deliveries) deliveries.push(delivery);
    for (const waiting of one.pending) pending.push(waiting);
  }
  return { events, deliveries, pending };
}

/** The new ids of one call. Each is taken out of `fresh`, so that of two calls with one id only the first has it. */
export function claimFresh(derived: readonly Derived[], fresh: Set<string>): ReadonlySet<string> {
  const claimed = new Set<string>();
  for (const { event } of derived) if (fresh.delete(event.id)) claimed.add(event.id);
  return claimed;
}

function tooMany(): WebhookError {
  return new WebhookError(
    "STORE_UNAVAILABLE",
    `${LONGEST_QUEUE} calls of publish are waiting for the store. Await publish, or use publishMany.`,
  );
}
