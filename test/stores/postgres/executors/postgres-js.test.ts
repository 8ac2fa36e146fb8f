import postgres from "postgres";
import { fromPostgresJs } from "../../../../src/stores/postgres/index.js";
import { describeExecutor, type Orm } from "./harness.js";

function over(sql: postgres.Sql, schema: string): Orm {
  return {
    db: fromPostgresJs(sql),
    transaction: (work) =>
      sql.begin((tx) =>
        work({
          executor: fromPostgresJs(tx),
          insertOrder: (id) => tx`INSERT INTO ${tx(schema)}.orders ${tx({ id })}`,
        }),
      ),
    close: () => sql.end(),
  };
}

const onnotice = () => undefined;

describeExecutor("fromPostgresJs", async (url, schema) => over(postgres(url, { onnotice }), schema), {
  kit: false,
});

describeExecutor(
  "fromPostgresJs, with columns in camel case, bigint as BigInt and no undefined",
  async (url, schema) =>
    over(
      postgres(url, {
        onnotice,
        types: { bigint: postgres.BigInt },
        transform: { ...postgres.camel, undefined: null },
      }),
      schema,
    ),
  { kit: true },
);
