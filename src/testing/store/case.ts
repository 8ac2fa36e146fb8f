import type { InboxEvent, Store } from "../../model/store.js";

/** How the cases get at the store under test. */
export interface StoreHarness {
  /** A store over new, empty data, migrated or able to migrate itself. Closing it is the harness's affair. */
  open(): Promise<Store>;
  /**
   * One more handle on the data of the last `open`, as another process or a restart would have it. Left out by a
   * store that lives in one process only.
   */
  reopen?(): Promise<Store>;
  /** Publishes an event by the database's own means, in the data of the last `open`. Left out by a store that has no inbox. */
  publish?(event: Pick<InboxEvent, "id" | "type" | "scope" | "data">): Promise<void>;
}

/** What a case may ask of the harness. */
export type StoreNeed = "reopen" | "publish";

/** One promise of the {@link Store} port, checked. */
export interface StoreCase {
  /** The promise. Unique among the cases. */
  readonly name: string;
  /** What the harness must be able to do; without it, skip the case and say so. */
  readonly needs?: readonly StoreNeed[];
  /** Rejects with an `AssertionError` when the promise is broken. */
  run(harness: StoreHarness): Promise<void>;
}

/** Why a case cannot be run with this harness; `null` when it can. */
export function skipReason(storeCase: StoreCase, harness: StoreHarness): string | null {
  const missing = storeCase.needs?.find((need) => harness[need] === undefined);
  return missing === undefined ? null : REASONS[missing];
}

const REASONS: Readonly<Record<StoreNeed, string>> = {
  reopen: "this store cannot be opened twice",
  publish: "this store has no inbox",
};

/** A case that needs one store. */
export function check(name: string, run: (store: Store) => Promise<void>): StoreCase {
  return { name, run: async (harness) => run(await harness.open()) };
}

/** A case that needs two handles on the same data. */
export function checkTwice(name: string, run: (one: Store, two: Store) => Promise<void>): StoreCase {
  return {
    name,
    needs: ["reopen"],
    run: async (harness) => {
      const one = await harness.open();
      if (!harness.reopen) throw new Error("Ask skipReason() before running this case.");
      await run(one, await harness.reopen());
    },
  };
}
