import { afterEach, describe, expect, it, vi } from "vitest";
import { applyHealth, FRESH_HEALTH } from "../../src/model/subscription.js";
import { leased, NOW, rounds } from "../make.js";
import { answer, dispatcherOf, heldTransport, queueOf, recipient, senderOf } from "./helpers.js";

afterEach(() => {
  vi.useRealTimers();
});

const of = (subscriptionId: string, ...ids: string[]) => ids.map((id) => leased({ id, subscriptionId }));

describe("Dispatcher", () => {
  it("claims, sends and settles, and tells", async () => {
    const queue = queueOf([of("sub_1", "a", "b")]);
    const { dispatcher, told } = dispatcherOf(queue, senderOf().sender);
    expect(await dispatcher.tick()).toBe(2);
    expect(dispatcher.busy).toBe(true);
    await dispatcher.settled();
    expect(dispatcher.busy).toBe(false);
    expect(queue.settled.map(({ deliveryId, status }) => [deliveryId, status])).toEqual([
      ["a", "delivered"],
      ["b", "delivered"],
    ]);
    expect(told).toHaveLength(2);
    expect(queue.asked[0]).toMatchObject({ leaseMs: 60_000, now: NOW, exclude: [] });
  });

  it("claims nothing where there is nothing, and asks with a lease of its own each time", async () => {
    const queue = queueOf();
    const { dispatcher } = dispatcherOf(queue, senderOf().sender);
    expect([await dispatcher.tick(), await dispatcher.tick()]).toEqual([0, 0]);
    expect(new Set(queue.asked.map(({ lease }) => lease)).size).toBe(2);
    expect(dispatcher.busy).toBe(false);
  });

  it("lets out what a claim throws, and goes on after it", async () => {
    const queue = queueOf([of("sub_1", "a")]);
    const claim = vi.spyOn(queue.store, "claim").mockRejectedValueOnce(new Error("away"));
    const { dispatcher } = dispatcherOf(queue, senderOf().sender);
    await expect(dispatcher.tick()).rejects.toThrow("away");
    expect(await dispatcher.tick()).toBe(1);
    await dispatcher.settled();
    expect(claim).toHaveBeenCalledTimes(2);
    expect(queue.settled).toHaveLength(1);
  });

  it("deals with what it claimed also when the subscriptions cannot be read at once", async () => {
    const queue = queueOf([of("sub_1", "a")]);
    const { dispatcher, faults } = dispatcherOf(queue, senderOf().sender, {
      warm: () => Promise.reject(new Error("away")),
    });
    expect(await dispatcher.tick()).toBe(1);
    await dispatcher.settled();
    expect(queue.settled.map(({ status }) => status)).toEqual(["delivered"]);
    expect(faults).toHaveLength(1);
  });

  it("has no barrier: deliveries that hang delay no other lane, in this claim or the next", async () => {
    const { transport, requests } = heldTransport();
    const { sender, known } = senderOf({ transport });
    known.set("dead", recipient({ id: "dead", url: "https://dead.example.com/" }));
    const queue = queueOf([[...of("dead", "d1", "d2", "d3"), ...of("live", "l1")], of("live", "l2")]);
    const { dispatcher } = dispatcherOf(queue, sender, {
      limits: { concurrency: 4, perSubscription: 2, leaseMs: 60_000 },
    });
    const answerLive = () => {
      for (const { request, end } of requests) if (!request.url.includes("dead")) end(answer(200));
    };
    for (const id of ["l1", "l2"]) {
      await dispatcher.tick();
      await rounds();
      answerLive();
      await rounds();
      expect(queue.settled.map(({ deliveryId }) => deliveryId)).toContain(id);
    }
    expect(queue.settled).toHaveLength(2);
    expect(requests.filter(({ request }) => request.url.includes("dead"))).toHaveLength(2);
    expect(dispatcher.busy).toBe(true);
  });

  it("starts no more at once than it may, of one and of all, and comes to an end", async () => {
    let running = 0;
    const most = { all: 0, one: 0 };
    const per = new Map<string, number>();
    const { sender, known } = senderOf({
      transport: {
        async send({ url }) {
          const mine = (per.get(url) ?? 0) + 1;
          per.set(url, mine);
          most.all = Math.max(most.all, ++running);
          most.one = Math.max(most.one, mine);
          await rounds(1);
          running--;
          per.set(url, mine - 1);
          return answer(200);
        },
      },
    });
    const subscriptions = ["a", "b", "c", "d", "e", "f"];
    for (const id of subscriptions) known.set(id, recipient({ id, url: `https://${id}.example.com/` }));
    const claim = subscriptions.flatMap((id) => of(id, ...Array.from({ length: 10 }, (_, i) => `${id}${i}`)));
    const queue = queueOf([claim]);
    const { dispatcher } = dispatcherOf(queue, sender, {
      limits: { concurrency: 5, perSubscription: 3, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await dispatcher.settled();
    expect(queue.settled).toHaveLength(60);
    expect(most).toEqual({ all: 5, one: 3 });
  });

  it("sends each delivery once", async () => {
    const { sender, sent } = senderOf();
    const queue = queueOf([of("a", "1", "2"), of("b", "3"), of("a", "4")]);
    const { dispatcher } = dispatcherOf(queue, sender);
    for (let i = 0; i < 3; i++) await dispatcher.tick();
    await dispatcher.settled();
    expect(sent).toHaveLength(4);
    expect(queue.settled.map(({ deliveryId }) => deliveryId).sort()).toEqual(["1", "2", "3", "4"]);
  });

  it("gives lanes that wait for a place their turn, though those that have one have more to send", async () => {
    const { transport, requests } = heldTransport();
    const { sender, known } = senderOf({ transport });
    for (const id of ["a", "b", "c"]) known.set(id, recipient({ id, url: `https://${id}.example.com/` }));
    const queue = queueOf([[...of("a", "1", "2", "3", "4"), ...of("b", "5"), ...of("c", "6")]]);
    const { dispatcher } = dispatcherOf(queue, sender, {
      limits: { concurrency: 1, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    for (let i = 0; i < 6; i++) {
      await rounds();
      requests[i]?.end(answer(200));
    }
    await dispatcher.settled();
    const order = requests.map(({ request }) => request.url.slice(8, 9)).join("");
    expect(order).toBe("abcaaa");
  });

  it("takes no further work of a lane that has a full round waiting", async () => {
    const { transport } = heldTransport();
    const queue = queueOf([of("full", ...Array.from({ length: 6 }, (_, i) => `f${i}`)), []]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, {
      limits: { concurrency: 100, perSubscription: 3, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await dispatcher.tick();
    expect(queue.asked.map(({ exclude, perSubscription }) => [exclude, perSubscription])).toEqual([
      [[], 6],
      [["full"], 6],
    ]);
  });

  it("says that there is room when a lane that may have more has none waiting", async () => {
    const queue = queueOf([of("a", "1", "2")]);
    const { dispatcher, rooms } = dispatcherOf(queue, senderOf().sender, {
      limits: { concurrency: 100, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await dispatcher.settled();
    expect(rooms()).toBe(1);
    const few = dispatcherOf(queueOf([of("a", "1")]), senderOf().sender);
    await few.dispatcher.tick();
    await few.dispatcher.settled();
    expect(few.rooms()).toBe(0);
  });

  it("asks for the next of an ordered subscription once one is recorded, not before", async () => {
    const { sender, known } = senderOf();
    known.set("a", recipient({ id: "a", ordered: true }));
    const queue = queueOf([of("a", "1")]);
    const settledThen: number[] = [];
    const { dispatcher } = dispatcherOf(queue, sender, {
      onRoom: () => settledThen.push(queue.settled.length),
    });
    await dispatcher.tick();
    await dispatcher.settled();
    expect(settledThen).toEqual([1]);
  });

  it("ends a wait for room when nothing is under way any more", async () => {
    const queue = queueOf([of("a", "1")]);
    const { dispatcher } = dispatcherOf(queue, senderOf().sender);
    await dispatcher.room();
    await dispatcher.tick();
    await dispatcher.room();
    expect(queue.settled).toHaveLength(1);
    expect(dispatcher.busy).toBe(false);
  });
});

describe("Dispatcher: handed over", () => {
  const LIMITS = { concurrency: 100, perSubscription: 2, leaseMs: 60_000 };
  const reserve = (dispatcher: { reserve(id: string): boolean }, id: string, times: number) =>
    Array.from({ length: times }, () => dispatcher.reserve(id)).filter(Boolean).length;

  it("promises places only while it is open, and no more of one subscription than a claim would bring", () => {
    const { dispatcher } = dispatcherOf(queueOf(), senderOf().sender, { limits: LIMITS });
    expect(reserve(dispatcher, "a", 9)).toBe(0);
    dispatcher.open();
    expect([reserve(dispatcher, "a", 9), reserve(dispatcher, "b", 3)]).toEqual([4, 3]);
    dispatcher.shut();
    expect(reserve(dispatcher, "c", 1)).toBe(0);
  });

  it("sends and records what it takes, and counts a promise as under way until then", async () => {
    const queue = queueOf();
    const warmed: string[] = [];
    const { dispatcher } = dispatcherOf(queue, senderOf().sender, {
      warm: async (ids) => void warmed.push(...ids),
    });
    dispatcher.open();
    expect([reserve(dispatcher, "a", 2), dispatcher.busy]).toEqual([2, true]);
    await dispatcher.take(of("a", "1", "2"));
    await dispatcher.settled();
    expect(queue.settled.map(({ deliveryId, status }) => [deliveryId, status])).toEqual([
      ["1", "delivered"],
      ["2", "delivered"],
    ]);
    expect([warmed, queue.asked.length, dispatcher.busy]).toEqual([["a"], 0, false]);
  });

  it("has its places again once they are given up", async () => {
    const { dispatcher } = dispatcherOf(queueOf(), senderOf().sender, { limits: LIMITS });
    dispatcher.open();
    expect(reserve(dispatcher, "a", 4)).toBe(4);
    const ended = dispatcher.settled();
    dispatcher.forgo(of("a", "1", "2", "3", "4"));
    await ended;
    expect([dispatcher.busy, reserve(dispatcher, "a", 4)]).toEqual([false, 4]);
  });

  it("gives back what comes after it was shut", async () => {
    const { sender, sent } = senderOf();
    const queue = queueOf();
    const { dispatcher } = dispatcherOf(queue, sender);
    dispatcher.open();
    reserve(dispatcher, "a", 1);
    dispatcher.shut();
    await dispatcher.take(of("a", "1"));
    await dispatcher.settled();
    expect(sent).toEqual([]);
    expect(queue.settled).toMatchObject([{ deliveryId: "1", status: "pending", uncount: true, dueAt: NOW }]);
  });

  it("claims what was left in the store for want of room, as soon as there is some", async () => {
    const { transport, requests } = heldTransport();
    const queue = queueOf();
    const { dispatcher, rooms } = dispatcherOf(queue, senderOf({ transport }).sender, { limits: LIMITS });
    dispatcher.open();
    expect(reserve(dispatcher, "a", 5)).toBe(4);
    await dispatcher.take(of("a", "1", "2", "3", "4"));
    expect([rooms(), requests.length]).toEqual([0, 2]);
    requests[0]?.end(answer(200));
    await rounds();
    expect([rooms(), reserve(dispatcher, "a", 1)]).toEqual([1, 0]);
    requests[1]?.end(answer(200));
    await rounds();
    // One claim is asked for, however many end before it is made.
    expect(rooms()).toBe(1);
    await dispatcher.tick();
    expect(reserve(dispatcher, "a", 1)).toBe(1);
  });

  it("leaves what is for a failing endpoint in the store", async () => {
    const queue = queueOf([of("a", "1")]);
    const { sender } = senderOf({ transport: { send: async () => answer(500) } });
    const { dispatcher } = dispatcherOf(queue, sender);
    dispatcher.open();
    await dispatcher.tick();
    await dispatcher.settled();
    expect([reserve(dispatcher, "a", 1), reserve(dispatcher, "b", 1)]).toEqual([0, 1]);
  });
});

describe("Dispatcher: crowded", () => {
  const LIMITS = { concurrency: 10, perSubscription: 4, leaseMs: 60_000 };
  const names = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`);

  it("asks for one delivery of each subscription once half of all places are taken", async () => {
    const { transport } = heldTransport();
    const queue = queueOf([names(5).flatMap((id) => of(id, `${id}_1`)), []]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, { limits: LIMITS });
    await dispatcher.tick();
    await dispatcher.tick();
    expect(queue.asked.map(({ perSubscription }) => perSubscription)).toEqual([8, 1]);
  });

  it("gives back what waits in deep lanes, but one, and visits only those who have nothing here", async () => {
    const { transport, requests } = heldTransport();
    const lanes = names(26);
    const deliveries = lanes.flatMap((id) => of(id, ...Array.from({ length: 40 }, (_, i) => `${id}_${i}`)));
    // 1041 less the ten that start: still more than 1024. One of the ten leaves nothing waiting in its lane.
    const queue = queueOf([[...of("single", "single_0"), ...deliveries], []]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, { limits: LIMITS });
    await dispatcher.tick();
    await rounds();
    expect([requests.length, queue.settled.length]).toEqual([10, 0]);
    await dispatcher.tick();
    await rounds();
    expect(queue.settled).toHaveLength(1040 - 9 - 26);
    expect(queue.settled.every(({ uncount, dueAt }) => uncount && dueAt === NOW)).toBe(true);
    const perLane = new Map<string, number>();
    for (const { deliveryId } of queue.settled) {
      const lane = deliveryId.slice(0, deliveryId.indexOf("_"));
      perLane.set(lane, (perLane.get(lane) ?? 0) + 1);
    }
    expect([...perLane.keys()].sort()).toEqual([...lanes].sort());
    expect([...(queue.asked[1]?.exclude ?? [])].sort()).toEqual([...lanes, "single"].sort());
    expect(queue.asked[1]?.perSubscription).toBe(1);
    // The oldest of each lane is the one that is kept.
    expect(queue.settled.map(({ deliveryId }) => deliveryId)).not.toContain("s25_0");
    expect(queue.settled.map(({ deliveryId }) => deliveryId)).toContain("s25_1");
  });

  it("gives nothing back with fewer waiting", async () => {
    const { transport } = heldTransport();
    const deliveries = names(10).flatMap((id) =>
      of(id, ...Array.from({ length: 100 }, (_, i) => `${id}_${i}`)),
    );
    const queue = queueOf([deliveries, []]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, { limits: LIMITS });
    await dispatcher.tick();
    await dispatcher.tick();
    await rounds();
    expect([queue.settled, queue.asked.length]).toEqual([[], 2]);
  });

  it("claims nothing while all places are taken and many lanes wait, and says when it can again", async () => {
    const { transport, requests } = heldTransport();
    const queue = queueOf([names(600).flatMap((id) => of(id, `${id}_1`)), of("late", "l1")]);
    let rooms = 0;
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, {
      limits: LIMITS,
      onRoom: () => rooms++,
    });
    await dispatcher.tick();
    await rounds();
    expect(requests).toHaveLength(10);
    rooms = 0;
    expect([await dispatcher.tick(), queue.asked.length, queue.settled.length]).toEqual([0, 1, 0]);
    // 512 lanes and more wait: as long as each place is taken again at once, there is no use for a claim.
    for (let ended = 0; ended < 78; ended++) {
      requests[ended]?.end(answer(200));
      await rounds();
    }
    expect([rooms, queue.asked.length]).toEqual([0, 1]);
    requests[78]?.end(answer(200));
    await rounds();
    expect(rooms).toBe(1);
    expect([await dispatcher.tick(), queue.asked.length]).toEqual([1, 2]);
    dispatcher.release();
    for (const { end } of requests) end(answer(200));
    await dispatcher.settled();
  });
});

describe("Dispatcher: holds", () => {
  it("goes on with what waits when it is an attempt by hand that is asked to wait", async () => {
    const { transport, requests } = heldTransport();
    const queue = queueOf([
      [leased({ id: "1", subscriptionId: "a", manualFrom: "failed" }), ...of("a", "2")],
    ]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, {
      limits: { concurrency: 100, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await rounds();
    requests[0]?.end(answer(429, { "retry-after": "120" }));
    await rounds();
    expect(requests).toHaveLength(2);
    requests[1]?.end(answer(200));
    await dispatcher.settled();
    expect(queue.settled.map(({ uncount }) => uncount)).toEqual([false, false]);
    expect(queue.health.every(({ holdUntil }) => holdUntil === null)).toBe(true);
  });

  it("gives back what waits of a subscription whose endpoint asks to wait", async () => {
    const { transport, requests } = heldTransport();
    const queue = queueOf([of("a", "1", "2", "3")]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, {
      limits: { concurrency: 100, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await rounds();
    requests[0]?.end(answer(429, { "retry-after": "120" }));
    await dispatcher.settled();
    expect(requests).toHaveLength(1);
    expect(queue.settled.map(({ deliveryId, uncount, dueAt }) => [deliveryId, uncount, dueAt])).toEqual(
      expect.arrayContaining([
        ["1", false, NOW + 120_000],
        ["2", true, NOW],
        ["3", true, NOW],
      ]),
    );
    expect(queue.health).toEqual([
      expect.objectContaining({ subscriptionId: "a", holdUntil: NOW + 120_000 }),
    ]);
  });

  it("gives back what waits of a subscription that is found to be held, and of no other", async () => {
    const { transport, requests } = heldTransport();
    const { sender, known } = senderOf({ transport });
    known.set("b", recipient({ id: "b", url: "https://b.example.com/" }));
    const queue = queueOf([[...of("a", "1", "2"), ...of("b", "3", "4")]]);
    vi.spyOn(queue.store, "settle").mockImplementation(async (outcomes, changes) => {
      queue.settled.push(...outcomes);
      const health = changes.map((change) => ({
        ...applyHealth(FRESH_HEALTH, change),
        subscriptionId: change.subscriptionId,
      }));
      return { refused: [], health: health.map((one) => ({ ...one, holdUntil: NOW + 60_000 })) };
    });
    const { dispatcher } = dispatcherOf(queue, sender, {
      limits: { concurrency: 100, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await rounds();
    // The second of "a" starts before the settle of the first tells of the hold; a third waits.
    queue.claims.push(of("a", "5"));
    await dispatcher.tick();
    requests.find(({ request }) => !request.url.includes("b.example"))?.end(answer(500));
    await rounds();
    expect(queue.settled.filter(({ uncount }) => uncount).map(({ deliveryId }) => deliveryId)).toEqual(["5"]);
  });
});

describe("Dispatcher: stopping", () => {
  it("gives back what was not started, uncounted, and lets the rest end", async () => {
    const { transport, requests } = heldTransport();
    const queue = queueOf([of("a", "1", "2", "3")]);
    const { dispatcher } = dispatcherOf(queue, senderOf({ transport }).sender, {
      limits: { concurrency: 100, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await rounds();
    dispatcher.release();
    await rounds();
    expect(
      queue.settled.map(({ deliveryId, uncount, dueAt, status }) => [deliveryId, uncount, dueAt, status]),
    ).toEqual([
      ["2", true, NOW, "pending"],
      ["3", true, NOW, "pending"],
    ]);
    requests[0]?.end(answer(200));
    await dispatcher.settled();
    expect(queue.settled.at(-1)).toMatchObject({ deliveryId: "1", status: "delivered" });
    expect(requests).toHaveLength(1);
  });

  it("waits until all is recorded, also what is slow to be", async () => {
    const queue = queueOf([of("a", "1")]);
    const settle = queue.store.settle;
    vi.spyOn(queue.store, "settle").mockImplementation(async (...args) => {
      await rounds(20);
      return settle(...args);
    });
    const { dispatcher } = dispatcherOf(queue, senderOf().sender);
    await dispatcher.tick();
    await dispatcher.settled();
    expect(queue.settled).toHaveLength(1);
  });
});

describe("Dispatcher: a store that does not answer", () => {
  it("in settle is asked again, and the lane has gone on meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const queue = queueOf([of("a", "1", "2")]);
    vi.spyOn(queue.store, "settle").mockRejectedValueOnce(new Error("away"));
    const { sender, sent } = senderOf();
    const { dispatcher, faults } = dispatcherOf(queue, sender, {
      limits: { concurrency: 100, perSubscription: 1, leaseMs: 60_000 },
    });
    await dispatcher.tick();
    await rounds();
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    await dispatcher.settled();
    expect(queue.settled.map(({ deliveryId }) => deliveryId)).toEqual(["1", "2"]);
    expect(faults).toEqual([]);
  });

  it("for good is reported, and the dispatcher goes on", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const queue = queueOf([of("a", "1")]);
    const settle = vi.spyOn(queue.store, "settle").mockRejectedValue(new Error("away"));
    const { dispatcher, faults } = dispatcherOf(queue, senderOf().sender);
    await dispatcher.tick();
    await rounds();
    await vi.advanceTimersByTimeAsync(60_000);
    await dispatcher.settled();
    expect(faults).toHaveLength(1);
    settle.mockRestore();
    queue.claims.push(of("a", "2"));
    await dispatcher.tick();
    await dispatcher.settled();
    expect(queue.settled.map(({ deliveryId }) => deliveryId)).toEqual(["2"]);
  });

  it("tells of outcomes that were refused", async () => {
    const queue = queueOf([of("a", "1")]);
    vi.spyOn(queue.store, "settle").mockResolvedValue({ refused: ["1"], health: [] });
    const heard: (readonly string[])[] = [];
    const { dispatcher } = dispatcherOf(queue, senderOf().sender, {
      onSettled: async (_, { refused }) => void heard.push(refused),
    });
    await dispatcher.tick();
    await dispatcher.settled();
    expect(heard).toEqual([["1"]]);
  });
});

describe("Dispatcher: send", () => {
  it("makes and records the attempt of a delivery that is leased already", async () => {
    const queue = queueOf();
    const { dispatcher } = dispatcherOf(queue, senderOf().sender);
    await dispatcher.send(leased({ id: "t", kind: "test" }));
    expect(queue.settled.map(({ deliveryId, status }) => [deliveryId, status])).toEqual([["t", "delivered"]]);
    expect(queue.asked).toEqual([]);
    expect(dispatcher.busy).toBe(false);
  });
});
