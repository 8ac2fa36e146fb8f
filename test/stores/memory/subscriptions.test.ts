import fc from "fast-check";
import { expect, test } from "vitest";
import type { Position } from "../../../src/model/store.js";
import type { StoredSubscription } from "../../../src/model/subscription.js";
import { memoryStore } from "../../../src/stores/memory/index.js";
import { create, subscription } from "../../../src/testing/store/make.js";

const SCOPES: readonly string[] = ["", "a:1", "a:1/b:1", "a:1/b:2", "a:2"];

test("subscriptions of certain scopes come as they do among all, page by page", async () => {
  const row = fc.record({
    scope: fc.constantFrom(...SCOPES),
    createdAt: fc.integer({ min: 1, max: 4 }),
    enabled: fc.boolean(),
  });
  const query = fc.record({
    scopes: fc.array(fc.constantFrom(...SCOPES, "a:3"), { maxLength: 6 }),
    under: fc.option(fc.constantFrom("", "a:1"), { nil: undefined }),
    enabled: fc.option(fc.boolean(), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 12 }),
      query,
      async (rows, { scopes, under, enabled, limit }) => {
        const store = memoryStore();
        for (const [i, settings] of rows.entries()) await create(store, subscription(`sub_${i}`, settings));
        const filters = {
          ...(under === undefined ? {} : { under }),
          ...(enabled === undefined ? {} : { enabled }),
        };
        const all = await store.findSubscriptions({ ...filters, limit: 100, after: null });
        const found: StoredSubscription[] = [];
        let after: Position | null = null;
        for (;;) {
          const page: readonly StoredSubscription[] = await store.findSubscriptions({
            ...filters,
            scopes,
            limit,
            after,
          });
          found.push(...page);
          const last = page.at(-1);
          if (last === undefined) break;
          after = { at: last.createdAt, id: last.id };
        }
        expect(found).toEqual(all.filter(({ scope }) => scopes.includes(scope)));
      },
    ),
  );
});

test("one that is changed or removed is found as it is then", async () => {
  const store = memoryStore();
  for (const id of ["sub_1", "sub_2"]) await create(store, subscription(id, { scope: "a:1" }));
  const found = async () => {
    const rows = await store.findSubscriptions({ scopes: ["a:1", "a:2"], limit: 10, after: null });
    return rows.map(({ id, scope, version }) => [id, scope, version]);
  };
  const moved = { ...subscription("sub_1", { scope: "a:2" }), version: 2 };
  await store.saveSubscription({ record: moved, replaces: 1, resetHealth: false, audit: null });
  expect(await found()).toEqual([
    ["sub_2", "a:1", 1],
    ["sub_1", "a:2", 2],
  ]);
  await store.removeSubscription("sub_2", 5, null);
  expect(await found()).toEqual([["sub_1", "a:2", 2]]);
});
