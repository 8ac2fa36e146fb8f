import createKnex, { type Knex } from "knex";
import { expect, test } from "vitest";
import { fromKnex } from "../../../../src/stores/postgres/index.js";
import { databaseUrl } from "../../../support/postgres.js";
import { describeExecutor, type Orm } from "./harness.js";

const open = (connection: string, options: Knex.Config = {}) =>
  createKnex({ client: "pg", connection, pool: { min: 0, max: 10 }, ...options });

function over(knex: Knex, schema: string): Orm {
  return {
    db: fromKnex(knex),
    transaction: (work) =>
      knex.transaction((trx) =>
        work({
          executor: fromKnex(trx),
          insertOrder: (id) => trx("orders").withSchema(schema).insert({ id }),
        }),
      ),
    close: () => knex.destroy(),
  };
}

/** What hosts do who like camel case, as Knex's documentation has it, down to the rows. */
function toCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCamel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      toCamel(field),
    ]),
  );
}

describeExecutor("fromKnex", async (url, schema) => over(open(url), schema), { kit: false });

describeExecutor(
  "fromKnex, with postProcessResponse to camel case",
  async (url, schema) => over(open(url, { postProcessResponse: toCamel }), schema),
  { kit: true },
);

test("parameters may repeat, come in any order and stand beside question marks", async () => {
  const knex = open(await databaseUrl());
  const { rows } = await fromKnex(knex).query(
    "SELECT $2::text AS b, $1::bigint AS a, $2::text || '?' AS c, '{\"k\":1}'::jsonb ? 'k' AS d",
    [7, "x"],
  );
  expect(rows).toEqual([{ b: "x", a: "7", c: "x?", d: true }]);
  expect(await fromKnex(knex).query("SELECT '?' AS a, '$1' AS b")).toEqual({ rows: [{ a: "?", b: "$1" }] });
  await knex.destroy();
});

test("an answer without rows is refused, with what to change", async () => {
  const knex = open(await databaseUrl(), { postProcessResponse: () => 7 });
  await expect(fromKnex(knex).query("SELECT 1 AS n")).rejects.toMatchObject({
    code: "CONFIGURATION",
    message: expect.stringMatching(/leave raw queries as they are/),
  });
  await knex.destroy();
});
