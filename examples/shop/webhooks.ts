import { createWebhooks, defineCatalogue } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";

/** A shop's webhooks, which the examples 04 to 07 mount in one framework each. Each merchant has a scope. */
export const webhooks = createWebhooks({
  catalogue: defineCatalogue({
    scopes: { merchant: {} },
    events: { "order.paid": { description: "An order was paid.", example: { orderId: "o_1" } } },
  }),
  store: memoryStore(), // sqliteStore or postgresStore in real life
  encryptionKeys: [Buffer.alloc(32, "demo").toString("base64")], // 32 random bytes in real life
  dispatcher: { pollInterval: "20ms" },
  endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] }, // only because the endpoint is on this machine
});
