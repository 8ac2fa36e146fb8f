import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";
import { rowsOf } from "./rows.js";

/** What `sql.begin` gives its callback, a reserved connection, or `sql` itself. */
export interface PostgresJsHandle {
  unsafe(query: string, parameters: (string | boolean | null)[]): PromiseLike<readonly unknown[]>;
}

/**
 * Publishes in a transaction of [postgres.js](https://github.com/porsager/postgres).
 *
 *     await sql.begin(async (tx) => {
 *       await tx`INSERT INTO orders (id) VALUES (${id})`;
 *       await webhooks.publish("order.paid", { id }, { tx: fromPostgresJs(tx) });
 *     });
 *
 * Parameters get their types from the statement (`$1::bigint`), so numbers go as text, whatever the host's own types
 * make of numbers. `transform` may rename columns.
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is no such handle.
 */
export function fromPostgresJs(sql: PostgresJsHandle): SqlExecutor {
  checkHandle(sql, "fromPostgresJs");
  return {
    async query(text, values = []) {
      return { rows: rowsOf(await sql.unsafe(text, values.map(parameter))) };
    },
  };
}

function parameter(value: unknown): string | boolean | null {
  return typeof value === "boolean" || value === null ? value : String(value);
}
