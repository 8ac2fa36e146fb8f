import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root, runText } from "../../../docs/run.js";
import { cleanUp, databaseUrl, newSchema, openPool, stopOwnServer } from "../../../support/postgres.js";

afterAll(cleanUp);
afterAll(stopOwnServer);

const readme = readFileSync(join(root, "src/stores/postgres/README.md"), "utf8");
const [, page = ""] = readme.split("## Publishing in your transaction\n");
const [section = ""] = page.split("\n## ");
const snippets = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
const [setUp = "", ...rest] = snippets;
const transactions = rest.filter((snippet) => snippet.includes("webhooks.publish"));

/** What a host has before it begins. */
const HOST = `
import { PrismaPg } from "@prisma/adapter-pg";
import { drizzle as createDrizzle } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import createKnex from "knex";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import postgres from "postgres";
import { DataSource, EntitySchema } from "typeorm";
import { createWebhooks, defineCatalogue } from "hookwright";
import { PrismaClient } from "${join(root, "test/stores/postgres/executors/prisma/client.ts")}";

const url = process.env.DATABASE_URL!;
const pool = new pg.Pool({ connectionString: url });
const sql = postgres(url, { connection: { options: process.env.PGOPTIONS! } });
const kysely = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });
const orders = pgTable("orders", { id: text().primaryKey() });
const drizzle = createDrizzle(pool);
const knex = createKnex({ client: "pg", connection: url });
const Order = new EntitySchema({ name: "orders", columns: { id: { type: "text", primary: true } } });
const dataSource = await new DataSource({ type: "postgres", url, entities: [Order] }).initialize();
const prisma = new PrismaClient({ adapter: new PrismaPg(url) });
const catalogue = defineCatalogue({ events: { "order.paid": {} } });
const encryptionKeys = [Buffer.alloc(32, 7).toString("base64")];
`;

const CLOSE = `
await Promise.all([sql.end(), knex.destroy(), dataSource.destroy(), prisma.$disconnect()]);
await kysely.destroy();
`;

test("there is a snippet for each, and one of the store over an ORM", () => {
  const used = transactions.map((snippet) => /tx: (from\w+)\(/.exec(snippet)?.[1]);
  expect(used).toEqual([
    "fromPg",
    "fromPostgresJs",
    "fromKysely",
    "fromDrizzle",
    "fromKnex",
    "fromTypeORM",
    "fromPrisma",
  ]);
  expect(rest).toHaveLength(transactions.length + 1);
});

test("every snippet runs: each order has its event", async () => {
  const pool = await openPool();
  const schema = newSchema();
  await pool.query(`CREATE SCHEMA "${schema}" CREATE TABLE orders (id text PRIMARY KEY)`);
  const inSchema = (snippet: string) =>
    snippet.replaceAll(/postgresStore\(\{ (.*?) \}\)/g, `postgresStore({ $1, schema: "${schema}" })`);
  const blocks = rest.map(
    (snippet, n) => `{ const id = "o_${n}";\n${inSchema(snippet)}
      ${snippet.includes("const store") ? "console.log((await store.findEvents({ limit: 100 })).length);" : ""} }`,
  );
  const source = [HOST, inSchema(setUp), ...blocks, CLOSE].join("\n");
  const env = { DATABASE_URL: await databaseUrl(), PGOPTIONS: `-c search_path=${schema}` };
  expect(await runText(source, env)).toBe(`${transactions.length}\n`);

  const { rows: orders } = await pool.query<{ id: string }>(`SELECT id FROM "${schema}".orders ORDER BY id`);
  const { rows: events } = await pool.query<{ data: string }>(`SELECT data FROM "${schema}".events`);
  expect(orders).toHaveLength(transactions.length);
  expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual(expect.arrayContaining(orders));
});
