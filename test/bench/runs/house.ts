import { createWebhooks, defineCatalogue, type Store, type Webhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { postgresStore, type SqlExecutor } from "hookwright/stores/postgres";
import { sqliteStore } from "hookwright/stores/sqlite";
import pg from "pg";
import type { StoreSpec } from "../spec.js";

/** The types of events, one for each of ten endpoints. */
export const TYPES = Array.from({ length: 10 }, (_, index) => `bench.event${index}`);

/** The data of an event: with it a body has 1 KB. */
export const DATA = { text: "x".repeat(900), number: 7 };

/** Seals what processes that share a store must all read. */
const KEY = Buffer.alloc(32, "bench").toString("base64");

const catalogue = (types: readonly string[]) =>
  defineCatalogue({
    events: Object.fromEntries(types.map((type) => [type, {}])),
    scopes: { tenant: {} },
  });

/** Hookwright on a store, and what it stands on. */
export interface House {
  readonly store: Store<SqlExecutor>;
  readonly webhooks: Webhooks<ReturnType<typeof catalogue>, SqlExecutor>;
  /** Its connections, where the store is in PostgreSQL. */
  readonly pool: pg.Pool | null;
  /** Stops it and ends its connections. */
  close(): Promise<void>;
}

/** Opens the store, with every option as a user gets it; `close` ends what it opened. */
export function openStore(spec: StoreSpec): Pick<House, "store" | "pool" | "close"> {
  const pool = spec.kind === "postgres" ? new pg.Pool({ connectionString: spec.url }) : null;
  const store: Store<SqlExecutor> =
    spec.kind === "postgres" && pool
      ? postgresStore({ db: pool, schema: spec.schema })
      : spec.kind === "sqlite"
        ? sqliteStore(spec.path, { synchronous: spec.synchronous })
        : memoryStore();
  return {
    store,
    pool,
    async close() {
      await store.close?.();
      await pool?.end();
    },
  };
}

/** Opens a house whose tables are there. Every process with the same store is in the same one. */
export async function openHouse(spec: StoreSpec, types: readonly string[] = TYPES): Promise<House> {
  const { store, pool, close } = openStore(spec);
  const webhooks = createWebhooks({
    catalogue: catalogue(types),
    store,
    encryptionKeys: [KEY],
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
  });
  await webhooks.migrate();
  return {
    store,
    webhooks,
    pool,
    async close() {
      await webhooks.stop({ drain: "1s" });
      await close();
    },
  };
}
