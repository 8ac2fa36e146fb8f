import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Inbox, Store, TakeRequest } from "../../../src/model/store.js";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { T0 } from "../../../src/testing/store/make.js";
import { deferred } from "../../make.js";
import { cleanUp, databaseUrl, openPool, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open, someoneWaits } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

/** Calls the function with what follows its name, and answers the id. */
async function publish(db: pg.Pool | pg.PoolClient, schema: string, rest: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(`SELECT "${schema}".publish(${rest}) AS id`);
  return rows[0]?.id ?? "";
}

async function take(store: Store<never> | Inbox, change: Partial<TakeRequest> = {}) {
  return (await store.takeInbox?.({ limit: 100, maxBytes: 1e6, leaseMs: 1000, now: T0, ...change })) ?? [];
}

const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

describe("publish from SQL", () => {
  test("answers an id as the library makes them, that sorts by time", async () => {
    const { pool, schema, store } = await open();
    const { rows } = await pool.query<{ id: string; ms: string }>(
      `SELECT n, "${schema}".publish('a.b', to_jsonb(n)) AS id,
         floor(extract(epoch FROM clock_timestamp()) * 1000) AS ms
       FROM generate_series(1, 500) n`,
    );
    const ids = idsOf(rows);
    for (const id of ids) expect(id).toMatch(/^evt_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(new Set(ids).size).toBe(500);
    expect([...ids].sort()).toEqual(ids);
    const time = [...(ids[0] ?? "").slice(4, 14)].reduce(
      (sum, digit) => sum * 32 + "0123456789abcdefghjkmnpqrstvwxyz".indexOf(digit),
      0,
    );
    expect(Number(rows[0]?.ms) - time).toBeGreaterThanOrEqual(0);
    expect(Number(rows[0]?.ms) - time).toBeLessThan(60_000);
    expect(idsOf(await take(store, { limit: 1000 }))).toEqual(ids);
  });

  test("keeps the data as jsonb writes it, and the time of the transaction", async () => {
    const { pool, schema, store } = await open();
    await inTransaction(pool, "COMMIT", async (tx) => {
      await publish(tx, schema, `'a.b', '{"b":1, "a":10000000000000000000000001}'`);
      await publish(tx, schema, `'a.b', 'null', 'o:1'`);
      const { rows } = await tx.query("SELECT floor(extract(epoch FROM now()) * 1000)::text AS ms");
      const at = Number(rows[0].ms);
      await tx.query("COMMIT");
      expect(await take(store)).toMatchObject([
        { at, scope: "", data: '{"a": 10000000000000000000000001, "b": 1}' },
        { at, scope: "o:1", data: "null" },
      ]);
    });
  });

  test("takes names for its arguments, a given id, and that id once", async () => {
    const { pool, schema, store } = await open();
    const given = `type => 'a.b', data => '{"n": 1}', id => 'o-1_~Z'`;
    expect(await publish(pool, schema, given)).toBe("o-1_~Z");
    expect(await publish(pool, schema, `type => 'c.d', data => '{"n": 2}', id => 'o-1_~Z'`)).toBe("o-1_~Z");
    expect(await take(store)).toMatchObject([{ id: "o-1_~Z", type: "a.b", data: '{"n": 1}' }]);
  });

  test("of an id that was refused takes the place of that event, behind those that wait", async () => {
    const { pool, schema, store } = await open();
    await publish(pool, schema, `'a.b', '1', id => 'evt_1'`);
    await store.refuseInbox?.([{ id: "evt_1", error: "no" }], T0);
    await publish(pool, schema, `'a.b', '2', id => 'evt_2'`);
    await publish(pool, schema, `'c.d', '3', 'o:1', 'evt_1'`);
    expect(await take(store)).toMatchObject([
      { id: "evt_2" },
      { id: "evt_1", type: "c.d", scope: "o:1", data: "3" },
    ]);
    expect(await store.prune({ before: T0 + 1, limit: 9 })).toBe(0);
  });

  test("of an id that waits holds up no taker, however long the transaction is open", async () => {
    const { pool, schema, store } = await open({ options: "-c lock_timeout=1" });
    await publish(pool, schema, `'a.b', '1', id => 'evt_1'`);
    await inTransaction(pool, "COMMIT", async (tx) => {
      await publish(tx, schema, `'a.b', '1', id => 'evt_1'`);
      expect(idsOf(await take(store))).toEqual(["evt_1"]);
      await store.clearInbox?.(["evt_1"]);
    });
  });

  test.each([
    ["NULL, '1'", "22004", /type is NULL/, /event type of the catalogue/],
    ["'a.b', NULL", "22004", /data is NULL/, /null/],
    ["'a.b', '1', NULL", "22004", /scope is NULL/, /Leave scope out/],
    ["'a.b', '1', id => ''", "22023", /id is not acceptable/, /1 to 128/],
    ["'a.b', '1', id => 'a.b'", "22023", /id is not acceptable/, /1 to 128/],
    ["'a.b', '1', id => 'é'", "22023", /id is not acceptable/, /1 to 128/],
    ["'a.b', '1', id => E'a\\n'", "22023", /id is not acceptable/, /1 to 128/],
    ["'a.b', '1', id => repeat('a', 129)", "22023", /id is not acceptable/, /1 to 128/],
    ["'a.b', to_jsonb(repeat('a', 67108863))", "54000", /larger than 67108864 bytes/, /reference/],
  ])("refuses (%s) and says what to do", async (rest, code, message, hint) => {
    const { pool, schema, store } = await open();
    const error = await publish(pool, schema, rest).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(await take(store)).toEqual([]);
  });

  test("accepts the longest id and the largest data", async () => {
    const { pool, schema } = await open();
    const id = "a".repeat(128);
    expect(await publish(pool, schema, `'a.b', to_jsonb(repeat('a', 67108862)), id => '${id}'`)).toBe(id);
  });

  test("waits for nobody but the same id: two transactions publish side by side", async () => {
    const { pool, schema, store } = await open({ options: "-c lock_timeout=1" });
    await inTransaction(pool, "COMMIT", (one) =>
      inTransaction(pool, "COMMIT", async (two) => {
        await publish(one, schema, "'a.b', '1', id => 'evt_1'");
        await publish(two, schema, "'a.b', '1', id => 'evt_2'");
        await publish(one, schema, "'a.b', '1', id => 'evt_3'");
      }),
    );
    expect(idsOf(await take(store))).toEqual(["evt_1", "evt_2", "evt_3"]);
  });
});

describe("the right to publish", () => {
  test("is given by two grants, and to nobody else", async () => {
    const { pool, schema, store } = await open({ max: 1 });
    const role = `${schema}_app`;
    await pool.query(`CREATE ROLE ${role}`);
    const asRole = async (work: () => Promise<unknown>) => {
      await pool.query(`SET ROLE ${role}`);
      try {
        return await work();
      } catch (error) {
        return error;
      } finally {
        await pool.query("RESET ROLE");
      }
    };
    try {
      const call = () => publish(pool, schema, "'a.b', '1', id => 'evt_1'");
      expect(await asRole(call)).toMatchObject({ code: "42501", message: expect.stringMatching(/schema/) });
      await pool.query(`GRANT USAGE ON SCHEMA "${schema}" TO ${role}`);
      expect(await asRole(call)).toMatchObject({
        code: "42501",
        message: expect.stringMatching(/function publish/),
      });
      expect(await take(store)).toEqual([]);
      await pool.query(`GRANT EXECUTE ON FUNCTION "${schema}".publish TO ${role}`);
      expect(await asRole(call)).toBe("evt_1");
      const read = () => pool.query(`SELECT * FROM "${schema}".inbox`);
      expect(await asRole(read)).toMatchObject({ code: "42501" });
    } finally {
      await pool.query(`DROP OWNED BY ${role}`);
      await pool.query(`DROP ROLE ${role}`);
    }
    expect(idsOf(await take(store))).toEqual(["evt_1"]);
  });

  test("cannot be turned against the owner by the caller's search path", async () => {
    const { pool, schema, store } = await open();
    await inTransaction(pool, "COMMIT", async (tx) => {
      await tx.query(
        `CREATE FUNCTION "${schema}".floor(numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1/0'`,
      );
      await tx.query(`CREATE TEMP TABLE inbox (id text) ON COMMIT DROP`);
      await tx.query(`SET LOCAL search_path = "${schema}", pg_temp, pg_catalog`);
      await publish(tx, schema, "'a.b', '1', id => 'evt_1'");
    });
    expect(idsOf(await take(store))).toEqual(["evt_1"]);
  });
});

describe("take", () => {
  test("waits for another's and then finds everything leased", async () => {
    const { pool, schema, store } = await open();
    for (const id of ["evt_1", "evt_2", "evt_3"]) await publish(pool, schema, `'a.b', '1', id => '${id}'`);
    let second: ReturnType<typeof take> | undefined;
    await inTransaction(pool, "COMMIT", async (tx) => {
      expect(idsOf(await take(postgresStore({ db: tx, schema }), { limit: 2 }))).toEqual(["evt_1", "evt_2"]);
      second = take(store, { limit: 1 });
      await someoneWaits(pool, schema);
    });
    expect(await second).toEqual([]);
  });

  test("never passes what another takes at this moment, because of an event that was committed late", async () => {
    const { pool, schema, store } = await open();
    let second: ReturnType<typeof take> | undefined;
    await inTransaction(pool, "COMMIT", async (taking) => {
      await inTransaction(pool, "COMMIT", async (late) => {
        await publish(late, schema, "'a.b', '1', id => 'evt_1'");
        for (const id of ["evt_2", "evt_3"]) await publish(pool, schema, `'a.b', '1', id => '${id}'`);
        expect(idsOf(await take(postgresStore({ db: taking, schema }), { limit: 1 }))).toEqual(["evt_2"]);
      });
      // Sees the first, which nobody holds, and the second as it was before it was leased.
      second = take(store);
      await someoneWaits(pool, schema);
    });
    expect(await second).toEqual([]);
  });

  test("reads the queue from its own index, and sorts none of it", async () => {
    const { pool, schema, store } = await open();
    await pool.query(`SELECT "${schema}".publish('a.b', '1') FROM generate_series(1, 3000)`);
    const refused = (await take(store, { limit: 1000 })).map(({ id }) => ({ id, error: "no" }));
    await store.refuseInbox?.(refused, T0);
    await pool.query(`ANALYZE "${schema}".inbox`);
    const { rows } = await pool.query<{ "QUERY PLAN": string }>(
      `EXPLAIN SELECT id FROM "${schema}".inbox WHERE due_at IS NOT NULL ORDER BY seq LIMIT 500 FOR UPDATE`,
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain("Index Scan using inbox_queue");
    expect(plan).not.toContain("Sort");
  });
});

test("two processes take each event once, and append them in the order of publishing", async () => {
  const { pool, schema } = await open();
  await pool.query(
    `SELECT "${schema}".publish('a.b', '1', id => 'evt_' || n) FROM generate_series(1, 200) n`,
  );
  const script = join(import.meta.dirname, "inbox-taker.ts");
  const run = async () => {
    const child = fork(script, [await databaseUrl(), schema, "200"], { execArgv: ["--import", "tsx"] });
    const [ids] = (await once(child, "message")) as [string[]];
    return ids;
  };
  const took = await Promise.all([run(), run()]);
  expect(took.flat()).toHaveLength(200);
  const { rows } = await pool.query<{ id: string }>(
    `SELECT event_id AS id FROM "${schema}".deliveries ORDER BY seq`,
  );
  expect(idsOf(rows)).toEqual(Array.from({ length: 200 }, (_, i) => `evt_${i + 1}`));
});

describe("a commit", () => {
  test("wakes the workers, and one that is rolled back does not", async () => {
    const { pool, schema, store } = await open();
    const woken = deferred<void>();
    let count = 0;
    await store.listen?.(() => {
      count++;
      woken.resolve();
    });
    await inTransaction(pool, "ROLLBACK", (tx) => publish(tx, schema, "'a.b', '1'"));
    // The listener has heard all that was said before this is answered.
    await store.backlog();
    expect(count).toBe(0);
    await publish(pool, schema, "'a.b', '1'");
    await woken.promise;
    await store.close?.();
  });

  test("does not queue for its notification behind another that notifies", async () => {
    const { pool, schema } = await open();
    const heard: string[] = [];
    const listener = await (await openPool()).connect();
    listener.on("notification", ({ processId }) => heard.push(String(processId)));
    await listener.query(`LISTEN "${schema}_wake"`);
    const pidOf = async (tx: pg.PoolClient) =>
      String((await tx.query("SELECT pg_backend_pid() AS pid")).rows[0].pid);
    const pids = await inTransaction(pool, "COMMIT", async (one) => {
      await publish(one, schema, "'a.b', '1'");
      const [, other] = await inTransaction(pool, "COMMIT", async (two) => [
        await publish(two, schema, "'a.b', '1'"),
        await pidOf(two),
      ]);
      return [await pidOf(one), other];
    });
    await listener.query("SELECT 1");
    expect(heard).toEqual([pids[0]]);
    listener.release(true);
  });
});
