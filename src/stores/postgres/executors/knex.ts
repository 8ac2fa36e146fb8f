import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";
import { rowsOf } from "./rows.js";

/** A `Knex.Transaction` or a `Knex`, on PostgreSQL. */
export interface KnexHandle {
  raw(sql: string, bindings: readonly (string | number | boolean | null)[]): PromiseLike<unknown>;
  ref(column: string): unknown;
}

/**
 * Publishes in a transaction of [Knex](https://knexjs.org).
 *
 *     await knex.transaction(async (trx) => {
 *       await trx("orders").insert({ id });
 *       await webhooks.publish("order.paid", { id }, { tx: fromKnex(trx) });
 *     });
 *
 * The host's `postProcessResponse` sees our answers; it may rename columns, not drop them.
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is no such handle.
 */
export function fromKnex(trx: KnexHandle): SqlExecutor {
  checkHandle(trx, "fromKnex");
  return {
    async query(text, values = []) {
      const { sql, bindings } = positional(text, values as (string | number | boolean | null)[]);
      try {
        return { rows: rowsOf(await trx.raw(sql, bindings)) };
      } catch (error) {
        throw withoutStatement(error);
      }
    },
  };
}

/**
 * `$n` may repeat and come in any order, Knex's `?` may not: a value is bound as often as it is named. A `?` of the
 * statement is escaped. `$n` is a parameter wherever it stands, in a statement that has any: ours have none in a text.
 */
function positional<T>(text: string, values: readonly T[]): { readonly sql: string; readonly bindings: T[] } {
  const bindings: T[] = [];
  const escaped = text.replaceAll("?", "\\?");
  if (values.length === 0) return { sql: escaped, bindings };
  const sql = escaped.replaceAll(/\$(\d+)/g, (_, n: string) => {
    bindings.push(values[Number(n) - 1] as T);
    return "?";
  });
  return { sql, bindings };
}

/**
 * Knex puts the whole statement before a driver's message, parameters filled in: events, secrets and all. They may
 * hold its separator too, so only what follows the last one is surely the message.
 */
function withoutStatement(error: unknown): unknown {
  if (error instanceof Error) error.message = error.message.split(" - ").at(-1) ?? "";
  return error;
}
