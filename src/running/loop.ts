import type { Millis } from "../model/time.js";
import { turn } from "../model/turn.js";

/** How long to rest after a step that threw, at first and at most. */
const FIRST_BACK_OFF: Millis = 100;
const LONGEST_BACK_OFF: Millis = 5_000;

/**
 * Runs a room's step again and again: at once while a step says that there may be more, after a rest otherwise,
 * sooner when woken. A step that throws is reported and tried again with growing rests: the store may be away.
 */
export class Loop {
  readonly #step: () => Promise<boolean>;
  readonly #rest: Millis;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | null = null;
  #stopping = false;
  #woken = false;
  #backingOff = false;
  #endRest: (() => void) | null = null;

  /**
   * @param step - Does some work; answers whether there may be more at once.
   * @param rest - How long to rest when there is none, in milliseconds.
   */
  constructor(step: () => Promise<boolean>, rest: Millis, onError: (error: unknown) => void) {
    this.#step = step;
    this.#rest = rest;
    this.#onError = onError;
  }

  start(): void {
    this.#stopping = false;
    this.#running ??= this.#run();
  }

  /**
   * Ends the present rest, or the next one before it begins. A rest after a fault is kept: a busy host would else
   * ask a failing store at every wake.
   */
  wake(): void {
    this.#woken = true;
    if (!this.#backingOff) this.#endRest?.();
  }

  /** Resolves when the step under way has ended; no other follows. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endRest?.();
    await this.#running;
    this.#running = null;
  }

  async #run(): Promise<void> {
    let backOff = 0;
    while (!this.#stopping) {
      this.#woken = false;
      try {
        const more = await this.#step();
        backOff = 0;
        if (more) await turn();
        else await this.#pause(this.#rest);
      } catch (error) {
        this.#onError(error);
        backOff = Math.min(Math.max(backOff * 2, FIRST_BACK_OFF), LONGEST_BACK_OFF);
        this.#backingOff = true;
        await this.#pause(backOff);
        this.#backingOff = false;
      }
    }
  }

  async #pause(ms: Millis): Promise<void> {
    if (this.#stopping || (this.#woken && !this.#backingOff)) return turn();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endRest = null;
  }
}
