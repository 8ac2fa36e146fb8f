import type { Millis } from "../model/time.js";

const TICK: Millis = 50;

/** How long a transport may take to end after it was aborted, before it is left alone. */
const GRACE: Millis = 2_000;

interface Running {
  at: number;
  aborted: boolean;
  readonly onIgnored: () => void;
}

/**
 * Aborts requests that take too long. One shared timer looks at all of them every 50 ms, because a timer for each
 * request costs more CPU than the rest of its bookkeeping; a deadline may therefore strike up to 50 ms late.
 */
export class Deadlines {
  readonly #running = new Map<AbortController, Running>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * Aborts the controller after `ms`, unless it is cleared first, and calls `onIgnored` when it is still not cleared
   * two seconds later. Real time, not the injected clock: it guards sockets.
   */
  start(controller: AbortController, ms: Millis, onIgnored: () => void = () => {}): void {
    this.#running.set(controller, { at: performance.now() + ms, aborted: false, onIgnored });
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
    for (const [controller, running] of this.#running) abort(controller, running, performance.now());
  }

  #strike(): void {
    const now = performance.now();
    for (const [controller, running] of this.#running) {
      if (running.at > now) continue;
      if (running.aborted) {
        this.#running.delete(controller);
        running.onIgnored();
      } else abort(controller, running, now);
    }
    if (this.#running.size === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function abort(controller: AbortController, running: Running, now: number): void {
  running.aborted = true;
  running.at = now + GRACE;
  controller.abort();
}
