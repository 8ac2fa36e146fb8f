/**
 * Says when a notification may be sent. They are not free: commits that notify queue behind one lock of the whole
 * server, and one for each single insert costs four fifths of the speed. Not the clock of the library: this is the
 * pace of real traffic, nothing is decided by it.
 */
export class Throttle {
  readonly #gapMs: number;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(gapMs: number, now: () => number = () => performance.now()) {
    this.#gapMs = gapMs;
    this.#now = now;
  }

  /** True when the last one was long enough ago, which makes this one the last. */
  pass(): boolean {
    const now = this.#now();
    if (now - this.#last < this.#gapMs) return false;
    this.#last = now;
    return true;
  }
}
