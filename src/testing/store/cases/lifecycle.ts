import assert from "node:assert/strict";
import { check, checkTwice, type StoreCase } from "../case.js";
import {
  ALL,
  claimOne,
  create,
  delivery,
  enqueue,
  outcome,
  pending,
  read,
  readSubscription,
  subscription,
  wait,
} from "../make.js";

/** What the store as a whole promises. */
export const lifecycleCases: readonly StoreCase[] = [
  check("migrate can be called again, also at the same time, and keeps what is stored", async (store) => {
    await create(store, subscription("sub_1"));
    await Promise.all([store.migrate?.(), store.migrate?.(), store.migrate?.()]);
    assert.equal((await readSubscription(store, "sub_1")).id, "sub_1");
  }),

  checkTwice("what was written is there for whoever opens the data next", async (one, two) => {
    await create(one, subscription("sub_1"));
    await enqueue(one, delivery("dlv_1", "sub_1"));
    await wait(one, pending("sub_1", "evt_1"));
    await one.settle([outcome(await claimOne(one))], []);
    await Promise.all([one.migrate?.(), two.migrate?.()]);
    assert.deepEqual(await readSubscription(two, "sub_1"), await readSubscription(one, "sub_1"));
    assert.deepEqual(await read(two, "dlv_1"), await read(one, "dlv_1"));
    assert.deepEqual(await two.readAttempts("dlv_1"), await one.readAttempts("dlv_1"));
    assert.deepEqual(await two.findEvents(ALL), await one.findEvents(ALL));
    assert.deepEqual(await two.backlog(), await one.backlog());
  }),

  checkTwice("closing one handle leaves the other at work", async (one, two) => {
    await create(one, subscription("sub_1"));
    await readSubscription(two, "sub_1");
    await two.close?.();
    await enqueue(one, delivery("dlv_1", "sub_1"));
    assert.equal((await claimOne(one)).id, "dlv_1");
  }),
];
