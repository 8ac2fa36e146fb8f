import { readFileSync } from "node:fs";
import pg from "pg";
import { startDefaultServer } from "../../support/postgres/server.js";
import type { DatabaseServer } from "../bench.js";

/** A PostgreSQL server of this run. */
export interface Postgres extends DatabaseServer {
  query(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the embedded server with PostgreSQL's default durability, or takes the one of `DATABASE_URL`. */
export async function startPostgres(): Promise<Postgres> {
  const own = process.env.DATABASE_URL ? null : await startDefaultServer();
  const url = process.env.DATABASE_URL ?? own?.url ?? "";
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on("error", () => {});
  const { rows } = await pool.query<{ server_version: string }>("SHOW server_version");
  return {
    url,
    pid: await pidOf(pool),
    version: `PostgreSQL ${rows[0]?.server_version}`,
    query: async (text) => void (await pool.query(text)),
    async stop() {
      await pool.end();
      await own?.stop();
    },
  };
}

/** Its first process, when we may ask and it is one of this machine. */
async function pidOf(pool: pg.Pool): Promise<number | null> {
  try {
    const { rows } = await pool.query<{ file: string }>("SELECT pg_read_file('postmaster.pid') AS file");
    const pid = Number.parseInt(rows[0]?.file ?? "", 10);
    return readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("postgres") ? pid : null;
  } catch {
    return null;
  }
}
