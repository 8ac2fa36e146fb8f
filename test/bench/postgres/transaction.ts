import type { PoolClient } from "pg";
import { DATA, openHouse, subscribe, TYPE } from "./house.js";

/** Microseconds that one transaction of the host took: its own insert alone, or with a publish in it. */
export interface TransactionSample {
  readonly alone: readonly number[];
  readonly withPublish: readonly number[];
}

/** Transactions of the host, alternately with and without a publish to ten subscriptions, so that both meet the same machine. */
export async function timeTransactions(url: string, count: number): Promise<TransactionSample> {
  const house = await openHouse(url);
  await subscribe(
    house,
    Array.from({ length: 10 }, (_, index) => `http://127.0.0.1:9/${index}`),
  );
  await house.pool.query(`CREATE TABLE "${house.schema}".orders (id bigserial PRIMARY KEY, note text)`);
  const tx = await house.pool.connect();
  const alone: number[] = [];
  const withPublish: number[] = [];
  for (let index = -100; index < count; index++) {
    const a = await timed(tx, house.schema, async () => {});
    const b = await timed(
      tx,
      house.schema,
      async () => void (await house.webhooks.publish(TYPE, DATA, { tx })),
    );
    if (index < 0) continue;
    alone.push(a);
    withPublish.push(b);
  }
  tx.release();
  await house.close();
  return { alone, withPublish };
}

async function timed(tx: PoolClient, schema: string, publish: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await tx.query("BEGIN");
  await tx.query(`INSERT INTO "${schema}".orders (note) VALUES ('one')`);
  await publish();
  await tx.query("COMMIT");
  return (performance.now() - begun) * 1000;
}
