import { describe, expect, it } from "vitest";
import type { Entries } from "../../src/model/store.js";
import { derive } from "../../src/publish/derive.js";
import { claimFresh, entriesOf, GroupCommit } from "../../src/publish/group.js";
import { deferred, event, failure, rounds } from "../make.js";

const HEARER = { id: "sub_1", scope: "", type: "event", format: "standard" } as const;
const WAITER = { id: "sub_2", scope: "", type: "batch", format: "array" } as const;

const derived = (...ids: string[]) => ids.map((id) => derive(event({ id }), [HEARER, WAITER]));

/** An append that records its calls and answers when told to; all ids are new unless known. */
function store(known: readonly string[] = []) {
  const calls: string[][] = [];
  const open: { finish(): void; fail(error: unknown): void }[] = [];
  let inFlight = 0;
  let most = 0;
  const append = async (entries: Entries): Promise<readonly string[]> => {
    const ids = entries.events.map(({ id }) => id);
    calls.push(ids);
    most = Math.max(most, ++inFlight);
    const gate = deferred<void>();
    open.push({ finish: () => gate.resolve(), fail: gate.reject });
    try {
      await gate.promise;
    } finally {
      inFlight--;
    }
    return ids.filter((id) => !known.includes(id));
  };
  return { append, calls, open, most: () => most };
}

describe("GroupCommit", () => {
  it("appends what came in one turn at once, and answers each caller its own", async () => {
    const { append, calls, open } = store(["b"]);
    const group = new GroupCommit(append);
    const answers = Promise.all([group.add(derived("a", "b")), group.add(derived("c"))]);
    await rounds();
    expect(calls).toEqual([["a", "b", "c"]]);
    open[0]?.finish();
    expect(await answers).toEqual([new Set(["a"]), new Set(["c"])]);
  });

  it("has one append in flight; what comes meanwhile is the next", async () => {
    const { append, calls, open, most } = store();
    const group = new GroupCommit(append);
    const first = group.add(derived("a"));
    await rounds();
    const later = [group.add(derived("b")), group.add(derived("c"))];
    await rounds();
    expect(calls).toEqual([["a"]]);
    open[0]?.finish();
    await first;
    await rounds();
    expect(calls).toEqual([["a"], ["b", "c"]]);
    open[1]?.finish();
    await Promise.all(later);
    expect(most()).toBe(1);
  });

  it("starts again after it was idle", async () => {
    const { append, calls, open } = store();
    const group = new GroupCommit(append);
    for (const [index, id] of ["a", "b"].entries()) {
      const answer = group.add(derived(id));
      await rounds();
      open[index]?.finish();
      await answer;
      await rounds();
    }
    expect(calls).toEqual([["a"], ["b"]]);
  });

  it("tells all of a failed group, with the store's own error, and goes on", async () => {
    const { append, calls, open } = store();
    const group = new GroupCommit(append);
    const full = new Error("disk full");
    const failed = Promise.allSettled([group.add(derived("a")), group.add(derived("b"))]);
    await rounds();
    const next = group.add(derived("a", "c"));
    open[0]?.fail(full);
    expect(await failed).toEqual([
      { status: "rejected", reason: full },
      { status: "rejected", reason: full },
    ]);
    await rounds();
    expect(calls).toEqual([
      ["a", "b"],
      ["a", "c"],
    ]);
    open[1]?.finish();
    expect(await next).toEqual(new Set(["a", "c"]));
  });

  it("goes on after a store that throws at once", async () => {
    let calls = 0;
    const group = new GroupCommit((entries) => {
      if (calls++ === 0) throw new Error("not open");
      return Promise.resolve(entries.events.map(({ id }) => id));
    });
    await expect(group.add(derived("a"))).rejects.toThrow("not open");
    expect(await group.add(derived("a"))).toEqual(new Set(["a"]));
  });

  it("gives an id that two calls of one group have to the first", async () => {
    const { append, calls, open } = store();
    const group = new GroupCommit(append);
    const answers = Promise.all([group.add(derived("a", "a")), group.add(derived("a", "b"))]);
    await rounds();
    expect(calls).toEqual([["a", "b"]]);
    open[0]?.finish();
    expect(await answers).toEqual([new Set(["a"]), new Set(["b"])]);
  });

  it("takes 500 events at most in one append, but never splits a call", async () => {
    const sizes: number[] = [];
    const group = new GroupCommit(async (entries) => {
      sizes.push(entries.events.length);
      return [];
    });
    const of = (name: string, count: number) =>
      derived(...Array.from({ length: count }, (_, i) => `${name}${i}`));
    await Promise.all([
      ...Array.from({ length: 501 }, (_, i) => group.add(of(`one${i}_`, 1))),
      group.add(of("many", 499)),
      group.add(of("huge", 1200)),
      group.add(of("last", 2)),
    ]);
    expect(sizes).toEqual([500, 500, 1200, 2]);
  });

  it("takes no more than 100 000 waiting calls", async () => {
    const gate = deferred<readonly string[]>();
    const group = new GroupCommit(() => gate.promise);
    const [one] = derived("a");
    if (one === undefined) throw new Error("nothing derived");
    const waiting = Array.from({ length: 100_000 }, () => group.add([one]));
    const error = await failure("STORE_UNAVAILABLE", () => group.add([one]));
    expect(error.message).toContain("100000");
    gate.resolve([]);
    await Promise.all(waiting);
    expect(await group.add([one])).toEqual(new Set());
  });
});

describe("entriesOf", () => {
  it("joins events with all that was derived from them, in order", () => {
    const entries = entriesOf(derived("a", "b"));
    expect(entries.events.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(entries.deliveries.map(({ eventIds }) => eventIds)).toEqual([["a"], ["b"]]);
    expect(entries.pending.map(({ eventId }) => eventId)).toEqual(["a", "b"]);
  });

  it("keeps the first of an id that comes twice, and only what was derived from that one", () => {
    const [first, other, again] = derived("a", "b", "a");
    if (!first || !other || !again) throw new Error("nothing derived");
    expect(entriesOf([first, other, again])).toEqual(entriesOf([first, other]));
  });
});

describe("claimFresh", () => {
  it("takes what it answers out of the set", () => {
    const fresh = new Set(["a", "b"]);
    expect(claimFresh(derived("a", "x", "a"), fresh)).toEqual(new Set(["a"]));
    expect(fresh).toEqual(new Set(["b"]));
  });
});
