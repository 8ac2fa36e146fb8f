import type { Millis } from "../model/time.js";

const TICK: Millis = 50;

/**
 * Aborts requests that take too long. One shared timer looks at all of them every 50 ms, because a timer for each
 * request costs more CPU than the rest of its bookkeeping; a deadline may therefore strike up to 50 ms late.
 */
export class Deadlines {
  readonly #running = new Map<AbortController, number>();
  #timer: NodeJS.Timeout | undefined;

  /** Aborts the controller after `ms`, unless it is cleared first. Real time, not the injected clock: it guards sockets. */
  start(controller: AbortController, ms: Millis): void {
    this.#running.set(controller, performance.now() + ms);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#strike(), TICK);
    }
  }

  clear(controller: AbortController): void {
    this.#running.delete(controller);
    if (this.#running.size === 0) this.#stop();
  }

  /** Aborts everything now. */
  abortAll(): void {
    for (const controller of this.#running.keys()) controller.abort();
  }

  #strike(): void {
    const now = performance.now();
    for (const [controller, at] of this.#running) {
      if (at <= now) {
        this.#running.delete(controller);
        controller.abort();
      }
    }
    if (this.#running.size === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
