import type pg from "pg";
import type { Store } from "../../../src/model/store.js";
import { postgresStore, type SqlExecutor } from "../../../src/stores/postgres/index.js";
import { newSchema, openPool } from "../../support/postgres.js";

/** A migrated store over a schema of its own, and what it stands on. */
export interface Opened {
  readonly pool: pg.Pool;
  readonly schema: string;
  readonly store: Store<SqlExecutor>;
}

export async function open(options: pg.PoolConfig = {}): Promise<Opened> {
  const pool = await openPool(options);
  const schema = newSchema();
  const store = postgresStore({ db: pool, schema });
  await store.migrate?.();
  return { pool, schema, store };
}

/** Runs `work` on one connection, inside a transaction that ends as `end` says. */
export async function inTransaction<T>(
  pool: pg.Pool,
  end: "COMMIT" | "ROLLBACK",
  work: (tx: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const tx = await pool.connect();
  try {
    await tx.query("BEGIN");
    const result = await work(tx);
    await tx.query(end);
    return result;
  } finally {
    tx.release();
  }
}

/** Resolves when so many statements on the schema's tables wait for a lock, however long that takes. */
export async function someoneWaits(pool: pg.Pool, schema: string, count = 1): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'`,
      [`"${schema}"`],
    );
    if (rows.length >= count) return;
  }
}
