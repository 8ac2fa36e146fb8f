import { afterAll, afterEach, expect, test } from "vitest";
import { createWebhooks, defineCatalogue } from "../../../src/index.js";
import { startReceiver } from "../../../src/testing/receiver.js";
import { cleanUp, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

test("what is published in the host's transaction is delivered when it commits, and never when it does not", async () => {
  const receiver = await startReceiver();
  const { pool, schema, store } = await open();
  const webhooks = createWebhooks({
    catalogue: defineCatalogue({ events: { "order.paid": { description: "An order was paid." } } }),
    store,
    encryptionKeys: [Buffer.alloc(32, 7).toString("base64")],
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
  });
  try {
    await webhooks.migrate();
    const { subscription } = await webhooks.subscriptions.create({
      name: "Accounting",
      url: `${receiver.url}/hooks`,
      events: ["order.*"],
      enabled: true,
    });
    await pool.query(`CREATE TABLE "${schema}".orders (id text)`);
    const order = (id: string, end: "COMMIT" | "ROLLBACK") =>
      inTransaction(pool, end, async (tx) => {
        await tx.query(`INSERT INTO "${schema}".orders VALUES ($1)`, [id]);
        const published = await webhooks.publish("order.paid", { id }, { tx });
        expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
        return published;
      });

    await order("o_1", "ROLLBACK");
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
    const published = await order("o_2", "COMMIT");
    expect(published).toMatchObject({ duplicate: false, deliveries: 1 });
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 1, failed: 0 });

    expect(receiver.requests).toHaveLength(1);
    expect(JSON.parse(receiver.requests[0]?.body ?? "")).toMatchObject({
      id: published.id,
      data: { id: "o_2" },
    });
    const { items } = await webhooks.deliveries.list({ subscriptionId: subscription.id });
    expect(items).toMatchObject([{ status: "delivered", attempts: 1, eventIds: [published.id] }]);
    expect(await webhooks.subscriptions.get(subscription.id)).toMatchObject({
      health: { status: "healthy" },
    });
  } finally {
    await webhooks.stop();
    await receiver.close();
  }
});
