import assert from "node:assert/strict";
import { check, type StoreCase } from "../case.js";
import {
  claiming,
  claimOne,
  create,
  delivery,
  enqueue,
  failure,
  idsOf,
  outcome,
  saving,
  subscription,
  T0,
} from "../make.js";

const ordered = subscription("sub_1", { ordered: true });

/** What `claim` promises of ordered subscriptions. */
export const orderedCases: readonly StoreCase[] = [
  check("claim of an ordered subscription takes one, in the order of appending", async (store) => {
    await create(store, ordered);
    // Neither the ids nor the times give the order away: only the appends do.
    await enqueue(store, delivery("dlv_3", "sub_1"), delivery("dlv_1", "sub_1"));
    await enqueue(store, delivery("dlv_2", "sub_1", { dueAt: T0 - 9 }));
    for (const expected of ["dlv_3", "dlv_1", "dlv_2"]) {
      const leased = await claimOne(store);
      assert.equal(leased.id, expected);
      await store.settle([outcome(leased)], []);
    }
  }),

  check("claim of an ordered subscription waits while the oldest is in flight", async (store) => {
    await create(store, ordered);
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    assert.equal((await claimOne(store)).id, "dlv_1");
    assert.deepEqual(await store.claim(claiming()), []);
  }),

  check("claim of an ordered subscription waits while the oldest is to be retried later", async (store) => {
    await create(store, ordered);
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    await store.settle([failure(await claimOne(store), T0 + 300)], []);
    assert.deepEqual(await store.claim(claiming({ now: T0 + 299 })), []);
    assert.equal((await claimOne(store, { now: T0 + 300 })).id, "dlv_1");
  }),

  check("a closed delivery no longer blocks those behind it", async (store) => {
    await create(store, ordered);
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"), delivery("dlv_3", "sub_1"));
    await store.settle([outcome(await claimOne(store), { status: "exhausted" })], []);
    assert.equal((await claimOne(store)).id, "dlv_2");
    await store.cancel(["dlv_2"], T0);
    assert.equal((await claimOne(store)).id, "dlv_3");
  }),

  check("an ordered subscription that is blocked does not keep another's work out", async (store) => {
    await create(store, ordered, subscription("sub_2", { ordered: true }), subscription("sub_3"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"), delivery("dlv_3", "sub_2"));
    await enqueue(store, delivery("dlv_4", "sub_3"), delivery("dlv_5", "sub_3"));
    assert.deepEqual(idsOf(await store.claim(claiming())), ["dlv_1", "dlv_3", "dlv_4", "dlv_5"]);
    await enqueue(store, delivery("dlv_6", "sub_3"));
    assert.deepEqual(idsOf(await store.claim(claiming({ limit: 1 }))), ["dlv_6"]);
  }),

  check("a subscription that becomes ordered is served in order from then on", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1", { dueAt: T0 + 50 }), delivery("dlv_2", "sub_1"));
    await store.saveSubscription(saving({ ...ordered, version: 2 }, { replaces: 1 }));
    assert.deepEqual(await store.claim(claiming()), []);
    assert.equal((await claimOne(store, { now: T0 + 50 })).id, "dlv_1");
  }),

  check("replacements stand where the delivery stood that they replace", async (store) => {
    await create(store, ordered);
    await enqueue(
      store,
      delivery("dlv_1", "sub_1", { eventIds: ["a", "b", "c"] }),
      delivery("dlv_9", "sub_1"),
    );
    const split = async (...ids: readonly string[]) => {
      const leased = await claimOne(store);
      const replacements = ids.map((id) => delivery(id, "sub_1", { eventIds: ["a"], createdAt: T0 + 1 }));
      await store.settle([outcome(leased, { status: "cancelled", replacements })], []);
    };
    await split("dlv_4", "dlv_2");
    await split("dlv_5", "dlv_3");
    for (const expected of ["dlv_5", "dlv_3", "dlv_2", "dlv_9"]) {
      const leased = await claimOne(store);
      assert.equal(leased.id, expected);
      await store.settle([outcome(leased)], []);
    }
  }),
];
