import assert from "node:assert/strict";
import type { Store } from "../../../model/store.js";
import { FRESH_HEALTH } from "../../../model/subscription.js";
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
  failed,
  failure,
  idsOf,
  outcome,
  pending,
  read,
  readSubscription,
  saving,
  subscription,
  T0,
  wait,
} from "../make.js";

const audit = entries({
  events: [event("evt_audit")],
  deliveries: [delivery("dlv_audit", "sub_9", { eventIds: ["evt_audit"] })],
  pending: [pending("sub_8", "evt_audit")],
});

async function assertAudited(store: Store, isAudited: boolean): Promise<void> {
  const count = isAudited ? 1 : 0;
  assert.equal((await store.readEvents(["evt_audit"])).length, count);
  assert.equal((await store.readDeliveries(["dlv_audit"])).length, count);
  assert.equal((await store.findPending({ subscriptionId: "sub_8", ...ALL })).length, count);
}

/** What `saveSubscription`, `removeSubscription` and `readSubscriptions` promise. */
export const subscriptionCases: readonly StoreCase[] = [
  check("saveSubscription creates with fresh health", async (store) => {
    const record = subscription("sub_1", {
      scope: "organization:acme/signin:lobby",
      enabled: false,
      ordered: true,
      version: 3,
      createdAt: T0 - 2,
      updatedAt: T0 - 1,
      document: '{"name":"x"}',
    });
    assert.equal(await store.saveSubscription(saving(record)), true);
    assert.deepEqual(await store.readSubscriptions(["sub_1"]), [{ ...record, health: FRESH_HEALTH }]);
  }),

  // A store that cannot tell has nothing to keep: look-ups read everything again.
  check(
    "readRevision, where there is one, is another after each save and removal, and after nothing else",
    async (store) => {
      const { readRevision } = store;
      if (readRevision === undefined) return;
      const seen: number[] = [];
      const look = async () => {
        const revision = await readRevision.call(store);
        assert.equal(await readRevision.call(store), revision);
        return revision;
      };
      const isNew = async () => {
        const revision = await look();
        assert.ok(!seen.includes(revision), `revision ${revision} came twice: ${seen.join()}`);
        seen.push(revision);
      };
      await isNew();
      await create(store, subscription("sub_1"));
      await isNew();
      await store.saveSubscription(saving(subscription("sub_1", { version: 2 }), { replaces: 1 }));
      await isNew();
      // Secrets sealed anew: the version stays.
      await store.saveSubscription(
        saving(subscription("sub_1", { version: 2, document: "{}" }), { replaces: 2 }),
      );
      await isNew();
      await create(store, subscription("sub_2"));
      await isNew();
      const before = await look();
      await enqueue(store, delivery("dlv_1", "sub_2"));
      await store.settle([failure(await claimOne(store), T0 + 1)], [failed("sub_2")]);
      assert.equal(
        await store.saveSubscription(saving(subscription("sub_1", { version: 9 }), { replaces: 7 })),
        false,
      );
      assert.equal(await store.removeSubscription("sub_none", T0, null), false);
      assert.equal(await look(), before);
      await store.removeSubscription("sub_2", T0, null);
      await isNew();
    },
  ),

  check("saveSubscription replaces exactly the version it names", async (store) => {
    await create(store, subscription("sub_1"));
    const next = subscription("sub_1", { version: 2, scope: "a:1", enabled: false, updatedAt: T0 + 5 });
    for (const replaces of [null, 0, 2, 7])
      assert.equal(await store.saveSubscription(saving(next, { replaces, audit })), false);
    await assertAudited(store, false);
    assert.equal((await readSubscription(store, "sub_1")).version, 1);
    assert.equal(await store.saveSubscription(saving(next, { replaces: 1, audit })), true);
    await assertAudited(store, true);
    assert.deepEqual(await readSubscription(store, "sub_1"), { ...next, health: FRESH_HEALTH });
  }),

  check("saveSubscription may keep the version it replaces", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const leased = await claimOne(store);
    await store.settle([failure(leased, T0 + 9)], [failed("sub_1")]);
    const { health } = await readSubscription(store, "sub_1");
    const sealed = subscription("sub_1", { document: '{"sealed":"anew"}' });
    assert.equal(await store.saveSubscription(saving(sealed, { replaces: 1 })), true);
    assert.deepEqual(await readSubscription(store, "sub_1"), { ...sealed, health });
    assert.equal(await store.saveSubscription(saving(sealed, { replaces: 2 })), false);
  }),

  check("saveSubscription replaces nothing where there is nothing", async (store) => {
    const record = subscription("sub_1", { version: 2 });
    assert.equal(await store.saveSubscription(saving(record, { replaces: 1, audit })), false);
    assert.deepEqual(await store.readSubscriptions(["sub_1"]), []);
    await assertAudited(store, false);
  }),

  check("of saves at the same time exactly one wins", async (store) => {
    await create(store, subscription("sub_1"));
    const save = (i: number) =>
      store.saveSubscription(saving(subscription("sub_1", { version: 2, updatedAt: i }), { replaces: 1 }));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => save(i)));
    assert.equal(answers.filter(Boolean).length, 1);
    assert.equal((await readSubscription(store, "sub_1")).updatedAt, answers.indexOf(true));
    const created = await Promise.all(
      [1, 2, 3].map(() => store.saveSubscription(saving(subscription("sub_2")))),
    );
    assert.equal(created.filter(Boolean).length, 1, "of creations too");
  }),

  checkTwice("of saves from two processes at the same time exactly one wins", async (one, two) => {
    await create(one, subscription("sub_1"));
    const answers = await Promise.all(
      [one, two, one, two].map((store, i) =>
        store.saveSubscription(saving(subscription("sub_1", { version: 2, updatedAt: i }), { replaces: 1 })),
      ),
    );
    assert.equal(answers.filter(Boolean).length, 1);
  }),

  check("saveSubscription writes the change and its audit in one step", async (store) => {
    await enqueue(store, delivery("dlv_audit", "sub_9"));
    const bad = { ...audit, pending: [] };
    // The audit's delivery id is taken, so the audit cannot be written.
    await assert.rejects(
      store.saveSubscription(saving(subscription("sub_1"), { audit: bad })),
      "an audit that cannot be written is an error",
    );
    assert.deepEqual(await store.readSubscriptions(["sub_1"]), []);
    assert.deepEqual(await store.readEvents(["evt_audit"]), []);
  }),

  check("saveSubscription keeps health, and forgets failures and holds when told to", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    const [one, two] = await store.claim(claiming());
    assert.ok(one && two);
    await store.settle(
      [outcome(one)],
      [failed("sub_1", { add: 0, reset: true, succeededAt: T0 - 9, failedAt: null })],
    );
    await store.settle([failure(two, T0 + 1)], [failed("sub_1", { holdUntil: T0 + 500, lastStatus: 503 })]);
    const before = (await readSubscription(store, "sub_1")).health;
    assert.deepEqual([before.consecutiveFailures, before.holdUntil], [1, T0 + 500]);

    await store.saveSubscription(saving(subscription("sub_1", { version: 2 }), { replaces: 1 }));
    assert.deepEqual((await readSubscription(store, "sub_1")).health, before);
    const third = subscription("sub_1", { version: 3 });
    await store.saveSubscription(saving(third, { replaces: 2, resetHealth: true }));
    assert.deepEqual((await readSubscription(store, "sub_1")).health, {
      ...before,
      consecutiveFailures: 0,
      failingSince: null,
      holdUntil: null,
    });
  }),

  check("readSubscriptions answers those that exist, each once", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"), subscription("sub_3"));
    assert.deepEqual(idsOf(await store.readSubscriptions(["sub_3", "sub_gone", "sub_1", "sub_3"])), [
      "sub_1",
      "sub_3",
    ]);
    assert.deepEqual(await store.readSubscriptions([]), []);
  }),

  check("removeSubscription cancels what is open, drops what waits and keeps the history", async (store) => {
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await store.settle([outcome(await claimOne(store))], []);
    await enqueue(store, delivery("dlv_2", "sub_1"));
    const inFlight = await claimOne(store);
    await enqueue(store, delivery("dlv_3", "sub_1"), delivery("dlv_4", "sub_2"));
    await wait(
      store,
      pending("sub_1", "evt_1"),
      pending("sub_1", "evt_2", { lane: "x" }),
      pending("sub_2", "evt_1"),
    );
    const delivered = await read(store, "dlv_1");

    assert.equal(await store.removeSubscription("sub_1", T0 + 7, audit), true);
    await assertAudited(store, true);
    assert.deepEqual(await store.readSubscriptions(["sub_1"]), []);
    assert.deepEqual(await read(store, "dlv_1"), delivered);
    assert.equal((await store.readAttempts("dlv_1")).length, 1);
    for (const id of ["dlv_2", "dlv_3"]) {
      const row = await read(store, id);
      assert.deepEqual([row.status, row.dueAt, row.completedAt], ["cancelled", null, T0 + 7], id);
    }
    assert.deepEqual((await store.settle([outcome(inFlight)], [])).refused, ["dlv_2"]);
    assert.deepEqual(await store.findPending({ subscriptionId: "sub_1", ...ALL }), []);
    assert.deepEqual(
      (await store.backlog()).filter((row) => row.subscriptionId === "sub_1"),
      [],
    );
    assert.equal((await store.findPending({ subscriptionId: "sub_2", ...ALL })).length, 1, "another's stays");
    assert.deepEqual(idsOf(await store.claim(claiming())), ["dlv_4"]);
  }),

  check("removeSubscription of one that does not exist answers false and writes nothing", async (store) => {
    await enqueue(store, delivery("dlv_1", "sub_gone"));
    const before = await read(store, "dlv_1");
    assert.equal(await store.removeSubscription("sub_gone", T0, audit), false);
    await assertAudited(store, false);
    assert.deepEqual(await read(store, "dlv_1"), before);
  }),

  check("removeSubscription writes the change and its audit in one step", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_audit", "sub_1"));
    await assert.rejects(
      store.removeSubscription("sub_1", T0, audit),
      "an audit that cannot be written is an error",
    );
    assert.equal((await readSubscription(store, "sub_1")).id, "sub_1");
    assert.equal((await read(store, "dlv_audit")).status, "pending");
    await assert.rejects(store.removeSubscription("sub_1", T0, { ...audit, pending: [] }));
    assert.deepEqual(await store.readEvents(["evt_audit"]), []);
  }),

  check("a subscription can be made again after it was removed, with fresh health", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await store.settle([outcome(await claimOne(store))], [failed("sub_1")]);
    await store.removeSubscription("sub_1", T0, null);
    await create(store, subscription("sub_1"));
    assert.deepEqual((await readSubscription(store, "sub_1")).health, FRESH_HEALTH);
  }),
];
