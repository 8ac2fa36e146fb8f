import type pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Store } from "../../../src/model/store.js";
import { postgresStore, type SqlExecutor } from "../../../src/stores/postgres/index.js";
import {
  claiming,
  create,
  delivery,
  enqueue,
  entries,
  event,
  failed,
  outcome,
  pending,
  saving,
  sealing,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";
import { failure } from "../../make.js";
import { cleanUp, openPool, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

type PostgresStore = Store<SqlExecutor>;

/** What is locked by another session, and what then waits for it. */
const WAITS: readonly (readonly [
  string,
  string,
  (store: PostgresStore) => Promise<(store: PostgresStore) => Promise<unknown>>,
])[] = [
  [
    "settle, for a delivery",
    "SELECT FROM queue FOR UPDATE",
    async (store) => {
      const [leased] = await store.claim(claiming());
      if (!leased) throw new Error("nothing claimed");
      return (impatient) => impatient.settle([outcome(leased)], []);
    },
  ],
  [
    "settle, for a subscription",
    "SELECT FROM subscriptions FOR UPDATE",
    async (store) => {
      const [leased] = await store.claim(claiming());
      if (!leased) throw new Error("nothing claimed");
      return (impatient) => impatient.settle([outcome(leased)], [failed("sub_1")]);
    },
  ],
  [
    "seal",
    "SELECT FROM pending FOR UPDATE",
    async () => (store) => store.seal(sealing("sub_1", "dlv_9", { flushBefore: T0 })),
  ],
  ["cancel", "SELECT FROM queue FOR UPDATE", async () => (store) => store.cancel(["dlv_1"], T0)],
  [
    "requeue",
    "SELECT FROM queue FOR UPDATE",
    async () => (store) => store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0, now: T0 }),
  ],
  [
    "requeue from the start",
    "SELECT FROM history FOR UPDATE",
    async (store) => {
      await store.cancel(["dlv_1"], T0);
      return (impatient) => impatient.requeue({ ids: ["dlv_1"], mode: "restart", dueAt: T0, now: T0 });
    },
  ],
  [
    "a change of a subscription",
    "SELECT FROM subscriptions FOR UPDATE",
    async () => (store) =>
      store.saveSubscription(saving(subscription("sub_1", { version: 2 }), { replaces: 1 })),
  ],
  [
    "a subscription whose id another makes at this moment",
    "INSERT INTO subscriptions (id, scope, enabled, ordered, version, created_at, updated_at, document) VALUES ('sub_9', '', true, false, 1, 0, 0, '')",
    async () => (store) => store.saveSubscription(saving(subscription("sub_9"))),
  ],
  [
    "the removal of a subscription, for its deliveries",
    "SELECT FROM queue FOR UPDATE",
    async () => (store) => store.removeSubscription("sub_1", T0, null),
  ],
  [
    "the removal of a subscription, for what waits",
    "SELECT FROM pending FOR UPDATE",
    async () => (store) => store.removeSubscription("sub_1", T0, null),
  ],
  [
    "append, for the same event of another transaction",
    "INSERT INTO events (id, type, scope, at, created_at, test, data) VALUES ('evt_9', '', '', 0, 0, false, '')",
    async () => (store) => store.append(entries({ events: [event("evt_9")] })),
  ],
  [
    "prune, for the event of a delivery",
    "SELECT FROM events FOR UPDATE",
    async (store) => {
      await store.cancel(["dlv_1"], T0);
      return (impatient) => impatient.prune({ before: T0 + 1, limit: 9 });
    },
  ],
  [
    "prune, for an event that nothing names",
    "SELECT FROM events WHERE id = 'evt_loose' FOR UPDATE",
    async () => (store) => store.prune({ before: T0 + 1, limit: 9 }),
  ],
  [
    "taking in what was published from SQL",
    "SELECT FROM inbox FOR UPDATE",
    async () => (store) => inboxOf(store).takeInbox({ limit: 9, maxBytes: 999, leaseMs: 1, now: T0 }),
  ],
  [
    "clearing what was taken in",
    "SELECT FROM inbox FOR UPDATE",
    async () => (store) => inboxOf(store).clearInbox(["evt_sql"]),
  ],
  [
    "refusing what was published from SQL",
    "SELECT FROM inbox FOR UPDATE",
    async () => (store) => inboxOf(store).refuseInbox([{ id: "evt_sql", error: "{}" }], T0),
  ],
];

const inboxOf = (store: PostgresStore) => store as Required<PostgresStore>;

async function filled(): Promise<{ pool: pg.Pool; schema: string; store: PostgresStore }> {
  const opened = await open();
  await create(opened.store, subscription("sub_1"));
  await enqueue(opened.store, delivery("dlv_1", "sub_1"));
  await opened.store.append(
    entries({ events: [event("evt_1"), event("evt_loose")], pending: [pending("sub_1", "evt_1")] }),
  );
  await opened.pool.query(`SELECT "${opened.schema}".publish('a.b', '{}', '', 'evt_sql')`);
  return opened;
}

describe("a wait for a lock", () => {
  test.each(WAITS)("of %s ends in time, with nothing written", async (_, lock, prepare) => {
    const { pool, schema, store } = await filled();
    const call = await prepare(store);
    // Without the bound the deadline ends the wait, with another error.
    const impatient = postgresStore({ db: pool, schema, lockTimeout: 5, statementTimeout: "5s" });
    const error = await inTransaction(pool, "ROLLBACK", async (holder) => {
      await holder.query(`SET LOCAL search_path = "${schema}"`);
      await holder.query(lock);
      return failure("STORE_UNAVAILABLE", () => call(impatient));
    });
    expect(error.cause).toMatchObject({ code: "55P03" });
    expect(error.message).toMatch(/nothing was written: .*held a lock for longer than lockTimeout/);
    await call(store);
  });

  test("is bounded by the session's own setting where that is shorter", async () => {
    const { pool, schema } = await filled();
    const strict = postgresStore({
      db: await openPool({ options: "-c lock_timeout=5" }),
      schema,
      lockTimeout: "1h",
    });
    await inTransaction(pool, "ROLLBACK", async (holder) => {
      await holder.query(`SELECT FROM "${schema}".queue FOR UPDATE`);
      const error = await failure("STORE_UNAVAILABLE", () => strict.cancel(["dlv_1"], T0));
      expect(error.cause).toMatchObject({ code: "55P03" });
    });
  });

  test("leaves the session's setting as it was", async () => {
    const { schema } = await filled();
    const pool = await openPool({ max: 1, options: "-c lock_timeout=7777" });
    const store = postgresStore({ db: pool, schema, lockTimeout: 5 });
    await store.cancel(["dlv_1"], T0);
    expect((await pool.query("SHOW lock_timeout")).rows).toEqual([{ lock_timeout: "7777ms" }]);
  });

  test("in the host's transaction is the host's affair, and its settings stay as they are", async () => {
    const { pool, schema } = await filled();
    const store = postgresStore({ db: pool, schema, lockTimeout: 5 });
    await inTransaction(pool, "COMMIT", async (tx) => {
      await tx.query("SET LOCAL lock_timeout = 8888");
      await store.append(entries({ events: [event("evt_2")] }), tx);
      expect((await tx.query("SHOW lock_timeout")).rows).toEqual([{ lock_timeout: "8888ms" }]);
    });
  });
});

describe("a call that finds no free connection", () => {
  test("is rejected in time, and what it was to write is never written", async () => {
    const { schema } = await filled();
    const pool = await openPool({ max: 1 });
    const store = postgresStore({ db: pool, schema, statementTimeout: 20 });
    const held = await pool.connect();
    const error = await failure("STORE_UNAVAILABLE", () =>
      store.append(entries({ events: [event("evt_2")] })),
    );
    expect(error.message).toMatch(/nothing was written: No connection was to be had within 20 ms/);
    held.release();
    expect(await store.readEvents(["evt_2"])).toEqual([]);
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });
});

describe("a statement on a Client", () => {
  test("that waits behind another when its time is over is never sent", async () => {
    const { pool, schema } = await filled();
    const client = await pool.connect();
    const store = postgresStore({ db: client, schema, statementTimeout: 20 });
    await inTransaction(pool, "COMMIT", async (holder) => {
      await holder.query("SELECT pg_advisory_lock(4711)");
      const busy = client.query("SELECT pg_advisory_lock(4711)");
      const error = await failure("STORE_UNAVAILABLE", () =>
        store.append(entries({ events: [event("evt_2")] })),
      );
      expect(error.message).toMatch(/did not answer within 20 ms/);
      await holder.query("SELECT pg_advisory_unlock(4711)");
      await busy;
    });
    expect(await store.readEvents(["evt_2"])).toEqual([]);
    client.release(true);
  });

  test("that died tells to give a Pool", async () => {
    const { pool, schema } = await filled();
    const client = await pool.connect();
    const store = postgresStore({ db: client, schema });
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const gone = new Promise((resolve) => client.once("end", resolve));
    await pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    await gone;
    const error = await failure("STORE_UNAVAILABLE", () => store.cancel(["dlv_1"], T0));
    expect(error.message).toMatch(
      /nothing was written.*A Client does not come back: give postgresStore a Pool/,
    );
    client.release(true);
  });
});

describe("through another executor", () => {
  test("a statement that gets no answer is given up in time", async () => {
    const store = postgresStore({ db: { query: () => new Promise(() => {}) }, statementTimeout: 5 });
    const error = await failure("STORE_UNAVAILABLE", () => store.cancel(["dlv_1"], T0));
    expect(error.message).toMatch(/may have been.*did not answer within 5 ms/);
  });

  test("one that only reads is in no doubt", async () => {
    const store = postgresStore({ db: { query: () => new Promise(() => {}) }, statementTimeout: 5 });
    const error = await failure("STORE_UNAVAILABLE", () => store.backlog());
    expect(error.message).toBe("PostgreSQL failed: PostgreSQL did not answer within 5 ms.");
  });
});

describe("the durations", () => {
  const db = { query: async () => ({ rows: [] }) };

  test.each(["statementTimeout", "lockTimeout"])("refuse what is no time: %s", async (name) => {
    for (const given of [0, -1, "0s", "30", "1 s", "25d", Number.NaN, null, {}, true]) {
      const error = await failure("CONFIGURATION", () => postgresStore({ db, [name]: given }));
      expect(error.issues[0]?.path).toEqual([name]);
    }
    expect(postgresStore({ db, [name]: "24d" }).persists).toBe(true);
  });
});

describe("a connection that dies idle", () => {
  test.each(["pool", "client"] as const)(
    "of a %s without a listener does not end the process",
    async (kind) => {
      const { pool, schema, store } = await filled();
      const source = kind === "pool" ? pool : await pool.connect();
      const others = source.listenerCount("error") - (kind === "pool" ? 1 : 0);
      const more = [1, 2].map(() => postgresStore({ db: source, schema }));
      expect(source.listenerCount("error")).toBe(others + 1);
      for (const one of kind === "pool" ? [...more, store] : more) {
        expect(source.listenerCount("error")).toBe(others + 1);
        await one.close?.();
        await one.close?.();
      }
      expect(source.listenerCount("error")).toBe(others);
      if (source !== pool) (source as pg.PoolClient).release(true);
    },
  );

  test("is replaced", async () => {
    const { pool, schema, store } = await filled();
    const elsewhere = await openPool();
    const died = new Promise((resolve) => pool.once("remove", resolve));
    await elsewhere.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()",
      [`%"${schema}"%`],
    );
    await died;
    expect(await store.cancel(["dlv_1"], T0)).toBe(1);
  });
});

describe("a host whose transactions are serializable by default", () => {
  test("has its calls made again until none is in the way", async () => {
    const { schema } = await filled();
    const pool = await openPool({ options: "-c default_transaction_isolation=serializable" });
    const store = postgresStore({ db: pool, schema });
    const ids = Array.from({ length: 40 }, (_, n) => `dlv_s${n}`);
    await enqueue(store, ...ids.map((id) => delivery(id, "sub_1")));
    const leased = await store.claim(claiming());
    expect(leased).toHaveLength(41);
    const groups = [0, 1, 2, 3].map((group) => leased.filter((_, n) => n % 4 === group));
    await Promise.all(
      groups.map((group) =>
        store.settle(
          group.map((one) => outcome(one)),
          [failed("sub_1")],
        ),
      ),
    );
    const [one] = await store.readSubscriptions(["sub_1"]);
    expect(one?.health.consecutiveFailures).toBe(4);
  });
});
