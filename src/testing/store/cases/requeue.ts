import assert from "node:assert/strict";
import type { Store } from "../../../model/store.js";
import { check, type StoreCase } from "../case.js";
import {
  claiming,
  claimOne,
  create,
  delivery,
  enqueue,
  failure,
  LEASE_MS,
  outcome,
  read,
  subscription,
  T0,
} from "../make.js";

const again = { dueAt: T0 + 50, now: T0 + 10 } as const;

/** A delivery that was attempted once and closed with this status. */
async function closed(store: Store, id: string, status: "delivered" | "exhausted"): Promise<void> {
  await enqueue(store, delivery(id, "sub_1"));
  await store.settle([outcome(await claimOne(store), { status, httpStatus: 418 })], []);
}

/** What `requeue` and `cancel` promise. */
export const requeueCases: readonly StoreCase[] = [
  check("requeue by hand: one more attempt, whatever the status", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", "delivered");
    await closed(store, "dlv_2", "exhausted");
    await enqueue(store, delivery("dlv_3", "sub_1"));
    await store.cancel(["dlv_3"], T0);
    await enqueue(store, delivery("dlv_4", "sub_1"));
    await store.settle([failure(await claimOne(store), T0 + 999)], []);
    await enqueue(store, delivery("dlv_5", "sub_1", { dueAt: T0 + 999 }));

    const ids = ["dlv_1", "dlv_2", "dlv_3", "dlv_4", "dlv_5"];
    assert.equal(await store.requeue({ ids, mode: "manual", ...again }), 5);
    const expected = {
      dlv_1: ["failed", "delivered", 1],
      dlv_2: ["failed", "exhausted", 1],
      dlv_3: ["pending", "cancelled", 0],
      dlv_4: ["failed", "failed", 1],
      dlv_5: ["pending", "pending", 0],
    };
    for (const [id, facts] of Object.entries(expected)) {
      const row = await read(store, id);
      assert.deepEqual([row.status, row.manualFrom, row.attempts], facts, id);
      assert.deepEqual([row.extraAttempts, row.dueAt, row.completedAt], [1, T0 + 50, null], id);
    }
    assert.deepEqual(await store.claim(claiming({ now: T0 + 49 })), []);
    const claimed = await store.claim(claiming({ now: T0 + 50 }));
    assert.equal(claimed.length, 5);
    assert.ok(claimed.every((row) => row.manualFrom !== null));
  }),

  check(
    "requeue by hand twice before the attempt is one attempt, and remembers where it stood",
    async (store) => {
      await create(store, subscription("sub_1"));
      await closed(store, "dlv_1", "delivered");
      await store.requeue({ ids: ["dlv_1"], mode: "manual", ...again });
      assert.equal(await store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0 + 20, now: T0 + 15 }), 1);
      const row = await read(store, "dlv_1");
      assert.deepEqual([row.manualFrom, row.extraAttempts, row.dueAt], ["delivered", 1, T0 + 20]);
    },
  ),

  check("requeue to restart: the whole schedule, for exhausted and cancelled ones only", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", "delivered");
    await closed(store, "dlv_2", "exhausted");
    await enqueue(store, delivery("dlv_3", "sub_1"));
    await store.cancel(["dlv_3"], T0);
    await enqueue(store, delivery("dlv_4", "sub_1", { dueAt: T0 + 999 }));
    const untouched = [await read(store, "dlv_1"), await read(store, "dlv_4")];

    const ids = ["dlv_1", "dlv_2", "dlv_3", "dlv_4", "dlv_gone", "dlv_2"];
    assert.equal(await store.requeue({ ids, mode: "restart", ...again }), 2);
    assert.deepEqual([await read(store, "dlv_1"), await read(store, "dlv_4")], untouched);
    const exhausted = await read(store, "dlv_2");
    assert.deepEqual([exhausted.status, exhausted.attempts, exhausted.extraAttempts], ["failed", 1, 1]);
    assert.deepEqual([exhausted.manualFrom, exhausted.dueAt], [null, T0 + 50]);
    const cancelled = await read(store, "dlv_3");
    assert.deepEqual([cancelled.status, cancelled.attempts, cancelled.extraAttempts], ["pending", 0, 0]);
    assert.equal((await store.claim(claiming({ now: T0 + 50 }))).length, 2);
  }),

  check("requeue leaves a delivery in flight alone", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    const before = await read(store, "dlv_1");
    assert.equal(await store.requeue({ ids: ["dlv_1"], mode: "manual", ...again }), 0);
    assert.deepEqual(await read(store, "dlv_1"), before);
    assert.deepEqual((await store.settle([outcome(leased)], [])).refused, []);
  }),

  check("requeue takes a delivery whose lease has ended; the old lease is void", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const lost = await claimOne(store);
    const now = T0 + LEASE_MS;
    assert.equal(await store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: now, now }), 1);
    assert.deepEqual((await store.settle([outcome(lost)], [])).refused, ["dlv_1"]);
    assert.equal((await claimOne(store, { now })).attempts, 2);
  }),

  check("requeue of ids that do not exist answers 0", async (store) => {
    assert.equal(await store.requeue({ ids: ["dlv_gone"], mode: "manual", ...again }), 0);
    assert.equal(await store.requeue({ ids: [], mode: "restart", ...again }), 0);
  }),

  check("cancel closes open deliveries, also those in flight, and no others", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", "delivered");
    await enqueue(store, delivery("dlv_2", "sub_1"));
    await claimOne(store);
    await enqueue(store, delivery("dlv_3", "sub_1"));
    const delivered = await read(store, "dlv_1");

    const ids = ["dlv_1", "dlv_2", "dlv_3", "dlv_gone", "dlv_3"];
    assert.equal(await store.cancel(ids, T0 + 7), 2);
    assert.deepEqual(await read(store, "dlv_1"), delivered);
    for (const id of ["dlv_2", "dlv_3"]) {
      const row = await read(store, id);
      assert.deepEqual([row.status, row.dueAt, row.completedAt], ["cancelled", null, T0 + 7]);
    }
    assert.equal(await store.cancel(ids, T0 + 8), 0, "a second time there is nothing to close");
  }),

  check("cancel of an attempt by hand forgets where the delivery stood", async (store) => {
    await create(store, subscription("sub_1"));
    await closed(store, "dlv_1", "delivered");
    await store.requeue({ ids: ["dlv_1"], mode: "manual", ...again });
    await store.cancel(["dlv_1"], T0 + 7);
    assert.equal((await read(store, "dlv_1")).manualFrom, null);
    await store.requeue({ ids: ["dlv_1"], mode: "manual", ...again });
    const { manualFrom, extraAttempts } = await read(store, "dlv_1");
    assert.deepEqual(
      [manualFrom, extraAttempts],
      ["cancelled", 2],
      "it is another attempt, from where it stands now",
    );
  }),
];
