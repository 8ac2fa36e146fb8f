import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { Store } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { postgresStore } from "hookwright/stores/postgres";
import { sqliteStore } from "hookwright/stores/sqlite";
import { cleanUp } from "../flow/harness.js";
import { newSchema, openPool } from "../support/postgres.js";

/** A store, and all that it holds as one text. */
export interface Kept {
  readonly store: Store;
  /** Every byte and row of it. */
  dump(): Promise<string>;
}

/** Each kind of store with a way to look at everything in it. */
export const KEPT: readonly (readonly [string, () => Promise<Kept>])[] = [
  ["memory", keptInMemory],
  ["sqlite", keptInSqlite],
  ["postgres", keptInPostgres],
];

async function keptInMemory(): Promise<Kept> {
  const store = memoryStore();
  return {
    store,
    async dump() {
      const all = { limit: 100_000, after: null };
      const deliveries = await store.findDeliveries(all);
      return inspect(
        [
          await store.findSubscriptions(all),
          await store.findEvents(all),
          deliveries,
          ...(await Promise.all(deliveries.map(({ id }) => store.readAttempts(id)))),
        ],
        { depth: 10, maxArrayLength: null, maxStringLength: null },
      );
    },
  };
}

async function keptInSqlite(): Promise<Kept> {
  const folder = mkdtempSync(join(tmpdir(), "hookwright-security-"));
  cleanUp(() => rmSync(folder, { recursive: true, force: true }));
  const files = () => readdirSync(folder);
  return {
    store: sqliteStore(join(folder, "test.db")),
    async dump() {
      if (!files().some((name) => name.endsWith("-wal"))) throw new Error("there is no WAL to look at");
      return files()
        .map((name) => readFileSync(join(folder, name), "latin1"))
        .join("\n");
    },
  };
}

async function keptInPostgres(): Promise<Kept> {
  const schema = newSchema();
  const pool = await openPool();
  const store = postgresStore({ db: pool, schema });
  await store.migrate?.();
  return {
    // What it takes as a transaction is of no interest here.
    store: store as unknown as Store,
    async dump() {
      const { rows: tables } = await pool.query<{ name: string }>(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1",
        [schema],
      );
      const rows = await Promise.all(
        tables.map(({ name }) => pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
      );
      return rows.flatMap((result) => result.rows.map(({ row }) => row)).join("\n");
    },
  };
}
