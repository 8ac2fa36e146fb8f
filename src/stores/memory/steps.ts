import { SLICE, turn } from "../../model/turn.js";

/** A step in parts: it yields where the event loop may go round. It must not throw once it has written. */
export type Step<T> = Generator<void, T, void>;

/** Counts the rows of a step, whichever loops they are handled in. */
export class Pace {
  #rows = 0;

  /** Called before each row, or before `rows` that are handled at once; true where it is time to yield: every 1000. */
  isDue(rows = 1): boolean {
    this.#rows += rows;
    if (this.#rows <= SLICE) return false;
    this.#rows = rows;
    return true;
  }
}

/**
 * Keeps steps apart. A step of up to 1000 rows runs to its end at once. A longer one lets the event loop go round
 * between its parts, and whoever calls meanwhile waits until it is over, so that nobody sees half of it.
 */
export class Steps {
  #running: Promise<void> | null = null;

  /** Runs what is over at once. */
  async run<T>(work: () => T): Promise<T> {
    while (this.#running !== null) await this.#running;
    return work();
  }

  /** Runs what may take several turns. */
  async runInTurns<T>(work: () => Step<T>): Promise<T> {
    while (this.#running !== null) await this.#running;
    const step = work();
    let part = step.next();
    if (part.done) return part.value;
    let end = () => {};
    this.#running = new Promise((resolve) => {
      end = resolve;
    });
    try {
      while (!part.done) {
        await turn();
        part = step.next();
      }
      return part.value;
    } finally {
      this.#running = null;
      end();
    }
  }
}
