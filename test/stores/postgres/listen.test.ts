import { afterAll, afterEach, describe, expect, test } from "vitest";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { Listener } from "../../../src/stores/postgres/listen.js";
import { Throttle } from "../../../src/stores/postgres/throttle.js";
import { delivery, enqueue, entries, event } from "../../../src/testing/store/make.js";
import { deferred } from "../../make.js";
import { cleanUp, openPool, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

describe("listen", () => {
  test("wakes when another process has appended, not when another schema's has", async () => {
    const { schema, store } = await open();
    const elsewhere = await open();
    const woken: string[] = [];
    const first = deferred<void>();
    const stop = await store.listen?.(() => {
      woken.push("here");
      first.resolve();
    });
    const stopElsewhere = await elsewhere.store.listen?.(() => woken.push("elsewhere"));
    await enqueue(postgresStore({ db: await openPool(), schema }), delivery("dlv_1", "sub_1"));
    await first.promise;
    expect(woken).toEqual(["here"]);
    await stop?.();
    await stopElsewhere?.();
  });

  test("wakes when the host's transaction commits, and not before", async () => {
    const { pool, store } = await open();
    const woken = deferred<void>();
    let count = 0;
    await store.listen?.(() => {
      count++;
      woken.resolve();
    });
    await inTransaction(pool, "COMMIT", async (tx) => {
      await store.append(entries({ events: [event("evt_1")], deliveries: [delivery("dlv_1", "sub_1")] }), tx);
      // The listener has heard all that was said before this is answered.
      await store.backlog();
      expect(count).toBe(0);
    });
    await woken.promise;
    await store.close?.();
  });

  test("keeps one connection of the pool, and gives it up when it stops", async () => {
    const { pool, store } = await open({ max: 2 });
    const stop = await store.listen?.(() => {});
    expect(pool.totalCount - pool.idleCount).toBe(1);
    await stop?.();
    expect(pool.totalCount - pool.idleCount).toBe(0);
    await store.listen?.(() => {});
    await store.close?.();
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });

  test("opens another connection when its own is lost, and wakes in case something was missed", async () => {
    const { pool } = await open();
    const woken = deferred<void>();
    const listener = new Listener(pool as never, "some_channel", () => woken.resolve(), {
      first: 1,
      longest: 1,
    });
    await listener.start();
    await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1", [
      'LISTEN "some_channel"',
    ]);
    await woken.promise;
    const { rows } = await pool.query("SELECT 1 FROM pg_stat_activity WHERE query = $1", [
      'LISTEN "some_channel"',
    ]);
    expect(rows).toHaveLength(1);
    listener.stop();
  });

  test("is left out where there is no connection to spare", async () => {
    const { pool, schema, store } = await open();
    expect(store.listen).toBeTypeOf("function");
    expect(postgresStore({ db: await openPool({ max: 1 }), schema }).listen).toBeUndefined();
    const client = await pool.connect();
    expect(postgresStore({ db: client, schema }).listen).toBeUndefined();
    client.release();
  });
});

test("notifications are sent at most once in the gap", () => {
  let now = 0;
  const throttle = new Throttle(5, () => now);
  const passed = [0, 1, 4.9, 5, 6, 10, 9].map((time) => {
    now = time;
    return throttle.pass();
  });
  expect(passed).toEqual([true, false, false, true, false, true, false]);
});
