import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";
import { rowsOf } from "./rows.js";

/** What Kysely calls a compiled query: the one that `CompiledQuery.raw` makes. */
interface RawKyselyQuery {
  readonly query: {
    readonly kind: "RawNode";
    readonly sqlFragments: readonly string[];
    readonly parameters: readonly never[];
  };
  readonly queryId: { readonly queryId: string };
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A `Transaction`, also a controlled one, or a `Kysely`, of whatever tables. */
export interface KyselyHandle {
  withoutPlugins(): { executeQuery(query: RawKyselyQuery): Promise<{ readonly rows: unknown[] }> };
  executeQuery(query: RawKyselyQuery): Promise<{ readonly rows: unknown[] }>;
}

/**
 * Publishes in a transaction of [Kysely](https://kysely.dev).
 *
 *     await db.transaction().execute(async (trx) => {
 *       await trx.insertInto("orders").values({ id }).execute();
 *       await webhooks.publish("order.paid", { id }, { tx: fromKysely(trx) });
 *     });
 *
 * The host's plugins are left out: some would parse our texts. `CamelCasePlugin` may stay.
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is no such handle.
 */
export function fromKysely(trx: KyselyHandle): SqlExecutor {
  checkHandle(trx, "fromKysely");
  const plain = trx.withoutPlugins();
  return {
    async query(sql, parameters = []) {
      const query = { kind: "RawNode", sqlFragments: [sql], parameters: [] } as const;
      const compiled = { query, queryId: { queryId: crypto.randomUUID() }, sql, parameters };
      return { rows: rowsOf(await plain.executeQuery(compiled)) };
    },
  };
}
