import type { Clock, Millis } from "../model/time.js";
import type { Revision, Revisions } from "./revisions.js";

/** A value, and how long it may be believed. */
export interface Known<T> {
  readonly value: T;
  /** The store's revision before it was read; `null` where the store cannot tell. */
  revision: number | null;
  /** When it was last true: what happened later may not be in it. */
  at: Millis;
}

/**
 * Values that are believed for a while, and longer where the store has told since that nothing has changed. When it is
 * full, those that were set first go first, however often they are asked for: to move one at each use would cost more
 * than the use.
 *
 * @typeParam K - What is kept of each value.
 */
export class Recent<T, K extends Known<T> = Known<T>> {
  readonly #known = new Map<string, K>();
  readonly #clock: Clock;
  readonly #revisions: Revisions;
  readonly #ttl: Millis;
  readonly #size: number;

  constructor(clock: Clock, revisions: Revisions, ttl: Millis, size: number) {
    this.#clock = clock;
    this.#revisions = revisions;
    this.#ttl = ttl;
    this.#size = size;
  }

  /** The value, while it may be believed. A negative age is a clock that jumped back: it would outlive its time. */
  get(key: string): T | null {
    const known = this.#known.get(key);
    if (known === undefined) return null;
    const now = this.#clock.now();
    const age = now - known.at;
    if (age >= 0 && age < this.#ttl) return known.value;
    const latest = this.#revisions.latest(now);
    return latest && renewed(known, latest);
  }

  /** The value, if it was read at this revision: it is believed from then on again. */
  renew(key: string, revision: Revision): T | null {
    const known = this.#known.get(key);
    return known === undefined ? null : renewed(known, revision);
  }

  /** What is kept of the value, whether or not it may be believed. */
  peek(key: string): K | undefined {
    return this.#known.get(key);
  }

  set(key: string, known: K): void {
    this.#known.delete(key);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= this.#size && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(key, known);
  }

  delete(key: string): void {
    this.#known.delete(key);
  }

  keys(): Iterable<string> {
    return this.#known.keys();
  }
}

function renewed<T>(known: Known<T>, { at, number }: Revision): T | null {
  if (number === null || known.revision !== number) return null;
  known.at = at;
  return known.value;
}
