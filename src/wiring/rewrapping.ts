import type { Millis } from "../model/time.js";

/** What sealing anew in the background needs of the rest. */
export interface RewrappingParts {
  /** Whether there is a key that old values may be sealed with: with one alone there is nothing to do. */
  readonly isNeeded: boolean;
  rewrap(isStopped: () => boolean): Promise<number>;
  onFault(error: unknown, message: string): void;
  /** How long to rest after a whole round, in milliseconds. @default an hour */
  readonly rest?: Millis | undefined;
}

/** Processes that do not have the new key first yet go on sealing with the old one. */
const REST: Millis = 3_600_000;
/** After a fault of the store. */
const SHORT_REST: Millis = 60_000;

interface Round {
  isStopped: boolean;
  endRest: () => void;
  done: Promise<void>;
}

/**
 * Seals stored values anew in the background while there is more than one key: at once, and every hour again, because
 * another process may have sealed with an older key meanwhile. A round that finds nothing costs a few reads.
 */
export class Rewrapping {
  readonly #parts: RewrappingParts;
  #stops = 0;
  #round: Round | null = null;

  constructor(parts: RewrappingParts) {
    this.#parts = parts;
  }

  /** Begins once the rest has started, unless it was stopped meanwhile. Rejects when that does. */
  async startAfter(started: Promise<void>): Promise<void> {
    const stops = this.#stops;
    await started;
    if (!this.#parts.isNeeded || this.#round !== null || stops !== this.#stops) return;
    const round: Round = { isStopped: false, endRest: () => {}, done: Promise.resolve() };
    round.done = this.#run(round);
    this.#round = round;
  }

  /** Resolves when the subscription under way is dealt with. */
  async stop(): Promise<void> {
    this.#stops++;
    const round = this.#round;
    this.#round = null;
    if (round === null) return;
    round.isStopped = true;
    round.endRest();
    await round.done;
  }

  async #run(round: Round): Promise<void> {
    const { rewrap, onFault, rest = REST } = this.#parts;
    while (!round.isStopped) {
      let wait = rest;
      try {
        await rewrap(() => round.isStopped);
      } catch (error) {
        wait = Math.min(rest, SHORT_REST);
        onFault(error, "Stored values could not be sealed anew with the first key; it is tried again.");
      }
      if (round.isStopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        round.endRest = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
