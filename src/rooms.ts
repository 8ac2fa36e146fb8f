import type { Tally } from "./after-settled.js";
import type { Counts } from "./api.js";
import { type Dispatcher, LARGEST_CLAIM } from "./dispatcher/dispatcher.js";
import type { Janitor } from "./janitor/janitor.js";
import { Loop, turn } from "./loop.js";
import type { Millis } from "./model/time.js";

/** What keeping the rooms going needs of the rest. */
export interface RoomsParts {
  readonly dispatcher: Dispatcher;
  readonly janitor: Janitor;
  readonly pollMs: Millis;
  /** Counts what was done since it was last read. */
  readonly tally: Tally;
  onFault(error: unknown, message: string): void;
}

/** How often the history is looked over. */
const JANITOR_REST: Millis = 60_000;

/** Keeps the rooms going: in the background until told to stop, or until there is nothing left to do. */
export class Rooms {
  readonly #parts: RoomsParts;
  readonly #dispatching: Loop;
  readonly #forgetting: Loop;

  constructor(parts: RoomsParts) {
    const { dispatcher, janitor, pollMs, onFault } = parts;
    this.#parts = parts;
    const dispatch = async () => (await dispatcher.tick()) >= LARGEST_CLAIM;
    this.#dispatching = new Loop(dispatch, pollMs, (error) => onFault(error, "Work could not be claimed."));
    const forget = async () => (await janitor.tick()).more;
    this.#forgetting = new Loop(forget, JANITOR_REST, (error) =>
      onFault(error, "The history could not be pruned."),
    );
  }

  start(): void {
    this.#dispatching.start();
    this.#forgetting.start();
  }

  /** There is work. */
  wake(): void {
    this.#dispatching.wake();
  }

  /** Ends the loops; what is under way goes on. */
  async stop(): Promise<void> {
    await Promise.all([this.#dispatching.stop(), this.#forgetting.stop()]);
  }

  /** Delivers and forgets until nothing is due. Throws what the store throws. */
  async runUntilIdle(): Promise<Counts> {
    const { dispatcher, janitor, tally } = this.#parts;
    const before = { ...tally };
    for (let busy = true; busy; ) {
      const claimed = await dispatcher.tick();
      if (claimed < LARGEST_CLAIM) await dispatcher.room();
      busy = claimed > 0 || dispatcher.busy;
      await turn();
    }
    let pruned = 0;
    for (let more = true; more; ) {
      const chunk = await janitor.tick();
      pruned += chunk.pruned;
      more = chunk.more;
      await turn();
    }
    return {
      delivered: tally.delivered - before.delivered,
      failed: tally.failed - before.failed,
      exhausted: tally.exhausted - before.exhausted,
      pruned,
    };
  }
}
