import pg from "pg";
import { inject } from "vitest";
import { type Server, startServer } from "./postgres/server.js";

let url: Promise<string> | null = null;
let own: Server | null = null;
const pools = new Set<pg.Pool>();
const schemas = new Set<string>();
let count = 0;

/**
 * The URL of a PostgreSQL database for tests: `DATABASE_URL`, else that of the run's throw-away server, else, when the
 * run has none (`globalSetup` was left out), of a server for this test file. Nothing outside schemas of random names
 * is touched.
 */
export function databaseUrl(): Promise<string> {
  url ??= findUrl();
  return url;
}

async function findUrl(): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const broker = inject("postgresBroker") as string | undefined;
  if (broker === undefined) {
    own = await startServer();
    return own.url;
  }
  const response = await fetch(broker);
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer;
}

/** A pool on the database. {@link cleanUp} ends it. */
export async function openPool(options: pg.PoolConfig = {}): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: await databaseUrl(), max: 10, ...options });
  pools.add(pool);
  return pool;
}

/** A name for a schema that nobody else uses. {@link cleanUp} drops the schema. */
export function newSchema(): string {
  const name = `test_${process.pid}_${Date.now().toString(36)}_${count++}`;
  schemas.add(name);
  return name;
}

/** Ends the pools and drops the schemas made since the last time. For `afterEach` or `afterAll`. */
export async function cleanUp(): Promise<void> {
  const ending = [...pools];
  pools.clear();
  await Promise.all(ending.map((pool) => pool.end()));
  if (schemas.size === 0) return;
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  for (const schema of schemas)
    await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(schema)} CASCADE`);
  schemas.clear();
  await client.end();
}

/** Stops the server, when it is this file's own. For `afterAll`, after {@link cleanUp}. */
export async function stopOwnServer(): Promise<void> {
  const server = own;
  own = null;
  url = null;
  await server?.stop();
}
