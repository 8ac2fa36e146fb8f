import { randomBytes } from "node:crypto";
import { createWebhooks, defineCatalogue, type Store, type Webhooks } from "hookwright";
import { postgresStore, type SqlExecutor } from "hookwright/stores/postgres";
import pg from "pg";

/** The one event type of these benchmarks. */
export const TYPE = "bench.event";

/** The data of an event: with it a body has 1 KB. */
export const DATA = { text: "x".repeat(900), number: 7 };

const catalogue = defineCatalogue({
  events: { [TYPE]: {} },
  scopes: { tenant: {} },
});

/** Hookwright on a schema of its own, and what it stands on. */
export interface House {
  readonly pool: pg.Pool;
  readonly schema: string;
  readonly store: Store<SqlExecutor>;
  readonly webhooks: Webhooks<typeof catalogue, SqlExecutor>;
  /** Stops it and ends its connections. */
  close(): Promise<void>;
}

let schemas = 0;

/** A schema that nobody else uses. */
export const newSchema = (): string => `bench_${process.pid}_${schemas++}`;

/** Opens a house whose tables are there. Every process with the same schema and key is in the same one. */
export async function openHouse(
  url: string,
  { schema = newSchema(), key = randomBytes(32).toString("base64"), connections = 10 } = {},
): Promise<House> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const store = postgresStore({ db: pool, schema });
  const webhooks = createWebhooks({
    catalogue,
    store,
    encryptionKeys: [key],
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    retry: { schedule: ["1m", "5m"], timeout: "15s" },
    autoDisable: "never",
  });
  await webhooks.migrate();
  return {
    pool,
    schema,
    store,
    webhooks,
    async close() {
      await webhooks.stop({ drain: "1s" });
      await store.close?.();
      await pool.end();
    },
  };
}

/** Enabled subscriptions of all events at a scope, one for each URL. */
export async function subscribe(house: House, urls: readonly string[], scope = ""): Promise<void> {
  for (const [index, url] of urls.entries())
    await house.webhooks.subscriptions.create({
      scope,
      name: `bench ${index}`,
      url,
      events: [TYPE],
      enabled: true,
    });
}
