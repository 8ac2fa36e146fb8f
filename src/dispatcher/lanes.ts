import type { LeasedDelivery } from "../model/delivery.js";
import type { Millis } from "../model/time.js";
import { NEVER_FAILED, type Streak } from "./health.js";

/** The claimed deliveries of one subscription that wait in this process, and how many of it are under way. */
export interface Lane {
  readonly subscriptionId: string;
  readonly queue: LeasedDelivery[];
  active: number;
  /** Places kept for deliveries that are being stored. */
  reserved: number;
  /** How long its attempts take, the last ones weighing most; `null` before the first. */
  pace: Millis | null;
  /** How it stood at the last settle. */
  streak: Streak;
  /** A claim was asked for on its account, and has not been made yet. */
  asked: boolean;
}

const NOTHING: readonly LeasedDelivery[] = [];

/** Limits on what one process has under way. */
export interface LaneLimits {
  /** Requests at once, over all subscriptions. */
  readonly concurrency: number;
  /** Requests at once to one subscription. */
  readonly perSubscription: number;
}

/** How long what waits for one subscription should keep it busy: what is here is out of reach of other processes. */
const AHEAD: Millis = 250;

/** And at most so many, however quick it is. */
const DEEPEST = 128;

/** Deliveries of quick endpoints that wait here, in all. */
const PREFETCH = 512;

/** The part of that below which a claim is asked for, and the one from which a claim passes it by: so one claim serves many. */
const LOW = 0.25;
const ENOUGH = 0.5;

/** What the latest attempt adds to the pace. */
const WEIGHT = 0.2;

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
  /** Where {@link Lanes.#sweep} goes on. */
  #sweeping = this.#lanes.values();
  /** Lanes that have something queued, and those that may have more in the store: a claim looks at no others. */
  readonly #waiting = new Set<Lane>();
  readonly #wanting = new Set<Lane>();
  /** Lanes that could start more but for the limit over all, in the order they met it. */
  readonly #blocked = new Set<Lane>();
  #active = 0;
  #queued = 0;
  #reserved = 0;

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
      if (this.#lanes.size >= MANY_LANES) this.#sweep();
      lane = {
        subscriptionId,
        queue: [],
        active: 0,
        reserved: 0,
        pace: null,
        streak: NEVER_FAILED,
        asked: false,
      };
      this.#lanes.set(subscriptionId, lane);
    }
    return lane;
  }

  /** A settle has told how a subscription stands. Answers its lane, if it has one or there are failures to remember. */
  observe(subscriptionId: string, streak: Streak): Lane | undefined {
    const isWell = streak.consecutiveFailures === 0;
    const lane = isWell ? this.#lanes.get(subscriptionId) : this.lane(subscriptionId);
    if (lane !== undefined) lane.streak = isWell ? NEVER_FAILED : streak;
    return lane;
  }

  /**
   * Keeps a place for a delivery that is being stored. False where it is better left in the store: to an endpoint that
   * fails, behind others that are there, or where as many wait here as a claim would have brought.
   */
  reserve(subscriptionId: string): boolean {
    const lane = this.lane(subscriptionId);
    if (this.#wanting.has(lane) || lane.streak.consecutiveFailures > 0) return false;
    const isFull = lane.queue.length + lane.reserved >= this.#depth(lane);
    if (isFull || this.#queued + this.#reserved >= Math.min(this.#limits.concurrency * 2, PREFETCH)) {
      this.#wanting.add(lane);
      return false;
    }
    lane.reserved++;
    this.#reserved++;
    return true;
  }

  /** Deliveries that places were kept for have come, or will not come. */
  unreserve(lane: Lane, count = 1): void {
    lane.reserved -= count;
    this.#reserved -= count;
  }

  push(delivery: LeasedDelivery): Lane {
    const lane = this.lane(delivery.subscriptionId);
    lane.queue.push(delivery);
    this.#waiting.add(lane);
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
    const next = lane.queue.shift();
    if (lane.queue.length === 0) this.#waiting.delete(lane);
    return next;
  }

  /**
   * A delivery taken from the lane has ended. Answers the lane that may now start one in its place, beside this one.
   *
   * @param ms - How long its attempt took; `null` where none was made.
   */
  finish(lane: Lane, ms: Millis | null): Lane | undefined {
    this.#active--;
    lane.active--;
    if (ms !== null) lane.pace = lane.pace === null ? ms : lane.pace + (ms - lane.pace) * WEIGHT;
    for (const next of this.#blocked) {
      this.#blocked.delete(next);
      // One that was emptied or got a place meanwhile must not use up the turn of those behind it.
      if (next.queue.length > 0 && next.active < this.#width(next)) return next;
    }
    return undefined;
  }

  /** How a subscription stood at the last settle, as far as is known here. */
  streakOf(subscriptionId: string): Streak {
    return this.#lanes.get(subscriptionId)?.streak ?? NEVER_FAILED;
  }

  /** Takes what waits in a lane out of it, but for the first few, not to be started here. */
  empty(lane: Lane, but = 0): LeasedDelivery[] {
    const taken = lane.queue.splice(but);
    if (lane.queue.length === 0) this.#waiting.delete(lane);
    this.#queued -= taken.length;
    return taken;
  }

  /** How many of one subscription are worth claiming at once: as many as suit the slowest of those that want more. */
  share(thirsty: readonly Lane[]): number {
    let least = thirsty.length === 0 ? this.#round : DEEPEST;
    for (const lane of thirsty) least = Math.min(least, this.#depth(lane));
    return least;
  }

  /** Whether a claim is wanted for this lane and none was asked for yet: it will soon run dry although the store may have more. */
  asks(lane: Lane): boolean {
    if (lane.asked || !this.#wanting.has(lane) || this.#has(lane, LOW)) return false;
    lane.asked = true;
    return true;
  }

  /** The lanes that a claim will serve which may have more in the store. Until it is made, they need not ask. */
  thirsty(): Lane[] {
    const found = [...this.#wanting].filter((lane) => !this.#has(lane, ENOUGH));
    for (const lane of found) lane.asked = true;
    return found;
  }

  /** A claim was made; of these lanes it brought all there was, unless it was cut short. */
  served(lanes: readonly Lane[], isCutShort: boolean): void {
    for (const lane of lanes) {
      lane.asked = false;
      if (!isCutShort) this.#wanting.delete(lane);
    }
  }

  /** There may be more of it in the store than a claim brought. */
  wants(lane: Lane): void {
    this.#wanting.add(lane);
  }

  /** Takes out what a lane has that it can make no use of soon: it has turned out to be slower than it was taken for. */
  trim(lane: Lane): readonly LeasedDelivery[] {
    if (lane.queue.length <= this.#limits.perSubscription * 4) return NOTHING;
    const ahead = this.#ahead(lane);
    return lane.queue.length > ahead * 2 ? this.empty(lane, ahead) : NOTHING;
  }

  /** Whether all places are taken, and enough lanes have something here to take those that become free. */
  get isSaturated(): boolean {
    return this.#active >= this.#limits.concurrency && this.#waiting.size >= PREFETCH;
  }

  /** Lanes that have something waiting. */
  waiting(): Lane[] {
    return [...this.#waiting];
  }

  /** Subscriptions that can use nothing more at present: enough of theirs is here already. */
  full(): string[] {
    const ids: string[] = [];
    for (const lane of this.#waiting) {
      if (this.#has(lane, ENOUGH)) ids.push(lane.subscriptionId);
    }
    return ids;
  }

  /** Subscriptions that have anything here. */
  busy(): string[] {
    return [...this.#lanes.values()]
      .filter((lane) => lane.queue.length + lane.active + lane.reserved > 0)
      .map((lane) => lane.subscriptionId);
  }

  /**
   * Forgets lanes that are empty, so that memory follows the work and not the number of subscriptions. For each lane
   * that is made it looks at the next two, for looking at all of them at once would take as long as they are many.
   */
  #sweep(): void {
    for (let looks = 0; looks < 2; looks++) {
      let next = this.#sweeping.next();
      if (next.done) {
        this.#sweeping = this.#lanes.values();
        next = this.#sweeping.next();
      }
      if (next.done) return;
      const lane = next.value;
      const isBusy = lane.queue.length + lane.active + lane.reserved > 0 || this.#wanting.has(lane);
      if (!isBusy) this.#lanes.delete(lane.subscriptionId);
    }
  }

  /** Whether this part of what may wait of it is here, and a full round at least. */
  #has(lane: Lane, part: number): boolean {
    const wanted = Math.max(this.#width(lane), Math.floor(this.#depth(lane) * part));
    return lane.queue.length + lane.reserved >= wanted;
  }

  /** How many of a lane may wait here. */
  #depth(lane: Lane): number {
    return this.#isHalfFull ? 1 : this.#ahead(lane);
  }

  /** Two rounds, or a quarter of a second's work where it is quick. */
  #ahead(lane: Lane): number {
    const { perSubscription } = this.#limits;
    if (lane.pace === null) return perSubscription * 2;
    const quick = Math.floor((perSubscription * AHEAD) / Math.max(lane.pace, 1));
    const fair = Math.floor(PREFETCH / Math.max(this.#waiting.size, 1));
    return Math.max(perSubscription * 2, Math.min(quick, fair, DEEPEST));
  }

  /** Two rounds while there are places for all. */
  get #round(): number {
    return this.#isHalfFull ? 1 : this.#limits.perSubscription * 2;
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
