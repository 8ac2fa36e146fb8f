import assert from "node:assert/strict";
import {
  applyHealth,
  FRESH_HEALTH,
  type HealthChange,
  type SubscriptionHealth,
} from "../../../model/subscription.js";
import { check, type StoreCase } from "../case.js";
import {
  ALL,
  claiming,
  claimOne,
  create,
  delivery,
  enqueue,
  failed,
  failure,
  idsOf,
  LEASE_MS,
  outcome,
  read,
  readSubscription,
  saving,
  subscription,
  T0,
} from "../make.js";

/** What `settle` promises. */
export const settleCases: readonly StoreCase[] = [
  check("settle writes the outcome and its attempt and clears the lease", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    const [one, two] = await store.claim(claiming());
    assert.ok(one && two);
    const settled = await store.settle([outcome(one), failure(two, T0 + 300)], []);
    assert.deepEqual(settled, { refused: [], health: [] });

    const { lease: _, event: __, ...before } = one;
    assert.deepEqual(await read(store, one.id), {
      ...before,
      status: "delivered",
      dueAt: null,
      completedAt: T0 + 5,
      httpStatus: 200,
    });
    const retried = await read(store, two.id);
    assert.deepEqual([retried.status, retried.dueAt, retried.completedAt], ["failed", T0 + 300, null]);
    assert.deepEqual(retried.error, { code: "HTTP_500", message: "The endpoint answered 500." });
    assert.deepEqual(await store.readAttempts(one.id), [outcome(one).attempt]);
    assert.deepEqual((await store.settle([outcome(one)], [])).refused, [one.id], "the lease is gone");
  }),

  check("settle of an outcome without an attempt records none", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await store.settle([outcome(await claimOne(store), { attempt: null })], []);
    assert.deepEqual(await store.readAttempts("dlv_1"), []);
  }),

  check("settle refuses an outcome whose lease passed to someone else", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const slow = await claimOne(store, { lease: "slow" });
    const quick = await claimOne(store, { lease: "quick", now: T0 + LEASE_MS });
    const held = await read(store, "dlv_1");
    const settled = await store.settle([outcome(slow)], [failed("sub_1")]);
    assert.deepEqual(settled, { refused: ["dlv_1"], health: [] });
    assert.deepEqual(await read(store, "dlv_1"), held, "the delivery is left as it is");
    assert.deepEqual((await readSubscription(store, "sub_1")).health, FRESH_HEALTH);
    assert.deepEqual((await store.settle([outcome(quick)], [])).refused, []);
    assert.equal((await read(store, "dlv_1")).status, "delivered");
  }),

  check("settle accepts an outcome after the lease's end while nobody else has claimed", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const late = outcome(await claimOne(store, { leaseMs: 1 }), { completedAt: T0 + 1e6 });
    assert.deepEqual((await store.settle([late], [])).refused, []);
  }),

  check("settle records the attempt of a refused outcome, once for each number", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const slow = outcome(await claimOne(store, { lease: "slow" }));
    const quick = outcome(await claimOne(store, { lease: "quick", now: T0 + LEASE_MS }));
    await store.settle([quick], []);
    await store.settle([slow], []);
    await store.settle([slow, quick], []);
    await store.settle([{ ...slow, attempt: slow.attempt && { ...slow.attempt, document: "{}" } }], []);
    assert.deepEqual(await store.readAttempts("dlv_1"), [slow.attempt, quick.attempt]);
  }),

  check("a settle that is repeated changes nothing", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    const replacements = [delivery("dlv_2", "sub_1", { eventIds: ["evt_dlv_1"] })];
    const outcomes = [{ ...failure(leased, T0 + 300), replacements }];
    await store.settle(outcomes, [failed("sub_1")]);
    const state = async () => [
      await store.findDeliveries(ALL),
      await store.readAttempts("dlv_1"),
      await readSubscription(store, "sub_1"),
    ];
    const before = await state();
    const repeated = await store.settle(outcomes, [failed("sub_1")]);
    assert.deepEqual(repeated, { refused: ["dlv_1"], health: [] });
    assert.deepEqual(await state(), before);
  }),

  check("settle of the same delivery twice in one call accepts the first", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    const settled = await store.settle([outcome(leased), failure(leased, T0 + 1)], []);
    assert.deepEqual(settled.refused, ["dlv_1"]);
    assert.equal((await read(store, "dlv_1")).status, "delivered");
  }),

  check("settle refuses a delivery that is gone and goes on with the others", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    const gone = outcome({ id: "dlv_gone", lease: leased.lease, attempts: 1 });
    const settled = await store.settle([gone, outcome(leased)], [failed("sub_1")]);
    assert.deepEqual(settled.refused, ["dlv_gone"]);
    assert.deepEqual(await store.readAttempts("dlv_gone"), [], "nothing is recorded of what is gone");
    assert.deepEqual(
      settled.health.map((row) => row.subscriptionId),
      ["sub_1"],
    );
    assert.equal((await read(store, "dlv_1")).status, "delivered");
  }),

  check("settle answers no health for a subscription that is gone, and makes none", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    const leased = await store.claim(claiming());
    await store.removeSubscription("sub_1", T0, null);
    const settled = await store.settle(
      leased.map((one) => outcome(one)),
      [failed("sub_1")],
    );
    assert.deepEqual(settled.health, []);
    assert.deepEqual(await store.readSubscriptions(["sub_1"]), [], "a settle makes no subscription");
  }),

  check("settle refuses a delivery that was cancelled in flight and records its attempt", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    assert.equal(await store.cancel(["dlv_1"], T0 + 1), 1);
    assert.deepEqual((await store.settle([outcome(leased)], [])).refused, ["dlv_1"]);
    const after = await read(store, "dlv_1");
    assert.deepEqual([after.status, after.completedAt], ["cancelled", T0 + 1]);
    assert.equal((await store.readAttempts("dlv_1")).length, 1);
  }),

  check("settle can take back the attempt that the claim counted", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    const back = { status: "pending", dueAt: T0 + 9, completedAt: null, httpStatus: null } as const;
    await store.settle([outcome(leased, { ...back, attempt: null, uncount: true })], []);
    const after = await read(store, "dlv_1");
    assert.deepEqual([after.attempts, after.status, after.dueAt], [0, "pending", T0 + 9]);
    assert.equal((await claimOne(store, { now: T0 + 9 })).attempts, 1);
  }),

  check("settle inserts replacements with an accepted outcome", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(
      store,
      delivery("dlv_1", "sub_1", { kind: "batch", eventIds: ["evt_1", "evt_2", "evt_3"] }),
    );
    const leased = await claimOne(store);
    const replacements = [
      delivery("dlv_2", "sub_1", { kind: "batch", eventIds: ["evt_1", "evt_2"], createdAt: T0 + 1 }),
      delivery("dlv_3", "sub_1", { kind: "batch", eventIds: ["evt_3"], lease: "born", dueAt: T0 + 99 }),
    ];
    await store.settle([outcome(leased, { status: "cancelled", replacements })], []);
    const half = await read(store, "dlv_2");
    assert.deepEqual([half.eventIds, half.status, half.attempts], [["evt_1", "evt_2"], "pending", 0]);
    const born = await read(store, "dlv_3");
    assert.deepEqual([born.eventIds, born.attempts, born.dueAt], [["evt_3"], 1, T0 + 99]);
    const naming = await store.findDeliveries({ eventId: "evt_3", ...ALL });
    assert.deepEqual(idsOf(naming), ["dlv_1", "dlv_3"]);
    assert.deepEqual(idsOf(await store.claim(claiming())), ["dlv_2"]);
  }),

  check("settle inserts no replacements with a refused outcome", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const slow = await claimOne(store, { lease: "slow" });
    await claimOne(store, { lease: "quick", now: T0 + LEASE_MS });
    const replacements = [delivery("dlv_2", "sub_1", { eventIds: ["evt_dlv_1"] })];
    await store.settle([outcome(slow, { replacements })], []);
    assert.deepEqual(await store.readDeliveries(["dlv_2"]), []);
  }),

  check("settle writes all or nothing", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    const [one, two] = await store.claim(claiming());
    assert.ok(one && two);
    const before = await store.findDeliveries(ALL);
    const replacements = [delivery(one.id, "sub_1", { eventIds: ["evt_dlv_1"] })];
    await assert.rejects(
      store.settle([outcome(one), outcome(two, { replacements })], [failed("sub_1")]),
      "a delivery id that is taken is an error",
    );
    assert.deepEqual(await store.findDeliveries(ALL), before);
    assert.deepEqual(await store.readAttempts(one.id), []);
    assert.deepEqual((await readSubscription(store, "sub_1")).health, FRESH_HEALTH);
  }),

  check("settle clears manualFrom, but not when it takes the attempt back", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await store.settle([outcome(await claimOne(store))], []);
    await store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0, now: T0 });
    const again = { status: "failed", dueAt: T0, completedAt: null, attempt: null, uncount: true } as const;
    await store.settle([outcome(await claimOne(store), again)], []);
    assert.equal((await read(store, "dlv_1")).manualFrom, "delivered");
    await store.settle([outcome(await claimOne(store))], []);
    assert.equal((await read(store, "dlv_1")).manualFrom, null);
  }),

  check(
    "settle applies a health change only with an accepted outcome of that subscription",
    async (store) => {
      await create(store, subscription("sub_1"), subscription("sub_2"));
      await enqueue(store, delivery("dlv_1", "sub_1"));
      const settled = await store.settle(
        [outcome(await claimOne(store))],
        [failed("sub_1"), failed("sub_2"), failed("sub_gone")],
      );
      const expected = applyHealth(FRESH_HEALTH, failed("sub_1"));
      assert.deepEqual(settled.health, [{ subscriptionId: "sub_1", ...expected }]);
      assert.deepEqual((await readSubscription(store, "sub_1")).health, expected);
      assert.deepEqual((await readSubscription(store, "sub_2")).health, FRESH_HEALTH);
    },
  ),

  check("settle never shortens a hold", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"), delivery("dlv_3", "sub_1"));
    const leased = await store.claim(claiming());
    for (const [i, holdUntil] of [T0 + 500, T0 + 100, null].entries()) {
      const one = leased[i];
      assert.ok(one);
      await store.settle([outcome(one)], [failed("sub_1", { holdUntil })]);
      assert.equal((await readSubscription(store, "sub_1")).health.holdUntil, T0 + 500);
    }
  }),

  check("health adds up as applyHealth says, whatever the changes", async (store) => {
    const rounds = 60;
    await create(store, subscription("sub_1"));
    await enqueue(store, ...Array.from({ length: rounds }, (_, i) => delivery(`dlv_${i}`, "sub_1")));
    const leased = await store.claim(claiming());
    const random = numbers(20_240_229);
    let expected: SubscriptionHealth = FRESH_HEALTH;
    let version = 1;
    for (const row of leased) {
      if (random(8) === 0) {
        const record = subscription("sub_1", { version: version + 1 });
        await store.saveSubscription(saving(record, { replaces: version++, resetHealth: true }));
        expected = { ...expected, consecutiveFailures: 0, failingSince: null, holdUntil: null };
      }
      const change = randomChange(random);
      expected = applyHealth(expected, change);
      const settled = await store.settle([outcome(row)], [change]);
      assert.deepEqual(settled.health, [{ subscriptionId: "sub_1", ...expected }]);
    }
    assert.deepEqual((await readSubscription(store, "sub_1")).health, expected);
  }),

  check("health changes made at the same time all count", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, ...Array.from({ length: 20 }, (_, i) => delivery(`dlv_${i}`, "sub_1")));
    const leased = await store.claim(claiming());
    await Promise.all(leased.map((row) => store.settle([outcome(row)], [failed("sub_1")])));
    assert.equal((await readSubscription(store, "sub_1")).health.consecutiveFailures, 20);
  }),
];

/** A change that may be of any kind: a success, failures, both, a late one, with a hold or none. */
function randomChange(random: (below: number) => number): HealthChange {
  const add = random(3);
  const reset = add === 0 || random(2) === 0;
  const at = T0 + random(1000);
  return {
    subscriptionId: "sub_1",
    reset,
    add,
    failedAt: add > 0 ? at - 1 : null,
    succeededAt: reset ? at : null,
    lastAttemptAt: at,
    lastStatus: random(4) === 0 ? null : 200 + random(300),
    holdUntil: random(3) === 0 ? T0 + random(1000) : null,
  };
}

/** Numbers that look random and are the same at each run (Park and Miller's generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
