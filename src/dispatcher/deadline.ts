import type { Millis } from "../model/time.js";

const TICK: Millis = 50;

/** How long a transport may take to end after it was aborted, before it is left alone. */
const GRACE: Millis = 2_000;

/** Signals kept for later attempts. */
const MOST_SPARE = 1_024;

/** The time that one attempt has. */
export interface Deadline {
  /** Aborts when the time is up. */
  readonly signal: AbortSignal;
}

interface Running extends Deadline {
  readonly controller: AbortController;
  at: number;
  aborted: boolean;
  onIgnored: () => void;
}

const NOBODY = () => {};

/**
 * Aborts requests that take too long. One shared timer looks at all of them every 50 ms, because a timer for each
 * request costs more CPU than the rest of its bookkeeping; a deadline may therefore strike up to 50 ms late. Signals
 * that nobody listens to any more serve again: making one costs a fifth of a bare request.
 */
export class Deadlines {
  readonly #running = new Set<Running>();
  readonly #spare: Running[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * Begins a deadline: its signal aborts after `ms`, unless it is ended first; `onIgnored` is called when it is still
   * not ended two seconds later. Real time, not the injected clock: it guards sockets.
   */
  begin(ms: Millis, onIgnored: () => void = NOBODY): Deadline {
    const running = this.#spare.pop() ?? newRunning();
    running.at = performance.now() + ms;
    running.onIgnored = onIgnored;
    this.#running.add(running);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#strike(), TICK);
    }
    return running;
  }

  /**
   * Ends a deadline. One that was ended before is left as it is.
   *
   * @param isFree - Nobody listens to its signal any more, so that it may serve again.
   */
  end(deadline: Deadline, isFree = false): void {
    const running = deadline as Running;
    if (!this.#running.delete(running)) return;
    running.onIgnored = NOBODY;
    if (isFree && !running.aborted && this.#spare.length < MOST_SPARE) this.#spare.push(running);
    if (this.#running.size === 0) this.#stop();
  }

  /** Aborts everything now. */
  abortAll(): void {
    for (const running of this.#running) abort(running, performance.now());
  }

  #strike(): void {
    const now = performance.now();
    for (const running of this.#running) {
      if (running.at > now) continue;
      if (running.aborted) {
        this.#running.delete(running);
        running.onIgnored();
      } else abort(running, now);
    }
    if (this.#running.size === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function newRunning(): Running {
  const controller = new AbortController();
  return { controller, signal: controller.signal, at: 0, aborted: false, onIgnored: NOBODY };
}

function abort(running: Running, now: number): void {
  running.aborted = true;
  running.at = now + GRACE;
  running.controller.abort();
}
