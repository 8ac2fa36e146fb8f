import type { LeasedDelivery } from "../model/delivery.js";
import type { Streak } from "./health.js";

/** The claimed deliveries of one subscription that wait in this process, and how many of it are under way. */
export interface Lane {
  readonly subscriptionId: string;
  readonly queue: LeasedDelivery[];
  active: number;
  /** How it stood at the last settle. */
  streak: Streak;
  /** The last claim took all it might of this subscription: there may be more in the store. */
  more: boolean;
}

const NONE: Streak = { consecutiveFailures: 0, failingSince: null };

/** Limits on what one process has under way. */
export interface LaneLimits {
  /** Requests at once, over all subscriptions. */
  readonly concurrency: number;
  /** Requests at once to one subscription. */
  readonly perSubscription: number;
}

/** From this many failures in a row a lane may only probe: one request at a time. */
const PROBE_AFTER = 8;

/** Empty lanes up to this number are kept for what they remember of failures. */
const MANY_LANES = 4096;

/**
 * Which claimed delivery may start. There is no barrier: each lane moves at its own pace, and a slow or dead one holds
 * nothing but its own few places.
 */
export class Lanes {
  readonly #limits: LaneLimits;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that could start more but for the limit over all, in the order they met it. */
  readonly #blocked = new Set<Lane>();
  #active = 0;
  #queued = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  /** Requests under way. */
  get active(): number {
    return this.#active;
  }

  /** Deliveries claimed and not yet started. */
  get queued(): number {
    return this.#queued;
  }

  lane(subscriptionId: string): Lane {
    let lane = this.#lanes.get(subscriptionId);
    if (lane === undefined) {
      lane = { subscriptionId, queue: [], active: 0, streak: NONE, more: false };
      this.#lanes.set(subscriptionId, lane);
    }
    return lane;
  }

  push(delivery: LeasedDelivery): Lane {
    const lane = this.lane(delivery.subscriptionId);
    lane.queue.push(delivery);
    this.#queued++;
    return lane;
  }

  /** The next delivery of the lane that may start now, counted as under way. */
  take(lane: Lane): LeasedDelivery | undefined {
    if (lane.queue.length === 0 || lane.active >= this.#width(lane)) return undefined;
    if (this.#active >= this.#limits.concurrency) {
      this.#blocked.add(lane);
      return undefined;
    }
    this.#queued--;
    this.#active++;
    lane.active++;
    return lane.queue.shift();
  }

  /** A delivery taken from the lane has ended. Answers the lane that may now start one in its place, beside this one. */
  finish(lane: Lane): Lane | undefined {
    this.#active--;
    lane.active--;
    for (const next of this.#blocked) {
      this.#blocked.delete(next);
      // One that was emptied or got a place meanwhile must not use up the turn of those behind it.
      if (next.queue.length > 0 && next.active < this.#width(next)) return next;
    }
    return undefined;
  }

  /** How a subscription stood at the last settle, as far as is known here. */
  streakOf(subscriptionId: string): Streak {
    return this.#lanes.get(subscriptionId)?.streak ?? NONE;
  }

  /** Takes what waits in a lane out of it, but for the first few, not to be started here. */
  empty(lane: Lane, but = 0): LeasedDelivery[] {
    const taken = lane.queue.splice(but);
    this.#queued -= taken.length;
    return taken;
  }

  /** How many of one subscription are worth claiming at once: two rounds while there are places for all. */
  get round(): number {
    return this.#isHalfFull ? 1 : this.#limits.perSubscription * 2;
  }

  /** Lanes that have something waiting. */
  waiting(): Lane[] {
    return [...this.#lanes.values()].filter((lane) => lane.queue.length > 0);
  }

  /** Subscriptions that can use nothing more at present: at least a full round of theirs is here already. */
  full(): string[] {
    const ids: string[] = [];
    for (const lane of this.#lanes.values()) {
      if (lane.queue.length >= this.#width(lane)) ids.push(lane.subscriptionId);
    }
    return ids;
  }

  /** Subscriptions that have anything here. */
  busy(): string[] {
    return [...this.#lanes.values()]
      .filter((lane) => lane.queue.length + lane.active > 0)
      .map((lane) => lane.subscriptionId);
  }

  /** Forgets lanes that are empty once there are many, so that memory follows the work and not the number of subscriptions. */
  sweep(): void {
    if (this.#lanes.size < MANY_LANES) return;
    for (const lane of this.#lanes.values()) {
      if (lane.queue.length === 0 && lane.active === 0) this.#lanes.delete(lane.subscriptionId);
    }
  }

  /** Once half of all places are taken, each further one goes to a lane that has none: many slow lanes cannot take them all. */
  #width(lane: Lane): number {
    if (lane.streak.consecutiveFailures >= PROBE_AFTER) return 1;
    return this.#isHalfFull ? 1 : this.#limits.perSubscription;
  }

  get #isHalfFull(): boolean {
    return this.#active * 2 >= this.#limits.concurrency;
  }
}
