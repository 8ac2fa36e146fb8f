import type { Store } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";

/** What forgetting needs of the rest. */
export interface JanitorParts {
  readonly clock: Clock;
  readonly store: Pick<Store, "prune">;
  /** How long a delivery is kept after its last attempt, and an event after it was published. */
  readonly retentionMs: Millis;
}

/** Rows a single prune may remove: small enough to lock nothing for long. */
const CHUNK = 1_000;

/** The room that forgets: history past its retention goes in chunks, so that no step takes long. */
export class Janitor {
  readonly #parts: JanitorParts;

  constructor(parts: JanitorParts) {
    this.#parts = parts;
  }

  /** Forgets one chunk. Answers how many rows went, and whether there may be more. */
  async tick(): Promise<{ readonly pruned: number; readonly more: boolean }> {
    const { clock, store, retentionMs } = this.#parts;
    const pruned = await store.prune({ before: clock.now() - retentionMs, limit: CHUNK });
    return { pruned, more: pruned >= CHUNK };
  }
}
