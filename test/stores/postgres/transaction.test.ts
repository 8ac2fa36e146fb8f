import { afterAll, afterEach, describe, expect, test } from "vitest";
import {
  ALL,
  claiming,
  create,
  delivery,
  entries,
  event,
  pending,
  subscription,
} from "../../../src/testing/store/make.js";
import { cleanUp, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open, someoneWaits } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

/** An event for each id, delivered to these subscriptions. */
const published = (id: string, subscriptions: readonly string[]) =>
  entries({
    events: [event(id)],
    deliveries: subscriptions.map((to) => delivery(`dlv_${id}_${to}`, to, { eventIds: [id] })),
    pending: [pending("sub_batch", id)],
  });

describe("append in the host's transaction", () => {
  test("is invisible until it commits", async () => {
    const { pool, schema, store } = await open();
    await create(store, subscription("sub_1"));
    await pool.query(`CREATE TABLE ${schema}.orders (id text)`);
    await inTransaction(pool, "COMMIT", async (tx) => {
      await tx.query(`INSERT INTO ${schema}.orders VALUES ('o_1')`);
      expect(await store.append(published("evt_1", ["sub_1"]), tx)).toEqual(["evt_1"]);
      expect(await store.readEvents(["evt_1"])).toEqual([]);
      expect(await store.claim(claiming())).toEqual([]);
      expect(await store.backlog()).toEqual([]);
    });
    expect((await pool.query(`SELECT id FROM ${schema}.orders`)).rows).toEqual([{ id: "o_1" }]);
    expect((await store.claim(claiming())).map((row) => row.id)).toEqual(["dlv_evt_1_sub_1"]);
    expect(await store.backlog()).toHaveLength(1);
  });

  test("is gone when it rolls back, and the event may be published again", async () => {
    const { pool, store } = await open();
    await inTransaction(pool, "ROLLBACK", (tx) => store.append(published("evt_1", ["sub_1"]), tx));
    expect(await store.readEvents(["evt_1"])).toEqual([]);
    expect(await store.findDeliveries(ALL)).toEqual([]);
    expect(await store.append(published("evt_1", ["sub_1"]))).toEqual(["evt_1"]);
  });

  test("of two transactions to the same subscriptions in opposite order, neither waits", async () => {
    // A statement that waits for a lock fails at once, so this cannot pass by patience.
    const { pool, store } = await open({ options: "-c lock_timeout=1" });
    await create(store, subscription("sub_1"), subscription("sub_2"));
    await inTransaction(pool, "COMMIT", (one) =>
      inTransaction(pool, "COMMIT", async (two) => {
        await store.append(published("evt_1", ["sub_1", "sub_2"]), one);
        await store.append(published("evt_2", ["sub_2", "sub_1"]), two);
        await store.append(published("evt_3", ["sub_2", "sub_1"]), one);
        await store.append(published("evt_4", ["sub_1", "sub_2"]), two);
      }),
    );
    expect(await store.findDeliveries(ALL)).toHaveLength(8);
  });

  test("does not keep claims, settles and changes of the subscription waiting", async () => {
    const { pool, store } = await open({ options: "-c lock_timeout=1" });
    await create(store, subscription("sub_1"));
    await store.append(published("evt_1", ["sub_1"]));
    await inTransaction(pool, "COMMIT", async (tx) => {
      await store.append(published("evt_2", ["sub_1"]), tx);
      expect(await store.claim(claiming())).toHaveLength(1);
      expect(await store.removeSubscription("sub_1", 1, null)).toBe(true);
    });
  });

  test("of the same event in two transactions the second waits for the first, and finds it", async () => {
    const { pool, schema, store } = await open();
    let second: Promise<readonly string[]> | undefined;
    await inTransaction(pool, "COMMIT", async (one) => {
      await store.append(published("evt_1", ["sub_1"]), one);
      second = inTransaction(pool, "COMMIT", (two) => store.append(published("evt_1", ["sub_2"]), two));
      await someoneWaits(pool, schema);
    });
    expect(await second).toEqual([]);
    expect((await store.findDeliveries(ALL)).map((row) => row.id)).toEqual(["dlv_evt_1_sub_1"]);
  });

  test("of the same events in opposite order never deadlocks", async () => {
    const { pool, schema, store } = await open();
    const appending = (...ids: readonly string[]) =>
      store.append(entries({ events: ids.map((id) => event(id)) }));
    const appends: Promise<readonly string[]>[] = [];
    // Both are brought to wait for the event in the middle; in the order given, each would hold what the other needs.
    await inTransaction(pool, "ROLLBACK", async (tx) => {
      await store.append(entries({ events: [event("evt_m")] }), tx);
      appends.push(appending("evt_b", "evt_m", "evt_a"), appending("evt_a", "evt_m", "evt_b"));
      await someoneWaits(pool, schema, 2);
    });
    expect((await Promise.all(appends)).flat().sort()).toEqual(["evt_a", "evt_b", "evt_m"]);
  });

  test("that fails says that the transaction is lost", async () => {
    const { pool, store } = await open();
    await store.append(published("evt_1", ["sub_1"]));
    const taken = {
      ...published("evt_2", []),
      deliveries: [delivery("dlv_evt_1_sub_1", "sub_1", { eventIds: ["evt_2"] })],
    };
    await inTransaction(pool, "ROLLBACK", async (tx) => {
      await expect(store.append(taken, tx)).rejects.toMatchObject({
        code: "STORE_UNAVAILABLE",
        message: expect.stringMatching(/can only be rolled back/),
        cause: { code: "23505" },
      });
    });
    expect(await store.readEvents(["evt_2"])).toEqual([]);
  });
});
