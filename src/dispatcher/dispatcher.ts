import { randomUUID } from "node:crypto";
import type { LeasedDelivery } from "../model/delivery.js";
import type { Settled, Store } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";
import { type Finished, released } from "./finished.js";
import { type Lane, type LaneLimits, Lanes } from "./lanes.js";
import { Recorder } from "./recorder.js";
import type { Sender } from "./sender.js";

/** What dispatching needs of the rest. */
export interface DispatcherParts {
  readonly clock: Clock;
  readonly store: Pick<Store, "claim" | "settle">;
  readonly sender: Sender;
  readonly limits: LaneLimits & { readonly leaseMs: Millis };
  /** Reads the subscriptions of a claim at once, so that each delivery finds its own at hand. */
  warm(subscriptionIds: readonly string[]): Promise<void>;
  /** Outcomes are recorded: tell listeners, judge health. */
  onSettled(finished: readonly Finished[], settled: Settled): Promise<void>;
  /** There is room for work that may have been left in the store. */
  onRoom(): void;
  onFault(error: unknown, message: string): void;
}

/** At most this many deliveries in one claim; a claim that is full means that there may be more. */
export const LARGEST_CLAIM = 200;

/**
 * Deliveries claimed and not yet started, beyond which only subscriptions that have nothing here are visited, one
 * delivery each, and what waits in deeper lanes is given back.
 */
const MANY_QUEUED = 1024;

/** And beyond which nothing is claimed. */
const MOST_QUEUED = 4096;

/**
 * The room that sends. It claims what is due, starts what its lane allows, and hands what ended to the recorder:
 *
 *     store ──claim──> lanes ──take──> sender ──finished──> recorder ──settle──> store
 *
 * Nothing waits for anything else: a claim does not wait for the deliveries of the one before.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #lanes: Lanes;
  readonly #recorder: Recorder;
  #underWay = 0;
  readonly #resting = new Set<() => void>();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#lanes = new Lanes(parts.limits);
    this.#recorder = new Recorder({
      clock: parts.clock,
      store: parts.store,
      streak: (id) => this.#lanes.streakOf(id),
      onSettled: (finished, settled) => this.#settled(finished, settled),
      onFault: parts.onFault,
    });
  }

  /** Whether anything is under way, waits to start or waits to be recorded. */
  get busy(): boolean {
    return this.#underWay > 0;
  }

  /**
   * Claims once and starts what it can. Answers how many deliveries were claimed.
   *
   * @throws what the store throws; nothing is lost then.
   */
  async tick(): Promise<number> {
    const { claimed, perSubscription } = await this.#claim();
    if (claimed.length === 0) return 0;
    await this.#warm(claimed);
    const counts = new Map<Lane, number>();
    for (const delivery of claimed) {
      const lane = this.#lanes.push(delivery);
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
    }
    for (const [lane, count] of counts) {
      lane.more = count >= perSubscription;
      this.#advance(lane);
    }
    return claimed.length;
  }

  /** Makes the attempt of a delivery that is leased already, and records it. */
  async send(delivery: LeasedDelivery): Promise<void> {
    this.#underWay++;
    await this.#recorder.record(await this.#parts.sender.attempt(delivery));
    this.#ended();
  }

  /** Resolves when there is room for work that may be left in the store, or nothing is under way any more. */
  async room(): Promise<void> {
    if (this.busy) await new Promise<void>((resolve) => this.#resting.add(resolve));
  }

  /** Gives back what has not been started. */
  release(): void {
    for (const lane of this.#lanes.waiting()) this.#release(lane);
  }

  /** Resolves when all that was under way has ended and is recorded. */
  async settled(): Promise<void> {
    while (this.busy) await this.room();
  }

  async #claim(): Promise<{ claimed: readonly LeasedDelivery[]; perSubscription: number }> {
    const { clock, store, limits } = this.#parts;
    this.#lanes.sweep();
    const crowded = this.#lanes.queued >= MANY_QUEUED;
    if (crowded) for (const lane of this.#lanes.waiting()) this.#release(lane, 1);
    const perSubscription = crowded ? 1 : this.#lanes.round;
    if (this.#lanes.queued >= MOST_QUEUED) return { claimed: [], perSubscription };
    const claimed = await store.claim({
      lease: randomUUID(),
      leaseMs: limits.leaseMs,
      limit: LARGEST_CLAIM,
      perSubscription,
      exclude: crowded ? this.#lanes.busy() : this.#lanes.full(),
      now: clock.now(),
    });
    return { claimed, perSubscription };
  }

  /** What was claimed must be dealt with even so: left alone, it would come back only when its lease ends, an attempt short. */
  async #warm(claimed: readonly LeasedDelivery[]): Promise<void> {
    try {
      await this.#parts.warm([...new Set(claimed.map((delivery) => delivery.subscriptionId))]);
    } catch (error) {
      this.#parts.onFault(
        error,
        "The subscriptions of a claim could not be read; each delivery reads its own.",
      );
    }
  }

  #advance(lane: Lane): void {
    for (let next = this.#lanes.take(lane); next !== undefined; next = this.#lanes.take(lane)) {
      void this.#run(lane, next);
    }
  }

  /** Something that was under way is over. */
  #ended(): void {
    this.#underWay--;
    if (this.#underWay === 0) this.#endRests();
  }

  #wanted(): void {
    this.#endRests();
    this.#parts.onRoom();
  }

  #endRests(): void {
    for (const resolve of this.#resting) resolve();
    this.#resting.clear();
  }

  async #run(lane: Lane, delivery: LeasedDelivery): Promise<void> {
    this.#underWay++;
    const finished = await this.#parts.sender.attempt(delivery);
    const next = this.#lanes.finish(lane);
    if (finished.verdict?.holdUntil) this.#release(lane);
    // The one that waited goes first: the lane that had the place would take it again.
    if (next !== undefined) this.#advance(next);
    this.#advance(lane);
    const recorded = this.#recorder.record(finished);
    if (lane.more && lane.queue.length === 0) {
      lane.more = false;
      this.#wanted();
    }
    await recorded;
    if (finished.ordered) this.#wanted();
    this.#ended();
  }

  /** Gives back what waits in a lane, but for the first few. */
  #release(lane: Lane, but = 0): void {
    const now = this.#parts.clock.now();
    for (const delivery of this.#lanes.empty(lane, but)) {
      this.#underWay++;
      void this.#recorder.record(released(delivery, now)).then(() => this.#ended());
    }
  }

  async #settled(finished: readonly Finished[], settled: Settled): Promise<void> {
    for (const health of settled.health) {
      const lane = this.#lanes.lane(health.subscriptionId);
      lane.streak = health;
      if (health.holdUntil !== null && health.holdUntil > this.#parts.clock.now()) this.#release(lane);
    }
    await this.#parts.onSettled(finished, settled);
  }
}
