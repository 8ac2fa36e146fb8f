import {
  type Attempt,
  createWebhooks,
  type Delivery,
  type DeliveryDetails,
  defineCatalogue,
  type EventType,
  type Page,
  type Published,
  type Store,
  type Subscription,
  type SubscriptionWithSecret,
  type Webhooks,
} from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";

const catalogue = defineCatalogue({
  scopes: { organization: { audit: "organization.configuration.audit" } },
  events: {
    "order.paid": {
      description: "Paid.",
      schema: z.object({ n: z.number(), at: z.coerce.date().optional() }),
    },
    "order.shipped": { description: "Shipped.", schema: v.object({ carrier: v.picklist(["post", "bike"]) }) },
    "order.note": { description: "Anything." },
  },
});

interface Transaction {
  query(text: string): Promise<void>;
}
declare const transaction: Transaction;
declare const transactional: Store<Transaction>;

const webhooks = createWebhooks({ catalogue, store: memoryStore() });
const withTx = createWebhooks({ catalogue, store: transactional });

describe("createWebhooks", () => {
  it("takes its types from the catalogue and the store", () => {
    expectTypeOf(webhooks).toEqualTypeOf<Webhooks<typeof catalogue, never>>();
    expectTypeOf(withTx).toEqualTypeOf<Webhooks<typeof catalogue, Transaction>>();
    expectTypeOf(webhooks.catalogue).toEqualTypeOf<typeof catalogue>();
    // @ts-expect-error a store is needed
    void (() => createWebhooks({ catalogue }));
    // @ts-expect-error a catalogue is needed
    void (() => createWebhooks({ store: memoryStore() }));
    // @ts-expect-error there is no such option
    void (() => createWebhooks({ catalogue, store: memoryStore(), retries: 3 }));
    // @ts-expect-error not a unit
    void (() => createWebhooks({ catalogue, store: memoryStore(), retention: "3 days" }));
    // @ts-expect-error not a rule
    void (() => createWebhooks({ catalogue, store: memoryStore(), autoDisable: "sometimes" }));
    // @ts-expect-error a key may not be missing
    void (() => createWebhooks({ catalogue, store: memoryStore(), encryptionKeys: [process.env.KEY] }));
  });
});

describe("publish", () => {
  it("pairs a type with its data", () => {
    expectTypeOf(webhooks.publish("order.paid", { n: 1 })).toEqualTypeOf<Promise<Published>>();
    void webhooks.publish("order.paid", { n: 1, at: "2026-01-01" });
    void webhooks.publish(
      "order.shipped",
      { carrier: "bike" },
      { scope: "organization:a", id: "1", at: new Date() },
    );
    void webhooks.publish("order.note", ["anything", { that: "JSON" }, 5, null]);
    // @ts-expect-error there is no such type
    void webhooks.publish("order.payed", { n: 1 });
    // @ts-expect-error patterns are for subscriptions
    void webhooks.publish("order.*", { n: 1 });
    // @ts-expect-error the data of another type
    void webhooks.publish("order.paid", { carrier: "bike" });
    // @ts-expect-error a field of the wrong type
    void webhooks.publish("order.paid", { n: "1" });
    // @ts-expect-error a field that is missing
    void webhooks.publish("order.paid", {});
    // @ts-expect-error a field there is not
    void webhooks.publish("order.paid", { n: 1, m: 2 });
    // @ts-expect-error not one of the values
    void webhooks.publish("order.shipped", { carrier: "ship" });
    // @ts-expect-error the data is needed
    void webhooks.publish("order.paid");
    // @ts-expect-error JSON carries no functions
    void webhooks.publish("order.note", () => 1);
    // @ts-expect-error JSON carries no bigint
    void webhooks.publish("order.note", 1n);
    // @ts-expect-error there is no such option
    void webhooks.publish("order.paid", { n: 1 }, { idempotency_key: "k" });
    // @ts-expect-error a union of types fits no data of one of them
    void webhooks.publish("order.paid" as "order.paid" | "order.shipped", { n: "1" });
  });

  it("knows the audit types, with their data", () => {
    expectTypeOf<EventType<typeof catalogue>>().toEqualTypeOf<
      "order.paid" | "order.shipped" | "order.note" | "organization.configuration.audit"
    >();
    // @ts-expect-error an audit has fields of its own
    void webhooks.publish("organization.configuration.audit", { n: 1 });
  });

  it("takes a transaction only where the store does", () => {
    void withTx.publish("order.paid", { n: 1 }, { tx: transaction });
    void withTx.publishMany([{ type: "order.paid", data: { n: 1 } }], { tx: transaction });
    void withTx.publish("order.paid", { n: 1 });
    // @ts-expect-error not this store's transaction
    void withTx.publish("order.paid", { n: 1 }, { tx: { rollback() {} } });
    // @ts-expect-error the memory store takes none
    void webhooks.publish("order.paid", { n: 1 }, { tx: transaction });
    // @ts-expect-error in publishMany neither
    void webhooks.publishMany([{ type: "order.paid", data: { n: 1 } }], { tx: transaction });
    const sqlite = createWebhooks({ catalogue, store: sqliteStore("a.db"), encryptionKeys: "none" });
    // @ts-expect-error the SQLite store takes none
    void sqlite.publish("order.paid", { n: 1 }, { tx: transaction });
  });
});

describe("publishMany", () => {
  it("pairs each type with its data", () => {
    const published = webhooks.publishMany([
      { type: "order.paid", data: { n: 1 }, idempotencyKey: "k" },
      { type: "order.shipped", data: { carrier: "post" }, at: 0 },
      { type: "order.note", data: "x" },
    ]);
    expectTypeOf(published).toEqualTypeOf<Promise<Published[]>>();
    // @ts-expect-error the data of another type
    void webhooks.publishMany([{ type: "order.paid", data: { carrier: "post" } }]);
    void webhooks.publishMany([
      { type: "order.paid", data: { n: 1 } },
      // @ts-expect-error the second is wrong
      { type: "order.shipped", data: { n: 1 } },
    ]);
    // @ts-expect-error there is no such type
    void webhooks.publishMany([{ type: "order.payed", data: { n: 1 } }]);
    // @ts-expect-error the data is needed
    void webhooks.publishMany([{ type: "order.paid" }]);
    // @ts-expect-error a transaction is for the whole call
    void webhooks.publishMany([{ type: "order.paid", data: { n: 1 }, tx: transaction }]);
    // @ts-expect-error an array is needed
    void webhooks.publishMany({ type: "order.paid", data: { n: 1 } });
  });
});

describe("listeners", () => {
  it("know what they are told", () => {
    webhooks.on("delivery.succeeded", (told) => {
      expectTypeOf(told).toEqualTypeOf<{ readonly delivery: Delivery; readonly attempt: Attempt }>();
    });
    webhooks.on("delivery.failed", async ({ attempt }) => {
      expectTypeOf(attempt).toEqualTypeOf<Attempt>();
    });
    webhooks.on("delivery.exhausted", ({ attempt }) => {
      expectTypeOf(attempt).toEqualTypeOf<Attempt | null>();
    });
    webhooks.on("batch.flushed", (told) => {
      expectTypeOf(told.events).toEqualTypeOf<number>();
    });
    webhooks.on("subscription.disabled", ({ subscription }) => {
      expectTypeOf(subscription).toEqualTypeOf<Subscription>();
    });
    webhooks.on("subscription.changed", (told) => {
      expectTypeOf(told).toEqualTypeOf<{ readonly subscription: Subscription; readonly action: string }>();
    });
    webhooks.on("error", ({ error, message }) => {
      expectTypeOf(error).toEqualTypeOf<unknown>();
      expectTypeOf(message).toEqualTypeOf<string>();
    });
    // @ts-expect-error there is no such event
    webhooks.on("delivery.sent", () => {});
    // @ts-expect-error no attempt is told of there
    webhooks.off("subscription.disabled", ({ attempt }) => attempt);
  });
});

describe("management and history", () => {
  it("answer what they say", () => {
    const { subscriptions, deliveries, events } = webhooks;
    expectTypeOf(subscriptions.create({ name: "Endpoint" })).toEqualTypeOf<Promise<SubscriptionWithSecret>>();
    expectTypeOf(deliveries.list({ status: "failed" })).toEqualTypeOf<Promise<Page<Delivery>>>();
    expectTypeOf(deliveries.get("dlv_1")).toEqualTypeOf<Promise<DeliveryDetails>>();
    expectTypeOf(deliveries.retry("dlv_1")).toEqualTypeOf<Promise<Delivery>>();
    void subscriptions.sendTest("sub_1", { type: "order.paid" });
    void events.list({ since: new Date(), type: "order.paid" });
    // @ts-expect-error a name is needed
    void subscriptions.create({ url: "https://example.com" });
    // @ts-expect-error there is no such field
    void subscriptions.update("sub_1", { colour: "red" });
    // @ts-expect-error a subscription does not move
    void subscriptions.update("sub_1", { scope: "" });
    // @ts-expect-error there is no such type
    void subscriptions.sendTest("sub_1", { type: "order.payed" });
    // @ts-expect-error there is no such status
    void deliveries.list({ status: "sent" });
    // @ts-expect-error there is no such filter
    void events.list({ until: new Date() });
    // @ts-expect-error not a unit
    void subscriptions.rotateSecret("sub_1", { overlap: "1 day" });
    // @ts-expect-error no such actor
    void subscriptions.disable("sub_1", { actor: { type: "robot", id: "1" } });
    // @ts-expect-error not a unit
    void webhooks.stop({ drain: "soon" });
  });
});
