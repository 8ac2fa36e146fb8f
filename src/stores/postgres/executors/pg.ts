import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";

/** A `Client`, a client taken from a `Pool`, or a `Pool` of `pg`. */
export interface PgHandle extends SqlExecutor {
  on(event: "error", listener: (error: Error) => void): unknown;
}

/**
 * Publishes in a transaction of [`pg`](https://node-postgres.com), which needs no adapter: the client is handed on as
 * it is, once it is sure to be one.
 *
 *     await client.query("BEGIN");
 *     await client.query("INSERT INTO orders (id) VALUES ($1)", [id]);
 *     await webhooks.publish("order.paid", { id }, { tx: fromPg(client) });
 *     await client.query("COMMIT");
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is none.
 */
export function fromPg(client: PgHandle): SqlExecutor {
  checkHandle(client, "fromPg");
  return client;
}
