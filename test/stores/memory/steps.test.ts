import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../src/stores/memory/index.js";
import { Pace, type Step, Steps } from "../../../src/stores/memory/steps.js";
import {
  ALL,
  create,
  entries,
  event,
  pending,
  sealing,
  subscription,
} from "../../../src/testing/store/make.js";

/** How often the event loop went round while `work` went on. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOn = true;
  const count = () => {
    turns++;
    if (isOn) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOn = false;
  return turns;
}

describe("Steps", () => {
  test("runs a step that does not yield at once", async () => {
    const steps = new Steps();
    const turns = await turnsOf(() => steps.runInTurns(function* (): Step<void> {}));
    expect(turns).toBe(0);
  });

  test("lets nobody in between the parts of a long one, and everyone after it in their order", async () => {
    const steps = new Steps();
    const seen: string[] = [];
    const long = (name: string) =>
      steps.runInTurns(function* (): Step<void> {
        seen.push(`${name} begins`);
        yield;
        seen.push(`${name} ends`);
      });
    await Promise.all([
      long("a"),
      steps.run(() => seen.push("b")),
      long("c"),
      steps.run(() => seen.push("d")),
    ]);
    expect(seen).toEqual(["a begins", "a ends", "b", "c begins", "c ends", "d"]);
  });

  test("goes on after a step that failed", async () => {
    const steps = new Steps();
    const failing = steps.runInTurns(function* (): Step<void> {
      yield;
      throw new Error("no");
    });
    const next = steps.run(() => 7);
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe(7);
  });
});

test("Pace is due before each row that would be one too many", () => {
  const pace = new Pace();
  const due = Array.from({ length: 3000 }, () => pace.isDue());
  expect(due.flatMap((isDue, index) => (isDue ? [index] : []))).toEqual([1000, 2000]);
  expect(pace.isDue(5000)).toBe(true);
  expect(pace.isDue()).toBe(true);
  expect(pace.isDue()).toBe(false);
});

describe("the event loop goes round while the memory store", () => {
  const events = Array.from({ length: 5000 }, (_, i) => event(`evt_${i}`));
  const rows = events.map(({ id }) => pending("sub_1", id));

  test("appends, seals, removes and prunes thousands of rows, and what is read meanwhile is whole", async () => {
    const store = memoryStore();
    await create(store, subscription("sub_1"));
    const half = entries({ events: events.slice(0, 2500), pending: rows.slice(0, 2500) });
    let found: readonly unknown[] = [];
    const append = () =>
      Promise.all([
        store.append(half),
        store.findEvents({ ...ALL, limit: 9999 }).then((read) => {
          found = read;
        }),
      ]);
    expect(await turnsOf(append)).toBeGreaterThan(3);
    expect(found).toHaveLength(2500);
    expect(await turnsOf(() => store.seal(sealing("sub_1", "dlv_1", { limit: 5000 })))).toBeGreaterThan(3);
    await store.append(entries({ events: events.slice(2500), pending: rows.slice(2500) }));
    expect(await turnsOf(() => store.removeSubscription("sub_1", 0, null))).toBeGreaterThan(1);
    const prune = () => store.prune({ before: Number.MAX_SAFE_INTEGER, limit: 9999 });
    expect(await turnsOf(prune)).toBeGreaterThan(5);
    expect(await store.findEvents(ALL)).toEqual([]);
  });

  test("a step of up to a thousand rows takes no turn", async () => {
    const store = memoryStore();
    const some = entries({ events: events.slice(0, 400), pending: rows.slice(0, 200) });
    expect(await turnsOf(() => store.append(some))).toBe(0);
  });
});
