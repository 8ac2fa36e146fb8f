import { describe, expect, it } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import type { Store } from "../../src/model/store.js";
import { guardStore } from "../../src/wiring/guard-store.js";
import { failure } from "../make.js";

/** A store of which only a few members are asked. */
function store(members: Partial<Store>): Store {
  return members as Store;
}

describe("guardStore", () => {
  it("hands arguments and answers on, and `this` is the store itself", async () => {
    class Own {
      #forgotten = 0;
      async prune({ limit }: { readonly limit: number }): Promise<number> {
        this.#forgotten += limit;
        return this.#forgotten;
      }
    }
    const guarded = guardStore(new Own() as unknown as Store);
    await guarded.prune({ before: 0, limit: 2 });
    expect(await guarded.prune({ before: 0, limit: 3 })).toBe(5);
  });

  it.each<[string, () => unknown]>([
    ["rejects", () => Promise.reject(new Error("disk full"))],
    [
      "throws at once",
      () => {
        throw new Error("disk full");
      },
    ],
  ])(
    "turns what a store %s with into STORE_UNAVAILABLE, with the cause and the method's name",
    async (_, broken) => {
      const guarded = guardStore(store({ backlog: broken as Store["backlog"] }));
      const error = await failure("STORE_UNAVAILABLE", () => guarded.backlog());
      expect(error.message).toContain('"backlog"');
      expect(error.cause).toEqual(new Error("disk full"));
      expect(error.message).not.toContain("disk full");
    },
  );

  it("lets an error of ours pass as it is", async () => {
    const own = new WebhookError("CONFIGURATION", "Upgrade better-sqlite3.");
    const guarded = guardStore(store({ migrate: () => Promise.reject(own) }));
    await expect(guarded.migrate?.()).rejects.toBe(own);
  });

  it("shows what is no method, and what is not there, as it is", () => {
    const guarded = guardStore(store({ persists: false }));
    expect(guarded.persists).toBe(false);
    expect([guarded.listen, guarded.close, guarded.migrate]).toEqual([undefined, undefined, undefined]);
    expect("persists" in guarded).toBe(true);
  });

  it("guards a frozen store", async () => {
    const guarded = guardStore(Object.freeze(store({ backlog: async () => [] })));
    expect(await guarded.backlog()).toEqual([]);
  });

  it("works where a method is taken off it", async () => {
    const { prune } = guardStore(store({ prune: async ({ limit }) => limit }));
    expect(await prune({ before: 0, limit: 4 })).toBe(4);
  });
});
