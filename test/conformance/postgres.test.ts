import { afterAll } from "vitest";
import type { Store } from "../../src/model/store.js";
import { postgresStore } from "../../src/stores/postgres/index.js";
import { cleanUp, newSchema, openPool, stopOwnServer } from "../support/postgres.js";
import { runStoreCases } from "./run.js";

let schema = "";
let opened: Store[] = [];

/** Each handle has a pool of its own, as each process has. */
async function handle(): Promise<Store> {
  const store = postgresStore({ db: await openPool(), schema });
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
  },
  async () => {
    for (const store of opened) await store.close?.();
    opened = [];
    await cleanUp();
  },
);

afterAll(stopOwnServer);
