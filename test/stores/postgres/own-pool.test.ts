import { inspect } from "node:util";
import pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { OwnPool, type PgSource } from "../../../src/stores/postgres/own-pool.js";
import { entries, event } from "../../../src/testing/store/make.js";
import { failure } from "../../make.js";
import { cleanUp, databaseUrl, newSchema, openPool, stopOwnServer } from "../../support/postgres.js";
import { inTransaction } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

const times = { statement: 30_000, lock: 10_000 };
const installed: PgSource = { version: () => "8.11.0", load: async () => ({ default: pg }) };

/** Connections of this name at this moment. */
async function connected(name: string): Promise<number> {
  const pool = await openPool({ max: 1 });
  const { rows } = await pool.query("SELECT 1 FROM pg_stat_activity WHERE application_name = $1", [name]);
  return rows.length;
}

const named = async (name: string) => `${await databaseUrl()}?application_name=${name}`;

describe("a store on a connection string", () => {
  test("works, and close ends its connections", async () => {
    const schema = newSchema();
    const store = postgresStore({ db: await named("own_1"), schema });
    await store.migrate?.();
    const stop = await store.listen?.(() => {});
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => store.append(entries({ events: [event(`evt_${n}`)] }))),
    );
    const open = await connected("own_1");
    expect(open).toBeGreaterThan(1);
    expect(open).toBeLessThanOrEqual(10);
    await stop?.();
    await store.close?.();
    await store.close?.();
    // The server notices a moment later.
    while ((await connected("own_1")) > 0);
    const error = await failure("STORE_UNAVAILABLE", () => store.backlog());
    expect(error.message).toMatch(/closed/);
  });

  test("opens nothing before it is used", async () => {
    const store = postgresStore({ db: await named("own_2"), schema: newSchema() });
    expect(await connected("own_2")).toBe(0);
    await store.close?.();
  });

  test("tells the server its time-outs, the statement's a little before its own", async () => {
    const pool = new OwnPool(await databaseUrl(), { statement: 20_000, lock: 3_000 });
    const connection = await pool.connect();
    const show = async (name: string) =>
      Object.values((await connection.query(`SHOW ${name}`)).rows[0] as Record<string, string>)[0];
    expect(await show("statement_timeout")).toBe("18s");
    expect(await show("lock_timeout")).toBe("3s");
    expect(await show("idle_in_transaction_session_timeout")).toBe("1min");
    expect(await show("application_name")).toBe("hookwright");
    connection.release();
    await pool.end();
  });

  test("is cut off by the server where a statement takes too long, and knows that nothing was written", async () => {
    const schema = newSchema();
    const url = await databaseUrl();
    const patient = postgresStore({ db: url, schema });
    await patient.migrate?.();
    const store = postgresStore({ db: url, schema, statementTimeout: 300, lockTimeout: "1h" });
    await inTransaction(await openPool(), "ROLLBACK", async (tx) => {
      await patient.append(entries({ events: [event("evt_1")] }), tx);
      const error = await failure("STORE_UNAVAILABLE", () =>
        store.append(entries({ events: [event("evt_1")] })),
      );
      expect(error.cause).toMatchObject({ code: "57014" });
      expect(error.message).toMatch(/nothing was written.*longer than a statement may/);
    });
    await store.close?.();
    await patient.close?.();
  });

  test("has as long for a migration as it takes", async () => {
    const schema = newSchema();
    const store = postgresStore({ db: await named("own_3"), schema, statementTimeout: 200 });
    const pool = await openPool();
    let migrated: Promise<void> | undefined;
    await inTransaction(pool, "COMMIT", async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `hookwright migrate ${schema}`,
      ]);
      migrated = store.migrate?.();
      const waits = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'own_3'
        AND wait_event_type = 'Lock' AND now() - query_start > interval '250 ms'`;
      while ((await pool.query(waits)).rows.length === 0);
    });
    await migrated;
    expect(await store.append(entries({ events: [event("evt_1")] }))).toEqual(["evt_1"]);
    await store.close?.();
  });
});

describe("a password", () => {
  const SECRET = "s3cr3t-word";

  const there = "STORE_UNAVAILABLE";
  const unreadable = "CONFIGURATION";

  test.each([
    ["that is wrong", there, (url: URL) => Object.assign(url, { password: SECRET }).href],
    ["of no server", there, (url: URL) => Object.assign(url, { password: SECRET, port: "1" }).href],
    ["in a string that cannot be read", unreadable, () => `postgres://me:${SECRET}@[::/db`],
    ["in a port", unreadable, () => `postgres://me:${SECRET}@host:${SECRET}/db`],
    ["with a file that is missing", unreadable, () => `postgres://me:${SECRET}@host/db?sslrootcert=/no/file`],
  ] as const)("%s is in no error", async (_, code, make) => {
    const store = postgresStore({ db: make(new URL(await databaseUrl())), schema: newSchema() });
    const error = await failure(code, () => store.backlog());
    expect(inspect(error, { depth: 20 })).not.toContain(SECRET);
    await store.close?.();
  });

  test("in what is no connection string is in no error", async () => {
    const error = await failure("CONFIGURATION", () => postgresStore({ db: `mysql://me:${SECRET}@host/db` }));
    expect(inspect(error, { depth: 20 })).not.toContain(SECRET);
  });
});

describe("the package pg", () => {
  const missing = Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });

  test.each([
    ["missing", () => Promise.reject(missing), /needs the package pg: run `npm install pg@8`/],
    ["too old", async () => "8.10.9", /pg 8\.10\.9 is too old/],
    ["far too old", async () => "7.18.2", /pg 7\.18\.2 is too old/],
  ])("%s is a CONFIGURATION error that says what to do", async (_, version, message) => {
    const found = await version().catch((error: unknown) => error);
    const source: PgSource = {
      ...installed,
      version() {
        if (typeof found !== "string") throw found;
        return found;
      },
    };
    const pool = new OwnPool("postgres://x", times, source);
    const error = await failure("CONFIGURATION", async () => pool.connect());
    expect(error.message).toMatch(message);
    await pool.end();
  });

  test("is asked for again after it was installed", async () => {
    let isThere = false;
    const pool = new OwnPool(await databaseUrl(), times, {
      ...installed,
      version() {
        if (!isThere) throw missing;
        return "9.0.0";
      },
    });
    await failure("CONFIGURATION", async () => pool.connect());
    isThere = true;
    (await pool.connect()).release();
    await pool.end();
    await expect(pool.connect()).rejects.toThrow("the pool was ended");
  });
});

describe("a pooler that takes no settings", () => {
  test("is connected to without, by all who meet it at once, and nothing is set in its sessions", async () => {
    const made: pg.PoolConfig[] = [];
    const asked: unknown[] = [];
    class Strict extends pg.Pool {
      constructor(options: pg.PoolConfig) {
        super(options);
        made.push(options);
      }

      override connect = (async () => {
        if (this.options.statement_timeout !== undefined)
          throw Object.assign(new Error("unsupported startup parameter: statement_timeout"), {
            code: "08P01",
          });
        const client = await super.connect();
        const query = client.query.bind(client) as (...given: unknown[]) => unknown;
        client.query = ((...given: unknown[]) => {
          asked.push(given[0]);
          return query(...given);
        }) as never;
        return client;
      }) as never;
    }
    const pool = new OwnPool(await databaseUrl(), times, {
      ...installed,
      load: async () => ({ default: { Client: pg.Client, Pool: Strict } }),
    });
    const connections = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    for (const connection of connections) connection.release();
    expect(made.map((options) => options.statement_timeout)).toEqual([27_000, undefined]);
    expect(await pool.withoutLimits.run({ text: "SELECT 1 AS one", values: [] }, 1_000)).toEqual([
      { one: 1 },
    ]);
    expect(asked.filter((given) => typeof given === "string")).toEqual([]);
    expect(asked).not.toEqual([]);
    await pool.end();
  });
});
