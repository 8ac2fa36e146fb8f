// Publish an event and have it delivered, signed and retried: the whole library in one page.
import { createWebhooks, defineCatalogue } from "hookwright";
import { sqliteStore } from "hookwright/stores/sqlite";
import { startReceiver } from "hookwright/testing";
import { z } from "zod";

// Somebody's endpoint. It fails once, as endpoints do.
const receiver = await startReceiver([503, 204]);

const catalogue = defineCatalogue({
  events: {
    "invoice.paid": {
      description: "An invoice was paid in full.",
      group: "Invoices",
      schema: z.object({ invoiceId: z.string(), amount: z.number().int().positive() }),
      example: { invoiceId: "in_1", amount: 4200 },
    },
  },
});

const webhooks = createWebhooks({
  catalogue,
  store: sqliteStore(":memory:"), // a path such as "webhooks.db" in real life
  encryptionKeys: [Buffer.alloc(32, "demo").toString("base64")], // 32 random bytes in real life
  retry: { schedule: ["50ms", "1m"] },
  dispatcher: { pollInterval: "20ms" },
  endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] }, // only because the endpoint is on this machine
});
await webhooks.start();

const { subscription, secret } = await webhooks.subscriptions.create({
  name: "Accounting",
  url: `${receiver.url}/hooks`,
  events: ["invoice.*"],
  enabled: true,
});
console.log(`The secret is shown once: ${secret?.slice(0, 6)}...`);

// "invoice.payed" or { amount: "4200" } would not compile.
const { id, deliveries } = await webhooks.publish("invoice.paid", { invoiceId: "in_7", amount: 4200 });
console.log(`Published ${id.slice(0, 4)}... to ${deliveries} endpoint`);

await receiver.next(2);
await webhooks.stop();

const [delivery] = (await webhooks.deliveries.list({ subscriptionId: subscription.id })).items;
console.log(
  `Delivered after ${delivery?.attempts} attempts: ${delivery?.status}, HTTP ${delivery?.httpStatus}`,
);
await receiver.close();
