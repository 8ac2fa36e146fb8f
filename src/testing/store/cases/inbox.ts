import assert from "node:assert/strict";
import type { Inbox, InboxEvent, Store, TakeRequest } from "../../../model/store.js";
import type { StoreCase, StoreHarness } from "../case.js";
import { T0 } from "../make.js";

type WithInbox = Store & Required<Inbox>;
type Publish = (...ids: readonly string[]) => Promise<void>;

const LEASE_MS = 1000;
const DATA = JSON.stringify({ text: "Ω 😀 \" \\ '$1' ?", n: 1.5, list: [null, true, {}] });

/** A take of everything that waits. */
function taking(change: Partial<TakeRequest> = {}): TakeRequest {
  return { limit: 1000, maxBytes: 1_000_000, leaseMs: LEASE_MS, now: T0, ...change };
}

async function taken(store: WithInbox, change: Partial<TakeRequest> = {}): Promise<string[]> {
  return (await store.takeInbox(taking(change))).map((event) => event.id);
}

async function openInbox(harness: StoreHarness): Promise<{ store: WithInbox; publish: Publish }> {
  const store = await harness.open();
  return {
    store: withInbox(store),
    async publish(...ids) {
      if (!harness.publish) throw new Error("Ask skipReason() before running this case.");
      for (const id of ids) await harness.publish({ id, type: "a.b", scope: "o:1", data: DATA });
    },
  };
}

function withInbox(store: Store): WithInbox {
  const { takeInbox, clearInbox, refuseInbox } = store;
  assert.ok(takeInbox && clearInbox && refuseInbox, "an inbox has all three methods");
  return store as WithInbox;
}

function check(name: string, run: (store: WithInbox, publish: Publish) => Promise<void>): StoreCase {
  return {
    name,
    needs: ["publish"],
    run: async (harness) => {
      const { store, publish } = await openInbox(harness);
      await run(store, publish);
    },
  };
}

function checkTwice(
  name: string,
  run: (one: WithInbox, two: WithInbox, publish: Publish) => Promise<void>,
): StoreCase {
  return {
    name,
    needs: ["publish", "reopen"],
    run: async (harness) => {
      const { store, publish } = await openInbox(harness);
      if (!harness.reopen) throw new Error("Ask skipReason() before running this case.");
      await run(store, withInbox(await harness.reopen()), publish);
    },
  };
}

/** What the three methods of the inbox promise. */
export const inboxCases: readonly StoreCase[] = [
  check("takeInbox answers what was published, in the order it was published", async (store, publish) => {
    assert.deepEqual(await taken(store), []);
    await publish("evt_c", "evt_a", "evt_b");
    const events: readonly InboxEvent[] = await store.takeInbox(taking());
    assert.deepEqual(
      events.map((event) => event.id),
      ["evt_c", "evt_a", "evt_b"],
    );
    for (const { type, scope, at, data } of events) {
      assert.deepEqual(
        { type, scope, data: JSON.parse(data) },
        { type: "a.b", scope: "o:1", data: JSON.parse(DATA) },
      );
      assert.ok(Number.isSafeInteger(at) && at > 0, "it says when that was");
    }
  }),

  check(
    "takeInbox answers at most limit events and maxBytes bytes, but always one",
    async (store, publish) => {
      await publish("evt_1", "evt_2", "evt_3", "evt_4", "evt_5");
      assert.deepEqual(await taken(store, { limit: 0 }), []);
      assert.deepEqual(await taken(store, { limit: 2 }), ["evt_1", "evt_2"]);
      await store.clearInbox(["evt_1", "evt_2"]);
      assert.deepEqual(await taken(store, { maxBytes: 1 }), ["evt_3"]);
      await store.clearInbox(["evt_3"]);
      // Whatever spaces a database puts between: more than one of these, less than two.
      const maxBytes = Math.floor(Buffer.byteLength(DATA) * 1.9);
      assert.deepEqual(await taken(store, { maxBytes }), ["evt_4"]);
      assert.deepEqual(await taken(store, { now: T0 + LEASE_MS, maxBytes: maxBytes * 2 }), [
        "evt_4",
        "evt_5",
      ]);
    },
  ),

  check("takeInbox answers an event again once its lease has ended, not before", async (store, publish) => {
    await publish("evt_1", "evt_2");
    assert.deepEqual(await taken(store), ["evt_1", "evt_2"]);
    assert.deepEqual(await taken(store, { now: T0 + LEASE_MS - 1 }), []);
    assert.deepEqual(await taken(store, { now: T0 + LEASE_MS }), ["evt_1", "evt_2"]);
    assert.deepEqual(await taken(store, { now: T0 + LEASE_MS + 1 }), [], "that lease runs from then");
  }),

  check("takeInbox answers nothing while one of the oldest is leased", async (store, publish) => {
    await publish("evt_1", "evt_2", "evt_3", "evt_4");
    assert.deepEqual(await taken(store, { limit: 2 }), ["evt_1", "evt_2"]);
    assert.deepEqual(await taken(store, { limit: 4 }), []);
    await store.clearInbox(["evt_1"]);
    assert.deepEqual(await taken(store, { limit: 4 }), []);
    await store.clearInbox(["evt_2"]);
    assert.deepEqual(await taken(store), ["evt_3", "evt_4"]);
    assert.deepEqual(await taken(store, { now: T0 + LEASE_MS }), ["evt_3", "evt_4"]);
  }),

  check(
    "what comes back when its lease ends comes before what was published later",
    async (store, publish) => {
      await publish("evt_2", "evt_1");
      await taken(store);
      await publish("evt_0");
      assert.deepEqual(await taken(store, { now: T0 + LEASE_MS }), ["evt_2", "evt_1", "evt_0"]);
    },
  ),

  check("clearInbox forgets those events and no others", async (store, publish) => {
    await publish("evt_1", "evt_2", "evt_3");
    await taken(store);
    await store.clearInbox([]);
    await store.clearInbox(["evt_1", "evt_3", "evt_unknown"]);
    assert.deepEqual(await taken(store, { now: T0 + LEASE_MS }), ["evt_2"]);
    await publish("evt_1");
    assert.deepEqual(await taken(store, { now: T0 + 2 * LEASE_MS }), ["evt_2", "evt_1"]);
  }),

  check("refuseInbox takes events out of the way of those behind", async (store, publish) => {
    await publish("evt_1", "evt_2", "evt_3");
    await taken(store);
    await store.refuseInbox([], T0);
    await store.refuseInbox(
      [
        { id: "evt_1", error: "no" },
        { id: "evt_unknown", error: "no" },
      ],
      T0,
    );
    assert.deepEqual(await taken(store, { now: T0 + LEASE_MS }), ["evt_2", "evt_3"]);
    await store.clearInbox(["evt_2", "evt_3"]);
    assert.deepEqual(await taken(store, { now: T0 + 1e9 }), []);
  }),

  check(
    "prune forgets events that were refused before, and never those that wait",
    async (store, publish) => {
      await publish("evt_1", "evt_2", "evt_3");
      await taken(store);
      await store.refuseInbox([{ id: "evt_1", error: "no" }], T0 + 999);
      await store.refuseInbox([{ id: "evt_2", error: "no" }], T0 + 1000);
      assert.equal(await store.prune({ before: T0 + 1000, limit: 9 }), 1);
      assert.equal(await store.prune({ before: T0 + 1e12, limit: 9 }), 1);
      assert.equal(await store.prune({ before: T0 + 1e12, limit: 9 }), 0);
      assert.deepEqual(await taken(store, { now: T0 + LEASE_MS }), ["evt_3"]);
    },
  ),

  check("prune forgets no more refused events than its limit", async (store, publish) => {
    const ids = ["evt_1", "evt_2", "evt_3", "evt_4", "evt_5"];
    await publish(...ids);
    await store.refuseInbox(
      ids.map((id) => ({ id, error: "no" })),
      T0,
    );
    const counts: number[] = [];
    for (let i = 0; i < 3; i++) counts.push(await store.prune({ before: T0 + 1, limit: 2 }));
    assert.deepEqual(counts, [2, 2, 1]);
  }),

  checkTwice("takes at once give all to one", async (one, two, publish) => {
    for (let round = 0; round < 10; round++) {
      const ids = Array.from({ length: 5 }, (_, i) => `evt_${round}_${i}`);
      await publish(...ids);
      const takes = await Promise.all([one, two, one, two].map((store) => taken(store)));
      assert.deepEqual(
        takes.filter((take) => take.length > 0),
        [ids],
      );
      await two.clearInbox(ids);
    }
  }),

  checkTwice("takers at once take each event once, in the order of publishing", async (one, two, publish) => {
    const ids = Array.from({ length: 60 }, (_, i) => `evt_${i}`);
    await publish(...ids);
    const order: string[] = [];
    const work = async (store: WithInbox) => {
      for (let tries = 0; order.length < ids.length && tries < 10_000; tries++) {
        const some = await taken(store, { limit: 7 });
        order.push(...some);
        await store.clearInbox(some);
      }
    };
    await Promise.all([work(one), work(two), work(one), work(two)]);
    assert.deepEqual(order, ids);
  }),
];
