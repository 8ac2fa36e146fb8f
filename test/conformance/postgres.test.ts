import type pg from "pg";
import { afterAll } from "vitest";
import type { Store } from "../../src/model/store.js";
import { postgresStore } from "../../src/stores/postgres/index.js";
import { cleanUp, newSchema, openPool, stopOwnServer } from "../support/postgres.js";
import { runStoreCases } from "./run.js";

let schema = "";
let pool: pg.Pool | null = null;
let opened: Store[] = [];

/** Each handle has a pool of its own, as each process has. */
async function handle(): Promise<Store> {
  pool = await openPool();
  const store = postgresStore({ db: pool, schema });
  await store.migrate?.();
  opened.push(store);
  return store;
}

runStoreCases(
  "postgresStore",
  {
    open: async () => {
      schema = newSchema();
      return handle();
    },
    reopen: handle,
    async publish({ id, type, scope, data }) {
      await pool?.query(`SELECT "${schema}".publish($1, $2, $3, $4)`, [type, data, scope, id]);
    },
  },
  async () => {
    for (const store of opened) await store.close?.();
    opened = [];
    await cleanUp();
  },
);

afterAll(stopOwnServer);
