import assert from "node:assert/strict";
import type { Store } from "../../../model/store.js";
import { check, checkTwice, type StoreCase } from "../case.js";
import {
  ALL,
  claiming,
  claimOne,
  create,
  delivery,
  enqueue,
  entries,
  event,
  failure,
  idsOf,
  outcome,
  pending,
  read,
  sealing,
  subscription,
  T0,
  wait,
} from "../make.js";

const OLD = { before: T0 + 1000, limit: 1000 } as const;

/** A delivery of its own event, closed at `completedAt`. */
async function closed(store: Store, id: string, completedAt: number): Promise<void> {
  await enqueue(store, delivery(id, "sub_1"));
  await store.settle([outcome(await claimOne(store), { completedAt })], []);
}

async function left(store: Store): Promise<{ deliveries: string[]; events: string[] }> {
  return { deliveries: idsOf(await store.findDeliveries(ALL)), events: idsOf(await store.findEvents(ALL)) };
}

/** What `prune` promises. */
export const pruneCases: readonly StoreCase[] = [
  check("prune forgets deliveries closed before, with their attempts and their events", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", T0 + 999);
    await closed(store, "dlv_2", T0 + 1000);
    assert.equal(await store.prune(OLD), 2, "a delivery and its event");
    assert.deepEqual(await left(store), { deliveries: ["dlv_2"], events: ["evt_dlv_2"] });
    assert.deepEqual(await store.readAttempts("dlv_1"), []);
    assert.equal((await store.readAttempts("dlv_2")).length, 1);
    assert.deepEqual(await store.findDeliveries({ ...ALL, eventId: "evt_dlv_1" }), []);
    assert.deepEqual(idsOf(await store.findDeliveries({ ...ALL, subscriptionId: "sub_1" })), ["dlv_2"]);
  }),

  check("a delivery that was pruned leaves no attempts to one that comes after it", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", T0);
    await store.prune(OLD);
    await enqueue(store, delivery("dlv_1", "sub_1"));
    assert.deepEqual(await store.readAttempts("dlv_1"), []);
  }),

  check("prune leaves open deliveries, however old, and their events", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2", { enabled: false }));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"), delivery("dlv_3", "sub_1"));
    const [one] = await store.claim(claiming({ limit: 2 }));
    assert.ok(one);
    await store.settle([failure(one, T0 + 5)], []);
    await enqueue(store, delivery("dlv_4", "sub_2"));
    const before = await left(store);
    assert.equal(await store.prune(OLD), 0);
    assert.deepEqual(await left(store), before);
    assert.equal(before.deliveries.length, 4);
  }),

  check("prune leaves a closed delivery that was made due again", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", T0);
    await store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0 + 9, now: T0 });
    assert.equal(await store.prune(OLD), 0);
    assert.equal((await read(store, "dlv_1")).status, "failed");
  }),

  check("prune forgets open deliveries of that age whose subscription is gone", async (store) => {
    await enqueue(store, delivery("dlv_1", "sub_gone", { createdAt: T0 + 999 }));
    await enqueue(store, delivery("dlv_2", "sub_gone", { createdAt: T0 + 1000 }));
    assert.equal(await store.prune(OLD), 2);
    assert.deepEqual(await left(store), { deliveries: ["dlv_2"], events: ["evt_dlv_2"] });
  }),

  check("prune leaves an open delivery that is older than its subscription", async (store) => {
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await create(store, subscription("sub_1", { createdAt: T0 + 5000 }));
    assert.equal(await store.prune(OLD), 0, "a delivery that can still be sent was pruned");
    assert.equal((await claimOne(store)).id, "dlv_1");
  }),

  check(
    "prune forgets a delivery that was made due again after its subscription was removed",
    async (store) => {
      await create(store, subscription("sub_1"));
      await enqueue(store, delivery("dlv_1", "sub_1"));
      await store.removeSubscription("sub_1", T0, null);
      await store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0 + 9000, now: T0 });
      await store.prune(OLD);
      assert.deepEqual(await left(store), { deliveries: [], events: [] });
    },
  ),

  check("prune forgets waiting events of that age whose subscription is gone", async (store) => {
    await create(store, subscription("sub_1"));
    await wait(
      store,
      pending("sub_1", "evt_1"),
      pending("sub_gone", "evt_1"),
      pending("sub_gone", "evt_2", { lane: "a", at: T0 + 999 }),
      pending("sub_gone", "evt_3", { at: T0 + 1000 }),
    );
    // Two that wait, and then an event that nothing else names.
    assert.equal(await store.prune(OLD), 3);
    assert.deepEqual((await left(store)).events, ["evt_1", "evt_3"]);
    assert.deepEqual(
      (await store.backlog()).map(({ subscriptionId, count }) => [subscriptionId, count]).sort(),
      [
        ["sub_1", 1],
        ["sub_gone", 1],
      ],
    );
    assert.equal(await store.prune(OLD), 0);
  }),

  check("prune forgets events published before that nothing names, and no younger ones", async (store) => {
    await store.append(
      entries({
        events: [
          event("evt_1", { createdAt: T0 + 999, at: T0 + 5000 }),
          event("evt_2", { createdAt: T0 + 1000, at: 0 }),
        ],
      }),
    );
    assert.equal(await store.prune(OLD), 1);
    assert.deepEqual((await left(store)).events, ["evt_2"]);
  }),

  check("prune keeps an event that another delivery still names", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2", { enabled: false }));
    await store.append(
      entries({
        events: [event("evt_1"), event("evt_2"), event("evt_3")],
        deliveries: [
          delivery("dlv_1", "sub_1", { eventIds: ["evt_1", "evt_2", "evt_3"] }),
          delivery("dlv_2", "sub_2", { eventIds: ["evt_2"] }),
          delivery("dlv_3", "sub_2", { eventIds: ["evt_3", "evt_2"] }),
        ],
      }),
    );
    await store.settle([outcome(await claimOne(store))], []);
    assert.equal(await store.prune(OLD), 2);
    assert.deepEqual(await left(store), { deliveries: ["dlv_2", "dlv_3"], events: ["evt_2", "evt_3"] });
    await store.cancel(["dlv_2", "dlv_3"], T0);
    await store.prune(OLD);
    assert.deepEqual(await left(store), { deliveries: [], events: [] });
  }),

  check("prune keeps an event that waits, and forgets it once it waits no more", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await wait(store, pending("sub_1", "evt_1"), pending("sub_1", "evt_2"), pending("sub_2", "evt_2"));
    assert.equal(await store.prune(OLD), 0);
    await store.removeSubscription("sub_1", T0, null);
    assert.equal(await store.prune(OLD), 1);
    assert.deepEqual((await left(store)).events, ["evt_2"]);
    await store.seal(sealing("sub_2", "dlv_1"));
    assert.equal(await store.prune(OLD), 0);
    await store.settle([outcome(await claimOne(store))], []);
    assert.equal(await store.prune(OLD), 2);
  }),

  check("prune keeps an event that is delivered late", async (store) => {
    await store.append(entries({ events: [event("evt_1"), event("evt_2")] }));
    await create(store, subscription("sub_1"));
    await store.append(entries({ deliveries: [delivery("dlv_1", "sub_1", { eventIds: ["evt_1"] })] }));
    await store.append(entries({ pending: [pending("sub_1", "evt_2")] }));
    assert.equal(await store.prune(OLD), 0);
    assert.equal((await claimOne(store)).event?.id, "evt_1");
  }),

  check(
    "prune forgets a new event whose delivery was skipped because it names a known one too",
    async (store) => {
      await store.append(entries({ events: [event("evt_1")] }));
      const both = { eventIds: ["evt_1", "evt_2"] };
      const again = entries({
        events: [event("evt_1"), event("evt_2")],
        deliveries: [delivery("dlv_1", "sub_1", both)],
      });
      assert.deepEqual(await store.append(again), ["evt_2"]);
      assert.deepEqual(await store.readDeliveries(["dlv_1"]), []);
      assert.equal(await store.prune(OLD), 2);
    },
  ),

  check("prune keeps the events of replacements", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1", { eventIds: ["evt_1", "evt_2"] }));
    const replacements = [
      delivery("dlv_2", "sub_1", { eventIds: ["evt_1"] }),
      delivery("dlv_3", "sub_1", { eventIds: ["evt_2"] }),
    ];
    await store.settle([outcome(await claimOne(store), { status: "cancelled", replacements })], []);
    assert.equal(await store.prune(OLD), 1);
    assert.deepEqual(await left(store), { deliveries: ["dlv_2", "dlv_3"], events: ["evt_1", "evt_2"] });
    await store.cancel(["dlv_2"], T0);
    assert.equal(await store.prune(OLD), 2);
    assert.deepEqual(await left(store), { deliveries: ["dlv_3"], events: ["evt_2"] });
  }),

  check(
    "prune forgets at most limit rows a call, and less than limit means there are no more",
    async (store) => {
      await create(store, subscription("sub_1"));
      for (let i = 0; i < 7; i++) await closed(store, `dlv_${i}`, T0 + i);
      await enqueue(store, delivery("dlv_orphan", "sub_gone"));
      await store.append(entries({ events: [event("evt_loose_1"), event("evt_loose_2")] }));
      await enqueue(store, delivery("dlv_live", "sub_1"));
      const size = async () => {
        const { deliveries, events } = await left(store);
        return deliveries.length + events.length;
      };
      let before = await size();
      for (let calls = 1; ; calls++) {
        const count = await store.prune({ ...OLD, limit: 3 });
        const after = await size();
        assert.ok(before - after <= 3, "no more than the limit goes");
        assert.equal(count, before - after, "it answers how many went");
        before = after;
        if (count < 3) break;
        assert.ok(calls < 20, "it comes to an end");
      }
      assert.deepEqual(await left(store), { deliveries: ["dlv_live"], events: ["evt_dlv_live"] });
      assert.equal(await store.prune({ ...OLD, limit: 3 }), 0);
    },
  ),

  check("prune lets go of a delivery of thousands of events, and of its halves one by one", async (store) => {
    await create(store, subscription("sub_1"));
    const ids = Array.from({ length: 2500 }, (_, i) => `evt_${String(i).padStart(4, "0")}`);
    await wait(store, ...ids.map((id) => pending("sub_1", id)));
    await store.seal(sealing("sub_1", "dlv_1", { limit: 2500 }));
    const replacements = [
      delivery("dlv_2", "sub_1", { eventIds: ids.slice(0, 1250) }),
      delivery("dlv_3", "sub_1", { eventIds: ids.slice(1250) }),
    ];
    await store.settle([outcome(await claimOne(store), { status: "cancelled", replacements })], []);
    assert.deepEqual((await read(store, "dlv_3")).eventIds, ids.slice(1250));
    assert.deepEqual(idsOf(await store.findDeliveries({ ...ALL, eventId: "evt_2000" })), ["dlv_1", "dlv_3"]);
    assert.equal(await store.prune(OLD), 1, "the halves name all its events");
    await store.cancel(["dlv_2"], T0);
    const counts: number[] = [];
    do counts.push(await store.prune({ ...OLD, limit: 500 }));
    while (counts.at(-1) === 500);
    assert.equal(
      counts.reduce((a, b) => a + b),
      1251,
    );
    assert.equal((await store.readEvents(ids)).length, 1250);
    assert.deepEqual(idsOf(await store.findDeliveries({ ...ALL, eventId: "evt_2000" })), ["dlv_3"]);
    assert.equal(await store.seal(sealing("sub_1", "dlv_4")), 0);
    await wait(store, pending("sub_1", "evt_2"), pending("sub_1", "evt_1"));
    await store.seal(sealing("sub_1", "dlv_4"));
    assert.deepEqual((await read(store, "dlv_4")).eventIds, ["evt_2", "evt_1"]);
    assert.deepEqual(idsOf(await store.findDeliveries({ ...ALL, eventId: "evt_1" })), ["dlv_4"]);
  }),

  check("prune forgets thousands of events that waited for a subscription that is gone", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    const rows = Array.from({ length: 2500 }, (_, i) => pending("sub_1", `evt_${i}`));
    await wait(store, ...rows, pending("sub_2", "evt_7"));
    assert.equal(await store.removeSubscription("sub_1", T0, null), true);
    assert.deepEqual(
      (await store.backlog()).map((row) => [row.subscriptionId, row.count]),
      [["sub_2", 1]],
    );
    assert.equal(await store.prune({ ...OLD, limit: 5000 }), 2499);
    assert.deepEqual((await left(store)).events, ["evt_7"]);
  }),

  check("prune leaves subscriptions and waiting events alone", async (store) => {
    await create(store, subscription("sub_1", { createdAt: 0, updatedAt: 0 }));
    await wait(store, pending("sub_1", "evt_1", { at: 0 }));
    await store.prune(OLD);
    assert.equal((await store.readSubscriptions(["sub_1"])).length, 1);
    assert.equal((await store.findPending({ subscriptionId: "sub_1", ...ALL })).length, 1);
  }),

  checkTwice("prunes from two processes forget each row once", async (one, two) => {
    const events = Array.from({ length: 30 }, (_, i) => event(`evt_${i}`));
    await one.append(entries({ events }));
    const counts = await Promise.all([one, two, one, two].map((store) => store.prune({ ...OLD, limit: 10 })));
    assert.equal(
      counts.reduce((a, b) => a + b),
      30,
    );
    assert.deepEqual((await left(two)).events, []);
  }),
];
