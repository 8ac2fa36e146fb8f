import type { SubscriptionStore } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";

/** The store's revision, and when asking for it began. */
export interface Revision {
  readonly at: Millis;
  /** `null` where the store cannot tell. */
  readonly number: number | null;
}

/**
 * Asks the store for its revision, at most once in each `ttl`; concurrent callers share one question. What was read
 * at one revision is true as long as the store answers the same.
 */
export class Revisions {
  readonly #store: Pick<SubscriptionStore, "readRevision">;
  readonly #clock: Clock;
  readonly #ttl: Millis;
  #latest: Revision | null = null;
  #asking: Promise<Revision> | null = null;

  constructor(store: Pick<SubscriptionStore, "readRevision">, clock: Clock, ttl: Millis) {
    this.#store = store;
    this.#clock = clock;
    this.#ttl = ttl;
  }

  /** The last answer, while it may be believed at this moment; `null` where the store has to be asked or cannot tell. */
  latest(now: Millis): Revision | null {
    if (this.#latest === null) return null;
    const age = now - this.#latest.at;
    return age >= 0 && age < this.#ttl ? this.#latest : null;
  }

  /** At once where it is known, or where the store cannot tell. Rejects with what the store does. */
  now(): Revision | Promise<Revision> {
    const at = this.#clock.now();
    if (this.#store.readRevision === undefined) return { at, number: null };
    const latest = this.latest(at);
    if (latest !== null) return latest;
    this.#asking ??= this.#ask(at);
    return this.#asking;
  }

  async #ask(at: Millis): Promise<Revision> {
    try {
      const number = (await this.#store.readRevision?.()) ?? null;
      this.#latest = { at, number };
      return this.#latest;
    } finally {
      this.#asking = null;
    }
  }
}
