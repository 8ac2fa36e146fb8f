import pRetry from "p-retry";
import type { Settled, Store } from "../model/store.js";
import type { Clock } from "../model/time.js";
import { type Streak, sumHealth } from "./health.js";
import type { Finished } from "./sender.js";

/** What recording needs of the rest. */
export interface RecorderParts {
  readonly clock: Clock;
  readonly store: Pick<Store, "settle">;
  /** How a subscription stood before, as far as is known here. */
  streak(subscriptionId: string): Streak;
  /** Called when outcomes are in the store, before the promise of {@link Recorder.record} resolves. */
  onSettled(finished: readonly Finished[], settled: Settled): Promise<void>;
  /** The store could not be reached for so long that the outcomes are given up: the deliveries will be made again. */
  onLost(error: unknown, finished: readonly Finished[]): void;
}

const LARGEST_SETTLE = 500;

/** Our own store, our own patience: well within a lease, so that a short outage costs no repetition. */
const PATIENCE = { retries: 8, minTimeout: 50, factor: 2, maxTimeout: 5_000 };

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

  async #settle(finished: readonly Finished[]): Promise<void> {
    const { clock, store, streak } = this.#parts;
    try {
      const now = clock.now();
      const health = sumHealth(
        finished.flatMap(({ delivery, verdict, outcome }) => {
          if (verdict === null || outcome.attempt === null) return [];
          const { subscriptionId } = delivery;
          const at = outcome.attempt.at;
          return [{ subscriptionId, at, now, before: streak(subscriptionId), verdict }];
        }),
      );
      const outcomes = finished.map((one) => one.outcome);
      const settled = await pRetry(() => store.settle(outcomes, health), PATIENCE);
      await this.#parts.onSettled(finished, settled);
    } catch (error) {
      this.#parts.onLost(error, finished);
    }
  }
}
