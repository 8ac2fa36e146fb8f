import assert from "node:assert/strict";
import type { Store } from "../../../model/store.js";
import { check, checkTwice, type StoreCase } from "../case.js";
import {
  claiming,
  claimOne,
  create,
  delivery,
  enqueue,
  event,
  failed,
  failure,
  idsOf,
  LEASE_MS,
  outcome,
  read,
  saving,
  sealing,
  subscription,
  T0,
  wait,
} from "../make.js";

/** What each claim takes, one delivery at a time, until nothing is due. */
async function drained(store: Store, now: number): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const [row] = await store.claim(claiming({ limit: 1, perSubscription: 1, now, leaseMs: 1e9 }));
    if (!row) return ids;
    ids.push(row.id);
  }
}

/** `count` deliveries of a subscription, due one after another. */
const deliveries = (subscriptionId: string, count: number) =>
  Array.from({ length: count }, (_, i) =>
    delivery(`dlv_${subscriptionId}_${String(i).padStart(4, "0")}`, subscriptionId, {
      dueAt: T0 - count + i,
    }),
  );

/** What `claim` promises, but for ordered subscriptions. */
export const claimCases: readonly StoreCase[] = [
  check("claim does not count a claim that was lost against the schedule", async (store) => {
    await create(store, subscription("s"));
    await enqueue(store, delivery("d", "s"));
    const first = await claimOne(store, { lease: "lost" });
    assert.deepEqual([first.attempts, first.extraAttempts], [1, 0]);
    const second = await claimOne(store, { lease: "again", now: T0 + LEASE_MS });
    assert.deepEqual([second.attempts, second.extraAttempts], [2, 1]);
    await store.settle([failure(second, T0 + 2 * LEASE_MS)], []);
    const third = await claimOne(store, { lease: "third", now: T0 + 2 * LEASE_MS });
    assert.deepEqual([third.attempts, third.extraAttempts], [3, 1], "one that was settled counts");
  }),
  check(
    "claim leases what is due: attempts counted, dueAt the end of the lease, the event with it",
    async (store) => {
      await create(store, subscription("sub_1"));
      await enqueue(store, delivery("dlv_1", "sub_1", { dueAt: T0 - 5 }));
      const claimed = await claimOne(store, { lease: "mine", leaseMs: 700 });
      const { lease, event: claimedEvent, ...record } = claimed;
      assert.equal(lease, "mine");
      assert.deepEqual(claimedEvent, event("evt_dlv_1"));
      assert.deepEqual([record.attempts, record.dueAt, record.firstAttemptAt], [1, T0 + 700, T0]);
      assert.deepEqual([record.status, record.eventIds], ["pending", ["evt_dlv_1"]]);
      assert.deepEqual(await read(store, "dlv_1"), record, "the row is as it was answered");
    },
  ),

  check("claim answers no event with a batch", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1", { kind: "batch", eventIds: ["evt_1", "evt_2"] }));
    const claimed = await claimOne(store);
    assert.equal(claimed.event, null);
    assert.deepEqual(claimed.eventIds, ["evt_1", "evt_2"]);
  }),

  check("claim takes what is due now or earlier and nothing later", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(
      store,
      delivery("dlv_1", "sub_1", { dueAt: T0 - 1 }),
      delivery("dlv_2", "sub_1", { dueAt: T0 }),
      delivery("dlv_3", "sub_1", { dueAt: T0 + 1 }),
    );
    assert.deepEqual(idsOf(await store.claim(claiming())), ["dlv_1", "dlv_2"]);
    assert.deepEqual(idsOf(await store.claim(claiming({ now: T0 + 1 }))), ["dlv_3"]);
  }),

  check(
    "claim leaves a leased delivery alone until the lease ends, then counts another attempt",
    async (store) => {
      await create(store, subscription("sub_1"));
      await enqueue(store, delivery("dlv_1", "sub_1"));
      await claimOne(store, { lease: "first" });
      assert.deepEqual(await store.claim(claiming({ lease: "second", now: T0 + LEASE_MS - 1 })), []);
      const again = await claimOne(store, { lease: "second", now: T0 + LEASE_MS });
      assert.deepEqual([again.attempts, again.lease, again.dueAt], [2, "second", T0 + 2 * LEASE_MS]);
      assert.equal(again.firstAttemptAt, T0, "the first attempt stays the first");
    },
  ),

  check("claim leaves closed deliveries alone", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"), delivery("dlv_3", "sub_1"));
    const [one, two] = await store.claim(claiming({ limit: 2 }));
    assert.ok(one && two);
    await store.settle([outcome(one), outcome(two, { status: "exhausted" })], []);
    const rest = await claimOne(store, { now: T0 + 1e9 });
    await store.cancel([rest.id], T0);
    assert.deepEqual(await store.claim(claiming({ now: T0 + 2e9 })), []);
  }),

  check("claim keeps to the limit, and to none", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await enqueue(store, ...deliveries("sub_1", 5), ...deliveries("sub_2", 5));
    assert.deepEqual(await store.claim(claiming({ limit: 0 })), []);
    assert.deepEqual(await store.claim(claiming({ perSubscription: 0 })), []);
    assert.equal((await store.claim(claiming({ limit: 7 }))).length, 7);
    assert.equal((await store.claim(claiming({ limit: 7 }))).length, 3);
  }),

  check("claim takes at most perSubscription of one subscription", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await enqueue(store, ...deliveries("sub_1", 5), ...deliveries("sub_2", 2));
    const claimed = await store.claim(claiming({ perSubscription: 3 }));
    assert.equal(claimed.filter((row) => row.subscriptionId === "sub_1").length, 3);
    assert.equal(claimed.filter((row) => row.subscriptionId === "sub_2").length, 2);
  }),

  check("claim takes those that are due longest first", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, ...deliveries("sub_1", 6).reverse());
    const claimed = await store.claim(claiming({ perSubscription: 2 }));
    assert.deepEqual(idsOf(claimed), ["dlv_sub_1_0000", "dlv_sub_1_0001"]);
  }),

  check("of those due at the same time claim takes what was appended first", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_c", "sub_1"), delivery("dlv_a", "sub_1"));
    await enqueue(store, delivery("dlv_b", "sub_1"));
    assert.deepEqual(await drained(store, T0), ["dlv_c", "dlv_a", "dlv_b"]);
  }),

  check("claim takes what was attempted before first, though new ones are due longer", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_late", "sub_1"), delivery("dlv_soon", "sub_1"));
    const begun = await store.claim(claiming());
    await store.settle(
      begun.map((row) => failure(row, row.id === "dlv_late" ? T0 + 300 : T0 + 200)),
      [],
    );
    await enqueue(store, delivery("dlv_new2", "sub_1", { dueAt: T0 + 2 }));
    await enqueue(store, delivery("dlv_new1", "sub_1", { dueAt: T0 + 1 }));
    const soon = await claimOne(store, { perSubscription: 1, now: T0 + 250 });
    assert.equal(soon.id, "dlv_soon", "a retry that is not due yet is not taken");
    await store.settle([failure(soon, T0 + 400)], []);
    assert.deepEqual(await drained(store, T0 + 500), ["dlv_late", "dlv_soon", "dlv_new1", "dlv_new2"]);
  }),

  check("claim fills what retries leave of its limits with new deliveries", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_0", "sub_1"));
    await store.settle([failure(await claimOne(store), T0 + 100)], []);
    await enqueue(store, ...deliveries("sub_1", 4));
    const first = idsOf(await store.claim(claiming({ perSubscription: 3, now: T0 + 100 })));
    assert.deepEqual(first, ["dlv_0", "dlv_sub_1_0000", "dlv_sub_1_0001"]);
    const rest = idsOf(await store.claim(claiming({ perSubscription: 3, now: T0 + 100 })));
    assert.deepEqual(rest, ["dlv_sub_1_0002", "dlv_sub_1_0003"]);
  }),

  check("what was given back uncounted waits among the new ones again", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_back", "sub_1"));
    const leased = await claimOne(store);
    const given = { status: "pending", dueAt: T0 + 50, completedAt: null, httpStatus: null } as const;
    await store.settle([outcome(leased, { ...given, attempt: null, uncount: true })], []);
    await enqueue(store, delivery("dlv_new", "sub_1", { dueAt: T0 + 10 }));
    assert.deepEqual(await drained(store, T0 + 100), ["dlv_new", "dlv_back"]);
  }),

  check("claim leaves out the subscriptions it is told to", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"), subscription("sub_3"));
    await enqueue(store, ...deliveries("sub_1", 2), ...deliveries("sub_2", 2), ...deliveries("sub_3", 2));
    const exclude = ["sub_1", "sub_3", "sub_unknown"];
    const one = await store.claim(claiming({ exclude, limit: 1 }));
    assert.deepEqual(idsOf(one), ["dlv_sub_2_0000"], "what is left out does not use up the limit");
    assert.deepEqual(idsOf(await store.claim(claiming({ exclude }))), ["dlv_sub_2_0001"]);
  }),

  check("a subscription that one claim left out is found by the next", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_2"));
    assert.deepEqual(idsOf(await store.claim(claiming({ exclude: ["sub_1"], now: T0 }))), ["dlv_2"]);
    assert.deepEqual(idsOf(await store.claim(claiming())), ["dlv_1"], "its work was lost by being left out");
  }),

  check("claim skips a disabled subscription and keeps its deliveries until it is enabled", async (store) => {
    await create(store, subscription("sub_1", { enabled: false }));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    assert.deepEqual(await store.claim(claiming()), []);
    await store.saveSubscription(saving(subscription("sub_1", { version: 2 }), { replaces: 1 }));
    assert.equal((await claimOne(store)).id, "dlv_1");
  }),

  check("claim skips a held subscription until the hold ends", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    const first = await claimOne(store, { limit: 1 });
    await store.settle([outcome(first)], [failed("sub_1", { holdUntil: T0 + 100 })]);
    assert.deepEqual(await store.claim(claiming({ now: T0 + 99 })), []);
    assert.equal((await claimOne(store, { now: T0 + 100 })).id, first.id === "dlv_1" ? "dlv_2" : "dlv_1");
  }),

  check("claim takes nothing of a subscription that does not exist", async (store) => {
    await enqueue(store, delivery("dlv_1", "sub_gone"));
    assert.deepEqual(await store.claim(claiming()), []);
  }),

  check("claim is fair: nobody waits behind a deep backlog", async (store) => {
    const names = ["sub_1", "sub_2", "sub_3", "sub_4"];
    await create(store, ...names.map((id) => subscription(id)));
    await enqueue(store, ...deliveries("sub_1", 300), ...deliveries("sub_2", 300));
    await enqueue(store, ...deliveries("sub_3", 1), ...deliveries("sub_4", 1));
    const served = new Set<string>();
    for (let i = 0; i < names.length; i++) {
      const claimed = await store.claim(claiming({ limit: 10, perSubscription: 10 }));
      assert.equal(claimed.length > 0, true, "there is work left");
      for (const row of claimed) served.add(row.subscriptionId);
    }
    assert.deepEqual([...served].sort(), names, "as many claims as subscriptions serve each of them");
  }),

  check("claim finds work behind any number of paused subscriptions", async (store) => {
    const paused = Array.from({ length: 30 }, (_, i) => `sub_${String(i).padStart(3, "0")}`);
    await create(store, ...paused.map((id) => subscription(id, { enabled: false })), subscription("sub_999"));
    await enqueue(store, ...paused.flatMap((id) => deliveries(id, 2)), ...deliveries("sub_999", 1));
    assert.deepEqual(idsOf(await store.claim(claiming({ limit: 1 }))), ["dlv_sub_999_0000"]);
  }),

  check("claims at the same time never hand out a delivery twice", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await enqueue(store, ...deliveries("sub_1", 60), ...deliveries("sub_2", 60));
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, i) => store.claim(claiming({ lease: `lease_${i}`, limit: 15 }))),
    );
    const ids = claims.flat().map((row) => row.id);
    assert.equal(new Set(ids).size, ids.length);
    const rest = await store.claim(claiming({ lease: "rest" }));
    assert.equal(new Set([...ids, ...rest.map((row) => row.id)]).size, 120, "and none is lost");
  }),

  checkTwice("claims from two processes never hand out a delivery twice", async (one, two) => {
    await create(one, subscription("sub_1"), subscription("sub_2"), subscription("sub_3", { ordered: true }));
    await enqueue(one, ...deliveries("sub_1", 60), ...deliveries("sub_2", 60), ...deliveries("sub_3", 3));
    const claims = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        (i % 2 === 0 ? one : two).claim(claiming({ lease: `lease_${i}`, limit: 20, perSubscription: 10 })),
      ),
    );
    const claimed = claims.flat();
    assert.equal(new Set(claimed.map((row) => row.id)).size, claimed.length);
    assert.equal(claimed.filter((row) => row.subscriptionId === "sub_3").length, 1, "ordered: one at a time");
    assert.ok(claimed.every((row) => row.attempts === 1));
  }),

  checkTwice("what one process wrote another reads, claims and settles", async (one, two) => {
    await create(one, subscription("sub_1"));
    await enqueue(one, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    await wait(one, { subscriptionId: "sub_1", lane: "", eventId: "evt_w", bytes: 1, at: T0 });
    const leased = await claimOne(two, { limit: 1 });
    assert.deepEqual(await read(one, leased.id), await read(two, leased.id));
    assert.deepEqual((await one.settle([outcome(leased)], [])).refused, []);
    assert.equal((await read(two, leased.id)).status, "delivered");
    assert.equal(await two.seal(sealing("sub_1", "dlv_3")), 1);
    assert.deepEqual((await read(one, "dlv_3")).eventIds, ["evt_w"]);
  }),

  check("a delivery whose retry is due is claimed again", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await store.settle([failure(await claimOne(store), T0 + 300)], []);
    assert.deepEqual(await store.claim(claiming({ now: T0 + 299 })), []);
    const again = await claimOne(store, { now: T0 + 300 });
    assert.deepEqual([again.status, again.attempts, again.firstAttemptAt], ["failed", 2, T0]);
  }),
];
