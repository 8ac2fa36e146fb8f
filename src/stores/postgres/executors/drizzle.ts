import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";
import { rowsOf } from "./rows.js";

/** A Drizzle transaction or database on PostgreSQL, over `pg`, postgres.js or another driver. */
export interface DrizzleHandle {
  execute(query: never): PromiseLike<unknown>;
  /** Of Drizzle's databases only those on PostgreSQL have it. */
  refreshMaterializedView(view: never): unknown;
}

/**
 * Publishes in a transaction of [Drizzle](https://orm.drizzle.team).
 *
 *     await db.transaction(async (tx) => {
 *       await tx.insert(orders).values({ id });
 *       await webhooks.publish("order.paid", { id }, { tx: fromDrizzle(tx) });
 *     });
 *
 * A failed query rejects with the driver's error; Drizzle's own has every parameter in its message.
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is no such handle.
 */
export function fromDrizzle(tx: DrizzleHandle): SqlExecutor {
  checkHandle(tx, "fromDrizzle");
  return {
    async query(sql, params = []) {
      // What Drizzle needs of its `sql` objects, so that none of it must be imported.
      const written = { toQuery: () => ({ sql, params }) };
      try {
        return { rows: rowsOf(await tx.execute({ getSQL: () => written } as never)) };
      } catch (error) {
        throw driverError(error);
      }
    },
  };
}

function driverError(error: unknown): unknown {
  const { cause, params } = error as { readonly cause?: unknown; readonly params?: unknown };
  return Array.isArray(params) && cause instanceof Error ? cause : error;
}
