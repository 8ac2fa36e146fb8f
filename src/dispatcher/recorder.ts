import pRetry from "p-retry";
import type { Settled, Store } from "../model/store.js";
import type { HealthChange } from "../model/subscription.js";
import type { Clock } from "../model/time.js";
import type { Finished } from "./finished.js";
import { type Judged, NEVER_FAILED, type Streak, sumHealth } from "./health.js";

/** What recording needs of the rest. */
export interface RecorderParts {
  readonly clock: Clock;
  readonly store: Pick<Store, "settle">;
  /** How a subscription stood before, as far as is known here. */
  streak(subscriptionId: string): Streak;
  /** Called when outcomes are in the store, before the promise of {@link Recorder.record} resolves. */
  onSettled(finished: readonly Finished[], settled: Settled): Promise<void>;
  onFault(error: unknown, message: string): void;
}

const LARGEST_SETTLE = 500;

/** Our own store, our own patience: well within a lease, so that a short outage costs no repetition. */
const PATIENCE = { retries: 8, minTimeout: 50, factor: 2, maxTimeout: 5_000 };

/** For parts of what was tried with patience already. */
const NO_PATIENCE = { ...PATIENCE, retries: 0 };

interface Waiting {
  readonly finished: Finished;
  done(): void;
}

/** Records what became of deliveries: one settle is in flight, and all that ends meanwhile is the next. */
export class Recorder {
  readonly #parts: RecorderParts;
  #queue: Waiting[] = [];
  #running = false;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** Resolves when it is recorded, or given up. Never rejects. */
  record(finished: Finished): Promise<void> {
    return new Promise((done) => {
      this.#queue.push({ finished, done });
      if (this.#running) return;
      this.#running = true;
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.slice(0, LARGEST_SETTLE);
      this.#queue = this.#queue.slice(LARGEST_SETTLE);
      await this.#settle(group.map((waiting) => waiting.finished));
      for (const waiting of group) waiting.done();
    }
    this.#running = false;
  }

  /** What the store will not take as a whole is halved, so that one bad outcome takes no other with it. */
  async #settle(finished: readonly Finished[], patience = PATIENCE): Promise<void> {
    let settled: Settled;
    try {
      const outcomes = finished.map((one) => one.outcome);
      const health = this.#healthOf(finished);
      settled = await pRetry(() => this.#parts.store.settle(outcomes, health), patience);
    } catch (error) {
      if (finished.length === 1) {
        this.#parts.onFault(error, "An outcome could not be recorded; the delivery will be made again.");
        return;
      }
      const half = Math.ceil(finished.length / 2);
      await this.#settle(finished.slice(0, half), NO_PATIENCE);
      await this.#settle(finished.slice(half), NO_PATIENCE);
      return;
    }
    try {
      await this.#parts.onSettled(finished, settled);
    } catch (error) {
      this.#parts.onFault(error, "Outcomes are recorded, but what follows from them failed.");
    }
  }

  #healthOf(finished: readonly Finished[]): HealthChange[] {
    const now = this.#parts.clock.now();
    const judged: Judged[] = [];
    for (const { delivery, verdict, outcome } of finished) {
      if (verdict === null || outcome.attempt === null) continue;
      const { subscriptionId } = delivery;
      // A success asks for nothing that was before it, and by far the most are.
      const before = verdict.success ? NEVER_FAILED : this.#parts.streak(subscriptionId);
      judged.push({ subscriptionId, at: outcome.attempt.at, now, before, verdict });
    }
    return sumHealth(judged);
  }
}
