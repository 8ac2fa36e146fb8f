import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";
import { rowsOf } from "./rows.js";

/** An `EntityManager`. */
interface TypeORMManager {
  query(query: string, parameters?: unknown[]): Promise<unknown>;
  getRepository(target: never): unknown;
}

/** A `QueryRunner`. */
interface TypeORMRunner {
  query(query: string, parameters?: unknown[]): Promise<unknown>;
  startTransaction(): Promise<unknown>;
}

/** An `EntityManager` or a `QueryRunner`, on PostgreSQL. */
export type TypeORMHandle = TypeORMManager | TypeORMRunner;

/**
 * Publishes in a transaction of [TypeORM](https://typeorm.io).
 *
 *     await dataSource.transaction(async (manager) => {
 *       await manager.insert(Order, { id });
 *       await webhooks.publish("order.paid", { id }, { tx: fromTypeORM(manager) });
 *     });
 *
 * A failed query rejects with the driver's error; TypeORM's own carries the parameters.
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is no such handle.
 */
export function fromTypeORM(manager: TypeORMHandle): SqlExecutor {
  checkHandle(manager, "fromTypeORM");
  return {
    async query(text, values = []) {
      try {
        return { rows: rowsOf(await manager.query(text, values)) };
      } catch (error) {
        throw (error as { readonly driverError?: unknown } | null)?.driverError ?? error;
      }
    },
  };
}
