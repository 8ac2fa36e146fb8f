import { describe, expect, it } from "vitest";
import { eventsOf } from "../../src/model/events-of.js";
import { SLICE, turn } from "../../src/model/turn.js";
import { event } from "../make.js";

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `evt_${index}`);

describe("eventsOf", () => {
  it("answers the events in the order of the ids, without those that are gone", async () => {
    const read = async () => [event({ id: "c" }), event({ id: "a" })];
    expect((await eventsOf(read, ["a", "b", "c"])).map(({ id }) => id)).toEqual(["a", "c"]);
  });

  it("reads a slice at a time, all of them, in order", async () => {
    const sizes: number[] = [];
    const ids = idsOf(2 * SLICE + 1);
    const read = async (some: readonly string[]) => {
      sizes.push(some.length);
      return some.map((id) => event({ id })).reverse();
    };
    expect((await eventsOf(read, ids)).map(({ id }) => id)).toEqual(ids);
    expect(sizes).toEqual([SLICE, SLICE, 1]);
  });

  it("lets the event loop turn between two slices, and takes no turn for one", async () => {
    const turnsFor = async (count: number) => {
      let turns = 0;
      let going = true;
      const next = () => {
        if (!going) return;
        turns++;
        setImmediate(next);
      };
      setImmediate(next);
      await eventsOf(async () => [], idsOf(count));
      going = false;
      return turns;
    };
    expect(await turnsFor(SLICE)).toBe(0);
    expect(await turnsFor(3 * SLICE)).toBe(2);
  });
});

describe("turn", () => {
  it("lets what waits for the event loop go first", async () => {
    const order: string[] = [];
    setImmediate(() => order.push("other"));
    await turn();
    order.push("after");
    expect(order).toEqual(["other", "after"]);
  });
});
