import { randomUUID } from "node:crypto";
import type { LeasedDelivery, NewDelivery } from "../model/delivery.js";
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
export const LARGEST_CLAIM = 500;

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
  #isOpen = false;
  /** A claim was wanted when there was no use for one. */
  #postponed = false;
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
    const crowded = this.#lanes.queued >= MANY_QUEUED;
    if (crowded) for (const lane of this.#lanes.waiting()) this.#release(lane, 1);
    this.#postponed = !this.#hasRoom;
    if (this.#postponed) return 0;
    const thirsty = this.#lanes.thirsty();
    const { claimed, perSubscription } = await this.#claim(thirsty, crowded);
    if (claimed.length > 0) await this.#warm(claimed);
    const counts = this.#push(claimed);
    this.#lanes.served(thirsty, claimed.length >= LARGEST_CLAIM);
    for (const [lane, count] of counts) {
      if (count >= perSubscription) this.#lanes.wants(lane);
      this.#advance(lane);
    }
    return claimed.length;
  }

  /** From now on deliveries may be handed over as they are stored. */
  open(): void {
    this.#isOpen = true;
  }

  /** From now on what is stored stays in the store. What was promised a place before still has to come. */
  shut(): void {
    this.#isOpen = false;
  }

  /** Whether a delivery that is about to be stored may be leased to this process: {@link Dispatcher.take} or {@link Dispatcher.forgo} follows. */
  reserve(subscriptionId: string): boolean {
    if (!this.#isOpen || this.#lanes.queued >= MANY_QUEUED || !this.#lanes.reserve(subscriptionId))
      return false;
    this.#underWay++;
    return true;
  }

  /** Gives up the places of deliveries that were not stored. */
  forgo(deliveries: readonly Pick<NewDelivery, "subscriptionId">[]): void {
    for (const { subscriptionId } of deliveries) {
      this.#lanes.unreserve(this.#lanes.lane(subscriptionId));
      this.#ended();
    }
  }

  /** Starts what it can of deliveries that were stored with a lease of this process, each of which has a place. */
  async take(deliveries: readonly LeasedDelivery[]): Promise<void> {
    await this.#warm(deliveries);
    const lanes = this.#push(deliveries);
    for (const [lane, count] of lanes) {
      this.#lanes.unreserve(lane, count);
      if (this.#isOpen) this.#advance(lane);
      else this.#release(lane);
    }
    for (const _ of deliveries) this.#ended();
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

  /** Whether there is a use for more: while all places are taken, what is claimed could only wait behind what waits. */
  get #hasRoom(): boolean {
    return this.#lanes.queued < MOST_QUEUED && !this.#lanes.isSaturated;
  }

  async #claim(
    thirsty: readonly Lane[],
    crowded: boolean,
  ): Promise<{ claimed: readonly LeasedDelivery[]; perSubscription: number }> {
    const { clock, store, limits } = this.#parts;
    const perSubscription = crowded ? 1 : this.#lanes.share(thirsty);
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

  /** Queues deliveries; answers how many each lane got. */
  #push(deliveries: readonly LeasedDelivery[]): ReadonlyMap<Lane, number> {
    const counts = new Map<Lane, number>();
    for (const delivery of deliveries) {
      const lane = this.#lanes.push(delivery);
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
    }
    return counts;
  }

  #advance(lane: Lane): void {
    for (let next = this.#lanes.take(lane); next !== undefined; next = this.#lanes.take(lane)) {
      void this.#run(lane, next);
    }
  }

  /** Something that was under way is over. */
  #ended(): void {
    this.#underWay--;
    if (this.#postponed && this.#hasRoom) {
      this.#postponed = false;
      this.#wanted();
    }
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
    const next = this.#lanes.finish(lane, finished.outcome.attempt?.durationMs ?? null);
    if (finished.verdict?.holdUntil) this.#release(lane);
    else this.#giveBack(this.#lanes.trim(lane));
    // The one that waited goes first: the lane that had the place would take it again.
    if (next !== undefined) this.#advance(next);
    this.#advance(lane);
    const recorded = this.#recorder.record(finished);
    if (this.#lanes.asks(lane) && !this.#postponed) this.#wanted();
    await recorded;
    if (finished.ordered) this.#wanted();
    this.#ended();
  }

  /** Gives back what waits in a lane, but for the first few. */
  #release(lane: Lane, but = 0): void {
    this.#giveBack(this.#lanes.empty(lane, but));
  }

  #giveBack(deliveries: readonly LeasedDelivery[]): void {
    const now = this.#parts.clock.now();
    for (const delivery of deliveries) {
      this.#underWay++;
      void this.#recorder.record(released(delivery, now)).then(() => this.#ended());
    }
  }

  async #settled(finished: readonly Finished[], settled: Settled): Promise<void> {
    for (const health of settled.health) {
      const lane = this.#lanes.observe(health.subscriptionId, health);
      if (lane === undefined || health.holdUntil === null) continue;
      if (health.holdUntil > this.#parts.clock.now()) this.#release(lane);
    }
    await this.#parts.onSettled(finished, settled);
  }
}
