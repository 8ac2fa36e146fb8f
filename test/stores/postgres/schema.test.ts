import { afterAll, afterEach, describe, expect, test } from "vitest";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { SCHEMA_VERSION } from "../../../src/stores/postgres/schema.js";
import { create, subscription } from "../../../src/testing/store/make.js";
import { cleanUp, newSchema, openPool, stopOwnServer } from "../../support/postgres.js";
import { open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

describe("migrate", () => {
  test("by many processes at once makes the tables once", async () => {
    const schema = newSchema();
    const pools = await Promise.all(Array.from({ length: 8 }, () => openPool({ max: 2 })));
    const stores = pools.flatMap((db) => [postgresStore({ db, schema }), postgresStore({ db, schema })]);
    await Promise.all(stores.map((store) => store.migrate?.()));
    const [pool] = pools;
    const { rows } = (await pool?.query(`SELECT version FROM "${schema}".migrations ORDER BY version`)) ?? {};
    expect(rows).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, i) => ({ version: i + 1 })));
  });

  test("refuses a schema that a newer release has been at", async () => {
    const { pool, schema, store } = await open();
    await pool.query(`INSERT INTO "${schema}".migrations VALUES ($1)`, [SCHEMA_VERSION + 1]);
    await expect(store.migrate?.()).rejects.toMatchObject({
      code: "CONFIGURATION",
      message: expect.stringMatching(/upgrade hookwright/),
    });
  });

  test("asks for no right to make tables where they are", async () => {
    const { pool, schema, store } = await open({ max: 1 });
    await pool.query(`CREATE ROLE ${schema}_reader`);
    try {
      await pool.query(`GRANT USAGE ON SCHEMA "${schema}" TO ${schema}_reader`);
      await pool.query(`GRANT SELECT ON ALL TABLES IN SCHEMA "${schema}" TO ${schema}_reader`);
      await pool.query(`SET ROLE ${schema}_reader`);
      await store.migrate?.();
      expect(await store.backlog()).toEqual([]);
    } finally {
      await pool.query("RESET ROLE");
      await pool.query(`DROP OWNED BY ${schema}_reader`);
      await pool.query(`DROP ROLE ${schema}_reader`);
    }
  });

  test("works on a schema that the host has made and on one client", async () => {
    const pool = await openPool();
    const schema = newSchema();
    await pool.query(`CREATE SCHEMA "${schema}"`);
    const client = await pool.connect();
    try {
      const store = postgresStore({ db: client, schema });
      await store.migrate?.();
      await create(store, subscription("sub_1"));
      expect(await store.readSubscriptions(["sub_1"])).toHaveLength(1);
    } finally {
      client.release();
    }
  });

  test("is what a call before it asks for", async () => {
    const store = postgresStore({ db: await openPool(), schema: newSchema() });
    await expect(store.backlog()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/Call migrate\(\) first/),
      cause: { code: "42P01" },
    });
  });
});
