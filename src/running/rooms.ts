import type { Counts } from "../api.js";
import type { Batcher } from "../batcher/batcher.js";
import { type Dispatcher, LARGEST_CLAIM } from "../dispatcher/dispatcher.js";
import type { Intake } from "../intake/intake.js";
import type { Janitor } from "../janitor/janitor.js";
import type { Millis } from "../model/time.js";
import { turn } from "../model/turn.js";
import type { Tally } from "../wiring/after-settled.js";
import { Loop } from "./loop.js";

/** What keeping the rooms going needs of the rest. */
export interface RoomsParts {
  /** `null` where the store has no inbox. */
  readonly intake: Intake | null;
  readonly batcher: Batcher;
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
  readonly #taking: Loop | null;
  readonly #batching: Loop;
  readonly #dispatching: Loop;
  readonly #forgetting: Loop;

  constructor(parts: RoomsParts) {
    const { intake, batcher, dispatcher, janitor, pollMs, onFault } = parts;
    this.#parts = parts;
    const taking = (room: Intake) =>
      new Loop(
        async () => (await room.tick()) > 0,
        pollMs,
        (error) => onFault(error, "What was published from SQL could not be taken in."),
      );
    this.#taking = intake && taking(intake);
    const batch = async () => {
      if ((await batcher.tick()) > 0) this.wake();
      return false;
    };
    this.#batching = new Loop(batch, pollMs, (error) =>
      onFault(error, "Waiting events could not be sealed."),
    );
    const dispatch = async () => (await dispatcher.tick()) >= LARGEST_CLAIM;
    this.#dispatching = new Loop(dispatch, pollMs, (error) => onFault(error, "Work could not be claimed."));
    const forget = async () => (await janitor.tick()).more;
    this.#forgetting = new Loop(forget, JANITOR_REST, (error) =>
      onFault(error, "The history could not be pruned."),
    );
  }

  start(): void {
    this.#parts.dispatcher.open();
    this.#taking?.start();
    this.#batching.start();
    this.#dispatching.start();
    this.#forgetting.start();
  }

  /** There are deliveries. */
  wake(): void {
    this.#dispatching.wake();
  }

  /** Another process has done something: there may be deliveries, and events in the inbox. */
  hear(): void {
    this.#taking?.wake();
    this.wake();
  }

  /** There are waiting events. */
  wakeBatcher(): void {
    this.#batching.wake();
  }

  /** Ends the loops; what is under way goes on. */
  async stop(): Promise<void> {
    this.#parts.dispatcher.shut();
    const loops = [this.#taking, this.#batching, this.#dispatching, this.#forgetting];
    await Promise.all(loops.map((loop) => loop?.stop()));
  }

  /** Takes in, flushes, delivers and forgets until nothing is due. Throws what the store throws. */
  async runUntilIdle(): Promise<Counts> {
    const { intake, batcher, dispatcher, janitor, tally } = this.#parts;
    const before = { ...tally };
    while (intake && (await intake.tick()) > 0) await turn();
    let flushed = 0;
    for (let busy = true; busy; ) {
      flushed += await batcher.tick();
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
      flushed,
      pruned,
    };
  }
}
