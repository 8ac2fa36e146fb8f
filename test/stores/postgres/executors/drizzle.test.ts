import { drizzle as overPg } from "drizzle-orm/node-postgres";
import { pgSchema, text } from "drizzle-orm/pg-core";
import { drizzle as overPostgresJs } from "drizzle-orm/postgres-js";
import pg from "pg";
import postgres from "postgres";
import { fromDrizzle } from "../../../../src/stores/postgres/index.js";
import { describeExecutor } from "./harness.js";

const ordersIn = (schema: string) => pgSchema(schema).table("orders", { id: text().primaryKey() });

describeExecutor(
  "fromDrizzle over pg",
  async (connectionString, schema) => {
    const pool = new pg.Pool({ connectionString });
    const db = overPg(pool);
    const orders = ordersIn(schema);
    return {
      db: fromDrizzle(db),
      transaction: (work) =>
        db.transaction((tx) =>
          work({ executor: fromDrizzle(tx), insertOrder: (id) => tx.insert(orders).values({ id }) }),
        ),
      close: () => pool.end(),
    };
  },
  { kit: true },
);

describeExecutor(
  "fromDrizzle over postgres.js",
  async (url, schema) => {
    const sql = postgres(url, { onnotice: () => undefined });
    const db = overPostgresJs(sql, { casing: "camelCase" });
    const orders = ordersIn(schema);
    return {
      db: fromDrizzle(db),
      transaction: (work) =>
        db.transaction((tx) =>
          work({ executor: fromDrizzle(tx), insertOrder: (id) => tx.insert(orders).values({ id }) }),
        ),
      close: () => sql.end(),
    };
  },
  { kit: false },
);
