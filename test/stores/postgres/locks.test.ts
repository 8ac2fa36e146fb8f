import { afterAll, afterEach, describe, expect, test } from "vitest";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  enqueue,
  entries,
  event,
  failed,
  outcome,
  pending,
  sealing,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";
import { cleanUp, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open, someoneWaits } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

const OLD = { before: T0 + 1e6, limit: 1000 } as const;

describe("settle", () => {
  test("of the same rows in many orders at once never deadlocks", async () => {
    const { store } = await open();
    const subscriptions = ["sub_1", "sub_2", "sub_3", "sub_4"];
    await create(store, ...subscriptions.map((id) => subscription(id)));
    for (let round = 0; round < 5; round++) {
      const rows = subscriptions.flatMap((id) =>
        Array.from({ length: 20 }, (_, i) => delivery(`dlv_${round}_${id}_${i}`, id)),
      );
      await enqueue(store, ...rows);
      const leased = await store.claim(claiming());
      expect(leased).toHaveLength(80);
      const settles = Array.from({ length: 8 }, (_, i) => {
        const turn = <T>(list: readonly T[]) => {
          const at = (i * 37) % list.length;
          const turned = [...list.slice(at), ...list.slice(0, at)];
          return i % 2 ? turned : turned.reverse();
        };
        return store.settle(
          turn(leased).map((row) => outcome(row)),
          turn(subscriptions).map((id) => failed(id)),
        );
      });
      const refused = (await Promise.all(settles)).map((settled) => settled.refused.length);
      expect(refused.reduce((a, b) => a + b)).toBe(80 * 7);
    }
    // Who was accepted counts, and of eight only the one that came first had anything accepted.
    for (const { health } of await store.readSubscriptions(subscriptions))
      expect(health.consecutiveFailures).toBe(5);
  });

  test("and the removal of its subscriptions at once never deadlock", async () => {
    const { store } = await open();
    for (let round = 0; round < 10; round++) {
      const id = `sub_${round}`;
      await create(store, subscription(id));
      await enqueue(store, ...Array.from({ length: 30 }, (_, i) => delivery(`dlv_${round}_${i}`, id)));
      const leased = await store.claim(claiming());
      await Promise.all([
        store.settle(
          leased.toReversed().map((row) => outcome(row)),
          [failed(id)],
        ),
        store.removeSubscription(id, T0, null),
        store.cancel(
          leased.map((row) => row.id),
          T0,
        ),
      ]);
      const statuses = new Set(
        (await store.findDeliveries({ ...ALL, subscriptionId: id })).map((row) => row.status),
      );
      expect([...statuses].filter((status) => !["delivered", "cancelled"].includes(status))).toEqual([]);
    }
  });

  test("takes the status of the later of two attempts at one moment, and never that of an earlier one", async () => {
    const { store } = await open();
    await create(store, subscription("sub_1"));
    await enqueue(store, ...[1, 2, 3].map((n) => delivery(`dlv_${n}`, "sub_1")));
    const statuses: (number | null | undefined)[] = [];
    for (const [i, leased] of (await store.claim(claiming())).entries()) {
      const lastAttemptAt = i < 2 ? T0 : T0 - 1;
      const { health } = await store.settle(
        [outcome(leased)],
        [failed("sub_1", { lastAttemptAt, lastStatus: 500 + i })],
      );
      statuses.push(health[0]?.lastStatus);
    }
    expect(statuses).toEqual([500, 501, 501]);
  });

  test("that waits for another judges the lease by what the other left", async () => {
    const { pool, schema, store } = await open();
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    const [leased] = await store.claim(claiming());
    if (!leased) throw new Error("nothing claimed");
    let second: ReturnType<typeof store.settle> | undefined;
    await inTransaction(pool, "COMMIT", async (tx) => {
      await postgresStore({ db: tx, schema }).cancel(["dlv_1"], T0 + 3);
      second = store.settle([outcome(leased)], [failed("sub_1")]);
      await someoneWaits(pool, schema);
    });
    expect(await second).toEqual({ refused: ["dlv_1"], health: [] });
    expect((await store.readDeliveries(["dlv_1"]))[0]?.status).toBe("cancelled");
  });
});

describe("claim", () => {
  test("passes over rows that another holds and takes the next", async () => {
    const { pool, schema, store } = await open({ options: "-c lock_timeout=1" });
    await create(store, subscription("sub_1"), subscription("sub_2", { ordered: true }));
    await enqueue(store, ...["1", "2", "3"].map((n) => delivery(`dlv_${n}`, "sub_1")));
    await enqueue(store, ...["4", "5"].map((n) => delivery(`dlv_${n}`, "sub_2")));
    await inTransaction(pool, "COMMIT", async (tx) => {
      const other = postgresStore({ db: tx, schema });
      const held = await other.claim(claiming({ lease: "other", perSubscription: 2 }));
      expect(held.map((row) => row.id)).toEqual(["dlv_1", "dlv_2", "dlv_4"]);
      expect((await store.claim(claiming())).map((row) => row.id)).toEqual(["dlv_3"]);
    });
  });

  test("serves the subscriptions by turns, from where the last claim ended", async () => {
    const { store } = await open();
    const names = ["sub_1", "sub_2", "sub_3"];
    await create(store, ...names.map((id) => subscription(id)));
    await enqueue(store, ...names.flatMap((id) => [1, 2, 3].map((n) => delivery(`dlv_${id}_${n}`, id))));
    const served: string[] = [];
    for (let i = 0; i < 5; i++) {
      const claimed = await store.claim(claiming({ limit: 2, perSubscription: 1 }));
      served.push(claimed.map((row) => row.subscriptionId.slice(4)).join(""));
    }
    expect(served).toEqual(["12", "31", "23", "12", "3"]);
  });

  test("takes deliveries that were attempted before first, then those due longest, then in the order of appending", async () => {
    const { store } = await open();
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_9", "sub_1"), delivery("dlv_8", "sub_1"));
    const begun = await store.claim(claiming());
    await store.settle(
      begun.map((row) =>
        outcome(row, { status: "failed", dueAt: row.id === "dlv_9" ? T0 + 50 : T0 + 40, completedAt: null }),
      ),
      [],
    );
    await enqueue(store, ...["7", "3", "5"].map((n) => delivery(`dlv_${n}`, "sub_1")));
    await enqueue(store, delivery("dlv_1", "sub_1", { dueAt: T0 - 1 }));
    const claimed = await store.claim(claiming({ now: T0 + 60 }));
    expect(claimed.map((row) => row.id)).toEqual(["dlv_8", "dlv_9", "dlv_1", "dlv_7", "dlv_3", "dlv_5"]);
  });
});

describe("prune", () => {
  test("of two deliveries of one event at once loses no track of the event", async () => {
    const { pool, schema, store } = await open();
    await create(store, subscription("sub_1"));
    await store.append(
      entries({
        events: [event("evt_1")],
        deliveries: ["1", "2"].map((n) => delivery(`dlv_${n}`, "sub_1", { eventIds: ["evt_1"] })),
      }),
    );
    await store.cancel(["dlv_1"], T0);
    let second: Promise<number> | undefined;
    await inTransaction(pool, "COMMIT", async (tx) => {
      // Sees the event named by the second delivery, and so would leave it.
      expect(await postgresStore({ db: tx, schema }).prune(OLD)).toBe(1);
      await store.cancel(["dlv_2"], T0);
      second = store.prune(OLD);
      await someoneWaits(pool, schema);
    });
    await second;
    await store.prune(OLD);
    expect(await store.findDeliveries(ALL)).toEqual([]);
    expect(await store.findEvents(ALL)).toEqual([]);
  });

  test("that saw an event named by a delivery which goes at this moment leaves it to the next", async () => {
    const { pool, schema, store } = await open();
    const ids = ["dlv_1", "dlv_2"];
    await store.append(
      entries({
        events: [event("evt_1")],
        deliveries: ids.map((id) => delivery(id, "sub_1", { eventIds: ["evt_1"] })),
      }),
    );
    await store.cancel(ids, T0);
    const one = { ...OLD, limit: 1 } as const;
    expect(await store.prune(one)).toBe(1);
    let second: Promise<number> | undefined;
    await inTransaction(pool, "COMMIT", async (tx) => {
      expect(await postgresStore({ db: tx, schema }).prune(one)).toBe(1);
      second = store.prune(OLD);
      await someoneWaits(pool, schema);
    });
    expect(((await second) ?? 0) + (await store.prune(OLD))).toBe(1);
    expect(await store.findEvents(ALL)).toEqual([]);
  });

  test("leaves an event that is delivered late at this moment", async () => {
    const { pool, schema, store } = await open();
    await create(store, subscription("sub_1"));
    await store.append(entries({ events: [event("evt_1")] }));
    let pruned: Promise<number> | undefined;
    await inTransaction(pool, "COMMIT", async (tx) => {
      await store.append(entries({ deliveries: [delivery("dlv_1", "sub_1", { eventIds: ["evt_1"] })] }), tx);
      pruned = store.prune(OLD);
      await someoneWaits(pool, schema);
    });
    expect(await pruned).toBe(0);
    expect((await store.claim(claiming()))[0]?.event?.id).toBe("evt_1");
  });

  test("finds an event whose late delivery was dropped with a known event", async () => {
    const { store } = await open();
    await store.append(entries({ events: [event("evt_1"), event("evt_2")] }));
    const both = delivery("dlv_1", "sub_1", { eventIds: ["evt_1", "evt_2"] });
    expect(await store.append(entries({ events: [event("evt_1")], deliveries: [both] }))).toEqual([]);
    expect(await store.findDeliveries(ALL)).toEqual([]);
    expect(await store.prune(OLD)).toBe(2);
  });

  test("does not wait for a delivery that another holds", async () => {
    const { pool, schema, store } = await open({ options: "-c lock_timeout=1" });
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    await store.cancel(["dlv_1", "dlv_2"], T0);
    await inTransaction(pool, "ROLLBACK", async (tx) => {
      await postgresStore({ db: tx, schema }).requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0, now: T0 });
      expect(await store.prune(OLD)).toBe(2);
    });
    expect((await store.findDeliveries(ALL)).map((row) => row.id)).toEqual(["dlv_1"]);
  });

  test("looks at an event once, however long something else still names it", async () => {
    const { pool, schema, store } = await open();
    await create(store, subscription("sub_1"), subscription("sub_2"));
    const ids = Array.from({ length: 9 }, (_, i) => `evt_${i}`);
    await store.append(
      entries({
        events: ids.map((id) => event(id)),
        deliveries: ids.map((id) => delivery(`dlv_${id}`, "sub_1", { eventIds: [id] })),
        pending: ids.map((id) => pending("sub_2", id)),
      }),
    );
    await store.cancel(
      ids.map((id) => `dlv_${id}`),
      T0,
    );
    const loose = async () =>
      (await pool.query(`SELECT id FROM "${schema}".events WHERE loose IS NOT NULL`)).rows.length;
    expect(await loose()).toBe(0);
    expect(await store.prune({ ...OLD, limit: 9 })).toBe(9);
    expect(await loose()).toBe(9);
    expect(await store.prune({ ...OLD, limit: 2 })).toBe(0);
    expect(await loose()).toBe(0);
    await store.seal(sealing("sub_2", "dlv_batch"));
    await store.cancel(["dlv_batch"], T0);
    expect(await store.prune(OLD)).toBe(10);
  });
});
