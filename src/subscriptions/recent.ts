import type { Clock, Millis } from "../model/time.js";

/** A value, and how long it may be believed. */
export interface Known<T> {
  readonly value: T;
  /** The store's revision before it was read; `null` where the store cannot tell. */
  readonly revision: number | null;
  /** When it was last true: what happened later may not be in it. */
  at: Millis;
}

/** Values that are believed for a while. When it is full, the oldest go first. */
export class Recent<T> {
  readonly #known = new Map<string, Known<T>>();
  readonly #clock: Clock;
  readonly #ttl: Millis;
  readonly #size: number;

  constructor(clock: Clock, ttl: Millis, size: number) {
    this.#clock = clock;
    this.#ttl = ttl;
    this.#size = size;
  }

  /** The value, while it may be believed. A negative age is a clock that jumped back: it would outlive its time. */
  get(key: string): T | null {
    const known = this.#known.get(key);
    if (known === undefined) return null;
    const age = this.#clock.now() - known.at;
    return age >= 0 && age < this.#ttl ? known.value : null;
  }

  /** The value, if it was read at this revision: it is believed from then on again. */
  renew(key: string, revision: { readonly at: Millis; readonly number: number | null }): T | null {
    const known = this.#known.get(key);
    if (known === undefined || revision.number === null || known.revision !== revision.number) return null;
    known.at = revision.at;
    return known.value;
  }

  set(key: string, known: Known<T>): void {
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
