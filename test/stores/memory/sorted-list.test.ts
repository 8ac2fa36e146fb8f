import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedList } from "../../../src/stores/memory/sorted-list.js";

const byNumber = (a: number, b: number) => a - b;
const actions = fc.array(fc.record({ isAdd: fc.boolean(), n: fc.integer({ min: 0, max: 60 }) }), {
  maxLength: 200,
});

test("holds what a sorted set would, whatever is added and removed", () => {
  fc.assert(
    fc.property(actions, fc.integer({ min: -1, max: 61 }), (script, probe) => {
      const list = new SortedList<number, number>(byNumber);
      const set = new Set<number>();
      for (const { isAdd, n } of script) {
        if (!isAdd) expect(list.delete(n)).toBe(set.delete(n));
        else if (!set.has(n)) {
          list.add(n);
          set.add(n);
        }
      }
      const sorted = [...set].sort(byNumber);
      expect([...list.ascend()]).toEqual(sorted);
      expect([...list.descend()]).toEqual(sorted.toReversed());
      expect([...list.ascend(probe)]).toEqual(sorted.filter((n) => n > probe));
      expect([...list.descend(probe)]).toEqual(sorted.filter((n) => n < probe).reverse());
      expect([list.size, list.first]).toEqual([sorted.length, sorted[0]]);
    }),
  );
});

test("removes many at a time, few or most of them", () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 2000 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 40 }), (all, every) => {
      const list = new SortedList<number, number>(byNumber);
      for (const n of all) list.add(n);
      list.deleteAll(all.filter((_, i) => i % every === 0));
      const kept = all.filter((_, i) => i % every !== 0).sort(byNumber);
      expect([...list.ascend()]).toEqual(kept);
      expect([list.size, list.first]).toEqual([kept.length, kept[0]]);
      list.add(-1);
      list.add(5000);
      expect([...list.ascend()]).toEqual([-1, ...kept, 5000]);
    }),
    { numRuns: 60 },
  );
});

test("stays right over many chunks", () => {
  const list = new SortedList<number, number>(byNumber);
  const count = 5000;
  for (let i = 0; i < count; i++) list.add((i * 7919) % count);
  expect([...list.ascend()]).toEqual(Array.from({ length: count }, (_, i) => i));
  expect([...list.ascend(3210)].slice(0, 3)).toEqual([3211, 3212, 3213]);
  expect([...list.descend(3210)].slice(0, 3)).toEqual([3209, 3208, 3207]);
  for (let i = 0; i < count; i += 2) expect(list.delete(i)).toBe(true);
  expect([...list.descend()]).toEqual(Array.from({ length: count / 2 }, (_, i) => count - 1 - 2 * i));
  expect(list.size).toBe(count / 2);
});
