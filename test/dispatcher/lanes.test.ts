import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Lane, Lanes } from "../../src/dispatcher/lanes.js";
import { leased } from "../make.js";

let count = 0;

function of(subscriptionId: string) {
  return leased({ id: `dlv_${count++}`, subscriptionId });
}

/** Fills a lane and starts what may start. */
function offer(lanes: Lanes, id: string, times: number): number {
  let lane = lanes.lane(id);
  for (let i = 0; i < times; i++) lane = lanes.push(of(id));
  return start(lanes, lane);
}

function start(lanes: Lanes, lane: Lane): number {
  let started = 0;
  while (lanes.take(lane) !== undefined) started++;
  return started;
}

describe("Lanes", () => {
  it("gives what was pushed, in that order", () => {
    const lanes = new Lanes({ concurrency: 100, perSubscription: 8 });
    const all = [of("a"), of("a"), of("a")];
    for (const one of all) lanes.push(one);
    const lane = lanes.lane("a");
    expect([lanes.take(lane), lanes.take(lane), lanes.take(lane), lanes.take(lane)]).toEqual([
      ...all,
      undefined,
    ]);
  });

  it("starts no more than perSubscription of one", () => {
    const lanes = new Lanes({ concurrency: 100, perSubscription: 8 });
    expect(offer(lanes, "a", 20)).toBe(8);
    expect([lanes.active, lanes.queued]).toEqual([8, 12]);
    expect(offer(lanes, "b", 3)).toBe(3);
  });

  it("starts no more than concurrency in all", () => {
    const lanes = new Lanes({ concurrency: 3, perSubscription: 8 });
    expect(["a", "b", "c", "d", "e"].map((id) => offer(lanes, id, 2))).toEqual([2, 1, 0, 0, 0]);
    expect(lanes.active).toBe(3);
  });

  it("gives each lane one more place only, once half of all are taken", () => {
    const lanes = new Lanes({ concurrency: 10, perSubscription: 8 });
    expect(offer(lanes, "greedy", 20)).toBe(5);
    expect(["a", "b", "c", "d", "e"].map((id) => offer(lanes, id, 5))).toEqual([1, 1, 1, 1, 1]);
    expect(offer(lanes, "late", 1)).toBe(0);
  });

  it("lets a lane that goes on failing have one at a time", () => {
    const lanes = new Lanes({ concurrency: 100, perSubscription: 8 });
    lanes.lane("a").streak = { consecutiveFailures: 8, failingSince: 0 };
    expect(offer(lanes, "a", 5)).toBe(1);
    lanes.finish(lanes.lane("a"), null);
    lanes.lane("a").streak = { consecutiveFailures: 7, failingSince: 0 };
    expect(start(lanes, lanes.lane("a"))).toBe(4);
    expect(lanes.streakOf("a").consecutiveFailures).toBe(7);
    expect(lanes.streakOf("unknown")).toEqual({ consecutiveFailures: 0, failingSince: null });
  });

  it("gives blocked lanes their turn in the order they were blocked", () => {
    const lanes = new Lanes({ concurrency: 1, perSubscription: 8 });
    for (const id of ["a", "b", "c"]) offer(lanes, id, 1);
    const order: string[] = [];
    for (let running: Lane | undefined = lanes.lane("a"); running !== undefined; ) {
      const next: Lane | undefined = lanes.finish(running, null);
      if (next !== undefined) expect(lanes.take(next)).toBeDefined();
      if (next !== undefined) order.push(next.subscriptionId);
      running = next;
    }
    expect(order).toEqual(["b", "c"]);
    expect([lanes.active, lanes.queued]).toEqual([0, 0]);
  });

  it("does not spend a turn on a blocked lane that was emptied meanwhile", () => {
    const lanes = new Lanes({ concurrency: 1, perSubscription: 8 });
    for (const id of ["a", "b", "c"]) offer(lanes, id, 1);
    lanes.empty(lanes.lane("b"));
    expect(lanes.finish(lanes.lane("a"), null)).toBe(lanes.lane("c"));
  });

  it("empties a lane and forgets what waited in it", () => {
    const lanes = new Lanes({ concurrency: 1, perSubscription: 1 });
    offer(lanes, "a", 3);
    const queue = [...lanes.lane("a").queue];
    expect(lanes.empty(lanes.lane("a"))).toEqual(queue);
    expect([lanes.active, lanes.queued, lanes.waiting()]).toEqual([1, 0, []]);
  });

  it("empties a lane but for the first few", () => {
    const lanes = new Lanes({ concurrency: 1, perSubscription: 1 });
    offer(lanes, "a", 5);
    const [first, second, ...others] = lanes.lane("a").queue;
    expect(lanes.empty(lanes.lane("a"), 2)).toEqual(others);
    expect([lanes.queued, lanes.lane("a").queue]).toEqual([2, [first, second]]);
    expect(lanes.empty(lanes.lane("a"), 2)).toEqual([]);
    expect(lanes.queued).toBe(2);
  });

  it("asks for two rounds of a subscription, and for one delivery once half of all places are taken", () => {
    const lanes = new Lanes({ concurrency: 4, perSubscription: 3 });
    offer(lanes, "a", 1);
    expect(lanes.share([])).toBe(6);
    offer(lanes, "b", 1);
    expect(lanes.share([])).toBe(1);
    lanes.finish(lanes.lane("b"), null);
    expect(lanes.share([])).toBe(6);
  });

  describe("ahead of need", () => {
    const LIMITS = { concurrency: 100, perSubscription: 2 };
    const room = (lanes: Lanes, id: string) => {
      let count = 0;
      while (lanes.reserve(id)) count++;
      return count;
    };
    /** A lane whose attempts took so long. */
    const paced = (lanes: Lanes, id: string, ...ms: number[]) => {
      for (const one of ms) {
        offer(lanes, id, 1);
        lanes.finish(lanes.lane(id), one);
      }
      return lanes.lane(id);
    };

    it.each([
      [1, 128],
      [5, 100],
      [50, 10],
      [125, 4],
      [10_000, 4],
    ])("has room for a quarter of a second's work, two rounds at least: at %i ms, %i", (ms, expected) => {
      const lanes = new Lanes(LIMITS);
      paced(lanes, "a", ms);
      expect(room(lanes, "a")).toBe(expected);
    });

    it("follows an endpoint that becomes slower, and is not misled by a single slow answer", () => {
      const lanes = new Lanes(LIMITS);
      paced(lanes, "a", 10, 10, 10, 60);
      expect(room(lanes, "a")).toBe(25);
      expect(paced(lanes, "b", 10, ...Array.from({ length: 30 }, () => 500)).pace).toBeGreaterThan(450);
      expect(room(lanes, "b")).toBe(4);
    });

    it("claims as many of each as suits the slowest of those that want more", () => {
      const lanes = new Lanes(LIMITS);
      const [quick, slow] = [paced(lanes, "quick", 5), paced(lanes, "slow", 50)];
      expect([lanes.share([quick]), lanes.share([slow]), lanes.share([quick, slow])]).toEqual([100, 10, 10]);
    });

    it("takes out what a lane cannot use soon, once it has turned out to be slow", () => {
      const lanes = new Lanes(LIMITS);
      const lane = paced(lanes, "a", 5);
      offer(lanes, "a", 30);
      expect(lanes.trim(lane)).toEqual([]);
      lanes.finish(lane, 10_000);
      expect([lanes.trim(lane).length, lane.queue.length, lanes.queued]).toEqual([24, 4, 4]);
    });

    it("asks once on behalf of a lane that may have more, until a claim was made", () => {
      const lanes = new Lanes(LIMITS);
      const lane = lanes.lane("a");
      expect(lanes.asks(lane)).toBe(false);
      lanes.wants(lane);
      expect([lanes.asks(lane), lanes.asks(lane)]).toEqual([true, false]);
      lanes.served(lanes.thirsty(), true);
      expect([lanes.asks(lane), lanes.asks(lane)]).toEqual([true, false]);
      lanes.served(lanes.thirsty(), false);
      expect([lanes.thirsty(), lanes.asks(lane)]).toEqual([[], false]);
    });

    it("keeps no more places in all than twice those there are", () => {
      const lanes = new Lanes({ concurrency: 4, perSubscription: 2 });
      expect(["a", "b", "c"].map((id) => room(lanes, id))).toEqual([4, 4, 0]);
      lanes.unreserve(lanes.lane("a"));
      expect(lanes.reserve("d")).toBe(true);
    });
  });

  it("tells which lanes wait, are full and are busy", () => {
    const lanes = new Lanes({ concurrency: 100, perSubscription: 2 });
    offer(lanes, "full", 4);
    offer(lanes, "waiting", 3);
    offer(lanes, "running", 1);
    lanes.lane("empty");
    expect(lanes.full()).toEqual(["full"]);
    expect(lanes.waiting().map(({ subscriptionId }) => subscriptionId)).toEqual(["full", "waiting"]);
    expect(lanes.busy()).toEqual(["full", "waiting", "running"]);
  });

  it("forgets empty lanes once there are many, and no others", () => {
    const lanes = new Lanes({ concurrency: 10_000, perSubscription: 1 });
    offer(lanes, "running", 1);
    offer(lanes, "waiting", 2);
    const streak = { consecutiveFailures: 3, failingSince: 1 };
    for (let i = 0; i < 4094; i++) lanes.lane(`idle_${i}`).streak = streak;
    expect(lanes.streakOf("idle_0")).toBe(streak);
    // Each lane that is made from here on looks at two of those there are: all are looked at by and by.
    for (let i = 0; i < 20_000; i++) lanes.lane(`more_${i}`);
    const left = Array.from({ length: 4094 }, (_, i) => lanes.streakOf(`idle_${i}`)).filter(
      (one) => one === streak,
    );
    expect(left).toEqual([]);
    expect(lanes.busy()).toEqual(["running", "waiting"]);
  });

  it("remembers failures of a subscription that it has no lane for, and makes none for one that is well", () => {
    const lanes = new Lanes({ concurrency: 10, perSubscription: 1 });
    const streak = { consecutiveFailures: 3, failingSince: 1 };
    expect(lanes.observe("well", { consecutiveFailures: 0, failingSince: null })).toBeUndefined();
    expect(lanes.observe("failing", streak)?.subscriptionId).toBe("failing");
    expect(lanes.streakOf("failing")).toEqual(streak);
    lanes.observe("failing", { consecutiveFailures: 0, failingSince: null });
    expect(lanes.streakOf("failing").consecutiveFailures).toBe(0);
  });

  it("is saturated while all places are taken and five hundred lanes have something for those that become free", () => {
    const lanes = new Lanes({ concurrency: 2, perSubscription: 1 });
    for (let i = 0; i < 513; i++) offer(lanes, `s_${i}`, 1);
    expect([lanes.active, lanes.waiting().length, lanes.isSaturated]).toEqual([2, 511, false]);
    offer(lanes, "one more", 1);
    expect(lanes.isSaturated).toBe(true);
    lanes.finish(lanes.lane("s_0"), 1);
    expect(lanes.isSaturated).toBe(false);
  });

  it("keeps its limits and its counts, and strands nothing, whatever is pushed, ended and emptied", () => {
    const ids = ["a", "b", "c", "d"] as const;
    const step = fc.record({
      does: fc.constantFrom("push", "push", "finish", "finish", "empty", "fail"),
      id: fc.constantFrom(...ids),
    });
    const limits = fc.record({
      concurrency: fc.integer({ min: 1, max: 8 }),
      perSubscription: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 60 }), (limits, steps) => {
        const lanes = new Lanes(limits);
        let pushed = 0;
        let started = 0;
        let left = 0;
        const advance = (lane: Lane) => {
          for (;;) {
            const halfFull = lanes.active * 2 >= limits.concurrency;
            if (lanes.take(lane) === undefined) return;
            started++;
            expect(lanes.active).toBeLessThanOrEqual(limits.concurrency);
            expect(lane.active).toBeLessThanOrEqual(halfFull ? 1 : limits.perSubscription);
          }
        };
        const finish = (lane: Lane) => {
          const next = lanes.finish(lane, null);
          if (next !== undefined) advance(next);
          advance(lane);
        };
        for (const { does, id } of steps) {
          const lane = lanes.lane(id);
          if (does === "push") {
            lanes.push(of(id));
            pushed++;
            advance(lane);
          } else if (does === "finish" && lane.active > 0) finish(lane);
          else if (does === "empty") left += lanes.empty(lane).length;
          else if (does === "fail") lane.streak = { consecutiveFailures: 8, failingSince: 0 };
          const all = ids.map((known) => lanes.lane(known));
          expect(lanes.active).toBe(all.reduce((sum, { active }) => sum + active, 0));
          expect(lanes.queued).toBe(all.reduce((sum, { queue }) => sum + queue.length, 0));
          expect(lanes.queued).toBe(pushed - started - left);
          // What waits will be started: by its own lane's next end, or because it is blocked while all places are taken.
          for (const { queue, active } of all) {
            if (queue.length > 0 && active === 0) expect(lanes.active).toBe(limits.concurrency);
          }
        }
        for (let ends = 0; lanes.active > 0; ends++) {
          expect(ends).toBeLessThan(1000);
          for (const id of ids) if (lanes.lane(id).active > 0) finish(lanes.lane(id));
        }
        expect(lanes.queued).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
