import assert from "node:assert/strict";
import { check, checkTwice, type StoreCase } from "../case.js";
import {
  ALL,
  claimOne,
  create,
  delivery,
  enqueue,
  entries,
  event,
  idsOf,
  pending,
  read,
  readSubscription,
  sealing,
  subscription,
  T0,
  wait,
} from "../make.js";

/** A seal whose time has not come. */
const NOT_DUE = { flushBefore: T0 - 1 } as const;

/** `count` waiting events of ten bytes, one millisecond apart. */
const waiting = (count: number, lane = "") =>
  Array.from({ length: count }, (_, i) => pending("sub_1", `evt_${lane}${i}`, { lane, at: T0 + i }));

/** What `backlog` and `seal` promise. */
export const batchCases: readonly StoreCase[] = [
  check("backlog answers one row for each subscription and lane, disabled ones too", async (store) => {
    assert.deepEqual(await store.backlog(), []);
    await create(store, subscription("sub_1", { enabled: false }), subscription("sub_2"));
    await wait(
      store,
      pending("sub_1", "evt_1", { at: T0 + 5, bytes: 3 }),
      pending("sub_1", "evt_2", { at: T0 + 2, bytes: 4 }),
      pending("sub_1", "evt_3", { lane: "topic", at: T0 + 9, bytes: 5 }),
      pending("sub_2", "evt_1", { at: T0 + 7, bytes: 6 }),
    );
    const key = (row: { subscriptionId: string; lane: string }) => `${row.subscriptionId} ${row.lane}`;
    const found = [...(await store.backlog())].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    assert.deepEqual(found, [
      { subscriptionId: "sub_1", lane: "", count: 2, bytes: 7, oldestAt: T0 + 2 },
      { subscriptionId: "sub_1", lane: "topic", count: 1, bytes: 5, oldestAt: T0 + 9 },
      { subscriptionId: "sub_2", lane: "", count: 1, bytes: 6, oldestAt: T0 + 7 },
    ]);
  }),

  check("seal makes one delivery of what waits, in the order it waited", async (store) => {
    await create(store, subscription("sub_1"));
    await wait(
      store,
      ...waiting(3).reverse(),
      pending("sub_1", "evt_x", { lane: "other" }),
      pending("sub_2", "evt_0"),
    );
    const request = sealing("sub_1", "dlv_1", { flushBefore: T0 });
    assert.equal(await store.seal(request), 3);
    const { delivery } = request;
    assert.deepEqual(await read(store, "dlv_1"), {
      ...delivery,
      eventIds: ["evt_0", "evt_1", "evt_2"],
      status: "pending",
      attempts: 0,
      extraAttempts: 0,
      manualFrom: null,
      firstAttemptAt: null,
      completedAt: null,
      httpStatus: null,
      error: null,
    });
    assert.deepEqual(idsOf(await store.findDeliveries({ eventId: "evt_1", ...ALL })), ["dlv_1"]);
    const left = await store.findPending({ subscriptionId: "sub_1", ...ALL });
    assert.deepEqual(
      left.map((row) => row.eventId),
      ["evt_x"],
      "sealed events no longer wait, another lane's do",
    );
    assert.equal((await store.findPending({ subscriptionId: "sub_2", ...ALL })).length, 1);
    assert.equal((await claimOne(store)).id, "dlv_1");
    assert.equal(await store.seal(sealing("sub_1", "dlv_2")), 0, "there is nothing left");
    assert.deepEqual(await store.readDeliveries(["dlv_2"]), []);
  }),

  check("events that began to wait at one moment are sealed in the order of appending", async (store) => {
    const ids = ["evt_5", "evt_1", "evt_4", "evt_2"];
    await wait(store, ...ids.slice(0, 2).map((id) => pending("sub_1", id)));
    await wait(store, ...ids.slice(2).map((id) => pending("sub_1", id)));
    await store.seal(sealing("sub_1", "dlv_1"));
    assert.deepEqual((await read(store, "dlv_1")).eventIds, ids);
  }),

  check("seal writes all or nothing", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const stored = await read(store, "dlv_1");
    await wait(store, ...waiting(2));
    await assert.rejects(
      async () => store.seal(sealing("sub_1", "dlv_1", { flushBefore: T0 })),
      "a delivery id that is taken rejects the call",
    );
    assert.deepEqual(await read(store, "dlv_1"), stored, "the delivery that had the id is left as it is");
    assert.equal((await store.findPending({ subscriptionId: "sub_1", ...ALL })).length, 2, "both wait on");
  }),

  check("seal waits while no trigger is reached", async (store) => {
    await wait(store, ...waiting(3));
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { ...NOT_DUE, limit: 4, maxBytes: 31 })), 0);
    assert.deepEqual(await store.readDeliveries(["dlv_1"]), []);
    assert.equal((await store.findPending({ subscriptionId: "sub_1", ...ALL })).length, 3);
    assert.equal(await store.seal(sealing("sub_none", "dlv_1")), 0, "nothing waits for this one");
  }),

  check("seal begins when the oldest has waited long enough", async (store) => {
    await wait(store, ...waiting(3));
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { flushBefore: T0 - 1 })), 0);
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { flushBefore: T0 })), 3);
  }),

  check("seal begins when the count is reached, and takes no more than that", async (store) => {
    await wait(store, ...waiting(5));
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { ...NOT_DUE, limit: 3 })), 3);
    assert.deepEqual((await read(store, "dlv_1")).eventIds, ["evt_0", "evt_1", "evt_2"]);
    assert.equal(await store.seal(sealing("sub_1", "dlv_2", { ...NOT_DUE, limit: 3 })), 0);
    assert.equal(await store.seal(sealing("sub_1", "dlv_2", { ...NOT_DUE, limit: 2 })), 2);
  }),

  check("seal begins when the bytes are reached, and takes no more than fit", async (store) => {
    await wait(store, ...waiting(5));
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { ...NOT_DUE, maxBytes: 25 })), 2);
    assert.equal(
      await store.seal(sealing("sub_1", "dlv_2", { ...NOT_DUE, maxBytes: 30 })),
      3,
      "just reached",
    );
  }),

  check(
    "seal takes one event even when it alone is too large, and none that does not fit after it",
    async (store) => {
      await wait(
        store,
        pending("sub_1", "evt_1", { bytes: 500 }),
        pending("sub_1", "evt_2", { bytes: 1, at: T0 + 1 }),
        pending("sub_1", "evt_3", { bytes: 500, at: T0 + 2 }),
        pending("sub_1", "evt_4", { bytes: 1, at: T0 + 3 }),
      );
      for (const [id, expected] of [
        ["dlv_1", ["evt_1"]],
        ["dlv_2", ["evt_2"]],
        ["dlv_3", ["evt_3"]],
        ["dlv_4", ["evt_4"]],
      ] as const) {
        assert.equal(await store.seal(sealing("sub_1", id, { maxBytes: 100 })), 1);
        assert.deepEqual((await read(store, id)).eventIds, expected);
      }
    },
  ),

  check("seal looks at its own lane only", async (store) => {
    await wait(store, ...waiting(3, "x"), ...waiting(2, "y"));
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { ...NOT_DUE, lane: "y", limit: 3 })), 0);
    assert.equal(await store.seal(sealing("sub_1", "dlv_1", { ...NOT_DUE, lane: "x", limit: 3 })), 3);
    assert.equal(await store.seal(sealing("sub_1", "dlv_2", { lane: "" })), 0);
    assert.equal(await store.seal(sealing("sub_1", "dlv_2", { lane: "y" })), 2);
  }),

  check("seals at the same time never share an event", async (store) => {
    await wait(store, ...waiting(40));
    const counts = await Promise.all(
      Array.from({ length: 6 }, (_, i) => store.seal(sealing("sub_1", `dlv_${i}`, { limit: 9 }))),
    );
    const sealed = (await store.findDeliveries(ALL)).flatMap((row) => row.eventIds);
    assert.equal(
      counts.reduce((a, b) => a + b),
      40,
    );
    assert.equal(new Set(sealed).size, 40);
    assert.equal(sealed.length, 40);
  }),

  checkTwice("seals from two processes never share an event", async (one, two) => {
    await wait(one, ...waiting(40));
    const counts = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        (i % 2 === 0 ? one : two).seal(sealing("sub_1", `dlv_${i}`, { limit: 9 })),
      ),
    );
    const sealed = (await one.findDeliveries(ALL)).flatMap((row) => row.eventIds);
    assert.equal(
      counts.reduce((a, b) => a + b),
      40,
    );
    assert.equal(new Set(sealed).size, 40);
    assert.equal(sealed.length, 40);
  }),

  check("a seal of thousands of events is one step: nobody sees a part of it", async (store) => {
    const ids = waiting(2500).map((row) => row.eventId);
    await wait(store, ...waiting(2500));
    let isOver = false;
    const sealed = store.seal(sealing("sub_1", "dlv_1", { limit: 2500 })).finally(() => {
      isOver = true;
    });
    const seen: number[] = [];
    while (!isOver) {
      const [waits, [made], listed, missed] = await Promise.all([
        store.backlog(),
        store.readDeliveries(["dlv_1"]),
        store.findPending({ subscriptionId: "sub_1", limit: 5000, after: null }),
        store.findEvents({ limit: 5000, after: null, missedBy: "sub_1" }),
      ]);
      seen.push(waits[0]?.count ?? 2500, made?.eventIds.length ?? 2500, listed.length || 2500);
      assert.equal(missed.length, 0, "an event is always named by the one or the other");
    }
    assert.deepEqual(new Set(seen), new Set([2500]));
    assert.equal(await sealed, 2500);
    assert.deepEqual((await read(store, "dlv_1")).eventIds, ids);
    assert.deepEqual(await store.backlog(), []);
  }),

  check("an event that was sealed can wait again", async (store) => {
    await wait(store, pending("sub_1", "evt_1"), pending("sub_1", "evt_2"), pending("sub_1", "evt_3"));
    await store.seal(sealing("sub_1", "dlv_1", { limit: 2 }));
    await store.append(entries({ pending: [pending("sub_1", "evt_1", { at: T0 + 1, bytes: 7 })] }));
    assert.deepEqual(await store.backlog(), [
      { subscriptionId: "sub_1", lane: "", count: 2, bytes: 17, oldestAt: T0 },
    ]);
    assert.equal(await store.seal(sealing("sub_1", "dlv_2")), 2);
    assert.deepEqual((await read(store, "dlv_2")).eventIds, ["evt_3", "evt_1"]);
    const found = await store.findDeliveries({ ...ALL, eventId: "evt_1" });
    assert.deepEqual(idsOf(found), ["dlv_1", "dlv_2"]);
  }),

  check("seal changes nothing but what it seals", async (store) => {
    await create(store, subscription("sub_1"));
    await wait(store, ...waiting(2));
    const before = await readSubscription(store, "sub_1");
    await store.seal(sealing("sub_1", "dlv_1"));
    assert.deepEqual(await readSubscription(store, "sub_1"), before);
    assert.deepEqual(await store.readEvents(["evt_0"]), [event("evt_0")]);
  }),
];
