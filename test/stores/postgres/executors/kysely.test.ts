import { CamelCasePlugin, Kysely, type KyselyPlugin, ParseJSONResultsPlugin, PostgresDialect } from "kysely";
import pg from "pg";
import { expect, test } from "vitest";
import { fromKysely } from "../../../../src/stores/postgres/index.js";
import { databaseUrl } from "../../../support/postgres.js";
import { describeExecutor, type Orm } from "./harness.js";

interface Tables {
  readonly orders: { readonly id: string };
}

const open = (connectionString: string, plugins: KyselyPlugin[] = []) =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString }) }), plugins });

function over(db: Kysely<Tables>, schema: string): Orm {
  return {
    db: fromKysely(db),
    transaction: (work) =>
      db.transaction().execute((trx) =>
        work({
          executor: fromKysely(trx),
          insertOrder: (id) => trx.withSchema(schema).insertInto("orders").values({ id }).execute(),
        }),
      ),
    close: () => db.destroy(),
  };
}

describeExecutor("fromKysely", async (url, schema) => over(open(url), schema), { kit: false });

describeExecutor(
  "fromKysely, with plugins that rename columns and parse texts",
  async (url, schema) => over(open(url, [new CamelCasePlugin(), new ParseJSONResultsPlugin()]), schema),
  { kit: true },
);

test("a controlled transaction is one too, and fails when it is over", async () => {
  const db = open(await databaseUrl());
  const trx = await db.startTransaction().execute();
  const tx = fromKysely(trx);
  expect(await tx.query("SELECT $1::text AS a", ["x"])).toEqual({ rows: [{ a: "x" }] });
  await trx.rollback().execute();
  await expect(tx.query("SELECT 1 AS n")).rejects.toThrow(/rolled back/);
  await db.destroy();
});
