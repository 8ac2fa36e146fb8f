import assert from "node:assert/strict";
import type { DeliveryQuery, EventQuery, Store, SubscriptionQuery } from "../../../model/store.js";
import { check, type StoreCase } from "../case.js";
import {
  ALL,
  assertPages,
  claimOne,
  create,
  delivery,
  enqueue,
  entries,
  event,
  failure,
  LEASE_MS,
  outcome,
  pending,
  saving,
  subscription,
  T0,
  wait,
} from "../make.js";

/** Two digits, so that ids sort alike in every collation. */
const two = (n: number) => String(n).padStart(2, "0");

/** Times with ties, not in the order of the ids. */
const TIMES = [T0, T0 + 2, T0 + 1, T0 + 1, T0 + 1, T0, T0 + 2, T0 - 5, T0 + 9];

/** Ids made of the prefix and the index of their time, newest first and then by id, highest first. */
const newestFirst = (prefix: string) =>
  TIMES.map((at, i) => ({ at, id: prefix + two(i) }))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    .map((row) => row.id);

/** Scopes that a careless filter for `a:1_2` confuses: siblings with the same start, and what `_` would match. */
const SCOPES = [
  "",
  "a:1_2",
  "a:1_2/b:1",
  "a:1_2/b:1/c:1",
  "a:1_23",
  "a:1x2",
  "a:1x2/b:1",
  "a:1_2-3",
  "a:1_2.b",
  "b:1",
];
const BELOW = ["a:1_2", "a:1_2/b:1", "a:1_2/b:1/c:1"];

const created = (row: { createdAt: number; id: string }) => ({ at: row.createdAt, id: row.id });

async function subscriptionIds(store: Store, query: Partial<SubscriptionQuery>): Promise<string[]> {
  return (await store.findSubscriptions({ ...ALL, ...query })).map((row) => row.id);
}

async function deliveryIds(store: Store, query: Partial<DeliveryQuery>): Promise<string[]> {
  return (await store.findDeliveries({ ...ALL, ...query })).map((row) => row.id);
}

async function eventIds(store: Store, query: Partial<EventQuery>): Promise<string[]> {
  return (await store.findEvents({ ...ALL, ...query })).map((row) => row.id);
}

/** What the lists and look-ups promise. */
export const listCases: readonly StoreCase[] = [
  check("findSubscriptions pages newest first, equal times by id, each row once", async (store) => {
    await create(store, ...TIMES.map((createdAt, i) => subscription(`sub_${two(i)}`, { createdAt })));
    await assertPages((page) => store.findSubscriptions(page), created, newestFirst("sub_"));
  }),

  check("findEvents pages newest first, equal times by id, each row once", async (store) => {
    // `at` runs the other way: the order is that of publishing.
    const events = TIMES.map((createdAt, i) => event(`evt_${two(i)}`, { createdAt, at: 2 * T0 - createdAt }));
    await store.append(entries({ events }));
    await assertPages((page) => store.findEvents(page), created, newestFirst("evt_"));
  }),

  check("findDeliveries pages newest first, equal times by id, each row once", async (store) => {
    const rows = TIMES.map((createdAt, i) =>
      delivery(`dlv_${two(i)}`, "sub_1", { createdAt, dueAt: T0 - i }),
    );
    await store.append(entries({ deliveries: rows }));
    await assertPages((page) => store.findDeliveries(page), created, newestFirst("dlv_"));
    await assertPages(
      (page) => store.findDeliveries({ ...page, subscriptionId: "sub_1" }),
      created,
      newestFirst("dlv_"),
    );
  }),

  check("findPending pages in the order of waiting, equal times by event, each row once", async (store) => {
    await wait(
      store,
      ...TIMES.map((at, i) => pending("sub_1", `evt_${two(i)}`, { at, lane: i % 2 ? "x" : "" })),
      pending("sub_2", "evt_other"),
    );
    const expected = TIMES.map((at, i) => ({ at, id: `evt_${two(i)}` }))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .map((row) => row.id);
    await assertPages(
      (page) => store.findPending({ ...page, subscriptionId: "sub_1" }),
      (row) => ({ at: row.at, id: row.eventId }),
      expected,
    );
  }),

  check("a list walked while rows are added repeats and skips nothing", async (store) => {
    const rows = TIMES.map((createdAt, i) => delivery(`dlv_${two(i)}`, "sub_1", { createdAt }));
    await store.append(entries({ deliveries: rows }));
    const found: string[] = [];
    let after: { at: number; id: string } | null = null;
    for (let i = 0; i < TIMES.length; i++) {
      const page: readonly { createdAt: number; id: string }[] = await store.findDeliveries({
        limit: 1,
        after,
      });
      const [row] = page;
      assert.ok(row);
      found.push(row.id);
      after = created(row);
      // Newer than all, and with the very time of the row just read but before it in the list.
      await store.append(
        entries({
          deliveries: [
            delivery(`dlv_new_${i}`, "sub_1", { createdAt: T0 + 100 + i }),
            delivery(`dlv_z_${i}`, "sub_1", { createdAt: row.createdAt }),
          ],
        }),
      );
    }
    assert.deepEqual(found, newestFirst("dlv_"));
  }),

  check(
    "findSubscriptions filters by scopes, by scope and below, by enabled, and by all at once",
    async (store) => {
      const records = SCOPES.map((scope, i) =>
        subscription(`sub_${two(i)}`, { scope, enabled: i % 2 === 0 }),
      );
      await create(store, ...records);
      const ids = (keep: (scope: string, i: number) => boolean) =>
        SCOPES.flatMap((scope, i) => (keep(scope, i) ? [`sub_${two(i)}`] : [])).reverse();

      assert.deepEqual(
        await subscriptionIds(store, { under: "a:1_2" }),
        ids((s) => BELOW.includes(s)),
      );
      assert.deepEqual(
        await subscriptionIds(store, { under: "" }),
        ids(() => true),
      );
      assert.deepEqual(await subscriptionIds(store, { under: "a:1" }), []);
      assert.deepEqual(
        await subscriptionIds(store, { enabled: true }),
        ids((_, i) => i % 2 === 0),
      );
      assert.deepEqual(
        await subscriptionIds(store, { enabled: false }),
        ids((_, i) => i % 2 === 1),
      );
      const scopes = ["", "a:1_2/b:1", "a:1x2", "none"];
      assert.deepEqual(
        await subscriptionIds(store, { scopes }),
        ids((s) => scopes.includes(s)),
      );
      assert.deepEqual(await subscriptionIds(store, { scopes: [] }), []);
      assert.deepEqual(
        await subscriptionIds(store, { scopes, under: "a:1_2", enabled: true }),
        ids((s, i) => s === "a:1_2/b:1" && i % 2 === 0),
      );
      assert.deepEqual(
        await subscriptionIds(store, { under: "a:1_2", enabled: false }),
        ids((s, i) => BELOW.includes(s) && i % 2 === 1),
      );
      await assertPages(
        (page) => store.findSubscriptions({ ...page, under: "a:1_2" }),
        created,
        ids((s) => BELOW.includes(s)),
      );
    },
  ),

  check(
    "findEvents filters by scope and below, by type, by time of publishing, and by all at once",
    async (store) => {
      const facts = SCOPES.map((scope, i) => ({ scope, type: i % 3 === 0 ? "x" : "y", createdAt: T0 + i }));
      await store.append(entries({ events: facts.map((fact, i) => event(`evt_${two(i)}`, fact)) }));
      const ids = (keep: (fact: { scope: string; type: string; createdAt: number }) => boolean) =>
        facts.flatMap((fact, i) => (keep(fact) ? [`evt_${two(i)}`] : [])).reverse();

      assert.deepEqual(
        await eventIds(store, { under: "a:1_2" }),
        ids((f) => BELOW.includes(f.scope)),
      );
      assert.deepEqual(
        await eventIds(store, { under: "" }),
        ids(() => true),
      );
      assert.deepEqual(
        await eventIds(store, { type: "x" }),
        ids((f) => f.type === "x"),
      );
      assert.deepEqual(
        await eventIds(store, { since: T0 + 4 }),
        ids((f) => f.createdAt >= T0 + 4),
      );
      assert.deepEqual(
        await eventIds(store, { under: "a:1_2", type: "y", since: T0 + 2 }),
        ids((f) => BELOW.includes(f.scope) && f.type === "y" && f.createdAt >= T0 + 2),
      );
      await assertPages(
        (page) => store.findEvents({ ...page, type: "y", since: T0 + 2 }),
        created,
        ids((f) => f.type === "y" && f.createdAt >= T0 + 2),
      );
    },
  ),

  check(
    "findDeliveries filters by subscription, event, scope and below, status, and by all at once",
    async (store) => {
      await create(store, subscription("sub_1"));
      const facts = SCOPES.map((scope, i) => ({
        scope,
        subscriptionId: i % 2 ? "sub_1" : "sub_2",
        eventIds: i % 3 ? ["evt_1"] : ["evt_2", "evt_1", "evt_3"],
        createdAt: T0 + i,
        status: i === 1 ? "delivered" : i === 3 ? "failed" : "pending",
      }));
      await store.append(entries({ events: ["evt_1", "evt_2", "evt_3"].map((id) => event(id)) }));
      for (const [i, { status, subscriptionId, ...fact }] of facts.entries()) {
        const row = delivery(`dlv_${two(i)}`, subscriptionId, { ...fact, dueAt: T0 + i });
        await store.append(entries({ deliveries: [row] }));
        if (status === "pending") continue;
        const leased = await claimOne(store, { now: T0 + i });
        await store.settle([status === "failed" ? failure(leased, T0 + 1e6) : outcome(leased)], []);
      }
      const ids = (keep: (fact: (typeof facts)[number]) => boolean) =>
        facts.flatMap((fact, i) => (keep(fact) ? [`dlv_${two(i)}`] : [])).reverse();

      assert.deepEqual(
        await deliveryIds(store, {}),
        ids(() => true),
      );
      assert.deepEqual(
        await deliveryIds(store, { subscriptionId: "sub_1" }),
        ids((f) => f.subscriptionId === "sub_1"),
      );
      assert.deepEqual(
        await deliveryIds(store, { eventId: "evt_1" }),
        ids(() => true),
      );
      assert.deepEqual(
        await deliveryIds(store, { eventId: "evt_3" }),
        ids((f) => f.eventIds.includes("evt_3")),
      );
      assert.deepEqual(await deliveryIds(store, { eventId: "evt_gone" }), []);
      assert.deepEqual(
        await deliveryIds(store, { under: "a:1_2" }),
        ids((f) => BELOW.includes(f.scope)),
      );
      assert.deepEqual(
        await deliveryIds(store, { under: "" }),
        ids(() => true),
      );
      for (const status of ["pending", "failed", "delivered", "exhausted"] as const)
        assert.deepEqual(
          await deliveryIds(store, { status }),
          ids((f) => f.status === status),
        );
      const all = { subscriptionId: "sub_1", eventId: "evt_3", under: "a:1_2", status: "failed" } as const;
      const isAll = (f: (typeof facts)[number]) =>
        f.subscriptionId === "sub_1" &&
        f.eventIds.includes("evt_3") &&
        BELOW.includes(f.scope) &&
        f.status === "failed";
      assert.deepEqual(await deliveryIds(store, all), ids(isAll));
      assert.equal(ids(isAll).length, 1, "the filters together leave something to find");
      await assertPages(
        (page) => store.findDeliveries({ ...page, eventId: "evt_3" }),
        created,
        ids((f) => f.eventIds.includes("evt_3")),
      );
      await assertPages(
        (page) => store.findDeliveries({ ...page, under: "a:1_2", status: "pending" }),
        created,
        ids((f) => BELOW.includes(f.scope) && f.status === "pending"),
      );
    },
  ),

  check(
    "findDeliveries finds one subscription's delivery of an event that went to several",
    async (store) => {
      await store.append(
        entries({
          events: [event("evt_1"), event("evt_2")],
          deliveries: ["sub_1", "sub_2"].flatMap((to) =>
            ["evt_1", "evt_2"].map((id) => delivery(`dlv_${to}_${id}`, to, { eventIds: [id] })),
          ),
        }),
      );
      assert.deepEqual(await deliveryIds(store, { eventId: "evt_1", subscriptionId: "sub_2" }), [
        "dlv_sub_2_evt_1",
      ]);
    },
  ),

  check(
    "findSubscriptions finds a subscription at the scope it went to, and not where it was",
    async (store) => {
      await create(store, subscription("sub_1", { scope: "a:1" }));
      await store.saveSubscription(
        saving(subscription("sub_1", { scope: "b:2", version: 2 }), { replaces: 1 }),
      );
      assert.deepEqual(
        await subscriptionIds(store, { scopes: ["a:1"] }),
        [],
        "still found at the scope it left",
      );
      assert.deepEqual(
        await subscriptionIds(store, { under: "a:1" }),
        [],
        "still found below the scope it left",
      );
      assert.deepEqual(await subscriptionIds(store, { scopes: ["b:2"] }), ["sub_1"]);
      assert.deepEqual(await subscriptionIds(store, { under: "b:2" }), ["sub_1"]);
    },
  ),

  check("findEvents keeps to the time it is given", async (store) => {
    const at = (createdAt: number) => event(`evt_${createdAt - T0}`, { createdAt });
    await store.append(entries({ events: [at(T0), at(T0 + 1), at(T0 + 2), at(T0 + 3)] }));
    assert.deepEqual(await eventIds(store, { since: T0 + 1, until: T0 + 3 }), ["evt_2", "evt_1"]);
    assert.deepEqual(await eventIds(store, { until: T0 + 1 }), ["evt_0"]);
  }),

  check(
    "a list is found behind thousands of rows that are not in it, and its pages are full",
    async (store) => {
      const many = Array.from({ length: 3000 }, (_, i) =>
        delivery(`dlv_${i}`, "sub_1", { createdAt: T0 + i }),
      );
      await store.append(
        entries({ deliveries: [...many, delivery("dlv_rare", "sub_2", { createdAt: T0 - 1 })] }),
      );
      assert.deepEqual(await deliveryIds(store, { subscriptionId: "sub_2" }), ["dlv_rare"]);
      assert.equal(
        (await deliveryIds(store, { subscriptionId: "sub_1", limit: 1500 })).length,
        1500,
        "the page is short",
      );
    },
  ),

  check("a batch's events are found with it, in their order", async (store) => {
    const ids = Array.from({ length: 300 }, (_, i) => `evt_${(i * 7) % 300}`);
    await enqueue(store, delivery("dlv_1", "sub_1", { kind: "batch", eventIds: ids }));
    assert.deepEqual((await store.readDeliveries(["dlv_1"]))[0]?.eventIds, ids);
    assert.deepEqual((await store.findDeliveries({ ...ALL, eventId: "evt_299" }))[0]?.eventIds, ids);
  }),

  check("look-ups answer those that exist, each once, and nothing for nothing", async (store) => {
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    const deliveries = await store.readDeliveries(["dlv_2", "dlv_gone", "dlv_2"]);
    assert.deepEqual(
      deliveries.map((row) => row.id),
      ["dlv_2"],
    );
    const events = await store.readEvents(["evt_dlv_1", "evt_gone", "evt_dlv_1"]);
    assert.deepEqual(
      events.map((row) => row.id),
      ["evt_dlv_1"],
    );
    assert.deepEqual([await store.readDeliveries([]), await store.readEvents([])], [[], []]);
    assert.deepEqual(await store.readAttempts("dlv_gone"), []);
    assert.deepEqual(await store.findPending({ subscriptionId: "sub_gone", ...ALL }), []);
  }),

  check("readAttempts answers by number", async (store) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const attempts = [];
    for (let i = 0; i < 11; i++) {
      const failing = failure(await claimOne(store, { now: T0 + 2 * i * LEASE_MS }), T0 + 1);
      attempts.push(failing);
      if (i % 2 === 0) await store.settle([failing], []);
    }
    // The odd ones come late, refused, the highest first.
    for (const late of attempts.reverse()) await store.settle([late], []);
    assert.deepEqual(
      (await store.readAttempts("dlv_1")).map((row) => row.number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
  }),
];
