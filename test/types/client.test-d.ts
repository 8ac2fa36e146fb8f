import type { Attempt, Published as LibraryPublished, Subscription as LibrarySubscription } from "hookwright";
import { defineCatalogue } from "hookwright";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  type Client,
  type ClientError,
  type ClientErrorCode,
  type ClientOptions,
  createClient,
  type Delivery,
  type DeliveryDetails,
  isClientError,
  type OpenApiDocument,
  type Page,
  type PendingEvent,
  type ProblemError,
  type Published,
  type PublishedEvent,
  type ScopeCatalogue,
  type Subscription,
  type SubscriptionStatistics,
  type SubscriptionWithSecret,
} from "../../src/client/index.js";
import type { CatalogueAnswer } from "../../src/http/schemas/catalogue.js";
import type { Same } from "../../src/http/schemas/same.js";

const catalogue = defineCatalogue({
  events: {
    "order.paid": { description: "Paid.", schema: z.object({ n: z.number() }) },
    "order.note": { description: "Anything." },
  },
});

const client = createClient({ baseUrl: "/api/webhooks" });
const typed = createClient<typeof catalogue>({ baseUrl: "/api/webhooks" });
declare const signal: AbortSignal;

describe("createClient", () => {
  it("takes its options", () => {
    expectTypeOf(client).toEqualTypeOf<Client>();
    createClient({
      baseUrl: "/",
      headers: { authorization: "x" },
      timeout: 1,
      retry: 0,
      credentials: "include",
    });
    createClient({ baseUrl: "/", headers: () => ({}), fetch, retry: { limit: 1, maxWait: 5 } });
    createClient({
      baseUrl: "/",
      headers: async () => ({}),
      fetch: async (request) => new Response(request.url),
    });
    createClient({
      baseUrl: "/",
      headers: undefined,
      fetch: undefined,
      timeout: undefined,
      retry: undefined,
    });
    // @ts-expect-error the address is needed
    createClient({});
    // @ts-expect-error milliseconds
    createClient({ baseUrl: "/", timeout: "15s" });
    // @ts-expect-error there is no such mode
    createClient({ baseUrl: "/", credentials: "always" });
    // @ts-expect-error it must answer a Response
    createClient({ baseUrl: "/", fetch: async () => ({}) });
    // @ts-expect-error a header that may be missing
    createClient({ baseUrl: "/", headers: { authorization: process.env.TOKEN } });
    // @ts-expect-error there is no such option
    createClient({ baseUrl: "/", token: "x" });
    expectTypeOf<ClientOptions["baseUrl"]>().toEqualTypeOf<string>();
  });
});

describe("verbs", () => {
  it("answer the library's own types", () => {
    const { subscriptions, deliveries, events } = client;
    expectTypeOf<Subscription>().toEqualTypeOf<LibrarySubscription>();
    expectTypeOf<Published>().toEqualTypeOf<LibraryPublished>();
    expectTypeOf(subscriptions.create({ name: "Endpoint" })).toEqualTypeOf<Promise<SubscriptionWithSecret>>();
    expectTypeOf(subscriptions.get("s")).toEqualTypeOf<Promise<Subscription>>();
    expectTypeOf(subscriptions.list()).toEqualTypeOf<Promise<Page<Subscription>>>();
    expectTypeOf(subscriptions.each()).toEqualTypeOf<AsyncGenerator<Subscription, void, undefined>>();
    expectTypeOf(subscriptions.update("s", {})).toEqualTypeOf<Promise<Subscription>>();
    expectTypeOf(subscriptions.enable("s")).toEqualTypeOf<Promise<Subscription>>();
    expectTypeOf(subscriptions.disable("s")).toEqualTypeOf<Promise<Subscription>>();
    expectTypeOf(subscriptions.delete("s")).toEqualTypeOf<Promise<void>>();
    expectTypeOf(subscriptions.rotateSecret("s")).toEqualTypeOf<Promise<SubscriptionWithSecret>>();
    expectTypeOf(subscriptions.sendTest("s")).toEqualTypeOf<Promise<Delivery>>();
    expectTypeOf(subscriptions.flush("s")).toEqualTypeOf<Promise<number>>();
    expectTypeOf(subscriptions.recover("s", { since: new Date() })).toEqualTypeOf<Promise<number>>();
    expectTypeOf(subscriptions.pendingEvents("s")).toEqualTypeOf<Promise<Page<PendingEvent>>>();
    expectTypeOf(subscriptions.eachPendingEvent("s")).toEqualTypeOf<
      AsyncGenerator<PendingEvent, void, undefined>
    >();
    expectTypeOf(subscriptions.statistics("s")).toEqualTypeOf<Promise<SubscriptionStatistics>>();
    expectTypeOf(deliveries.list()).toEqualTypeOf<Promise<Page<Delivery>>>();
    expectTypeOf(deliveries.each()).toEqualTypeOf<AsyncGenerator<Delivery, void, undefined>>();
    expectTypeOf(deliveries.get("d")).toEqualTypeOf<Promise<DeliveryDetails>>();
    expectTypeOf<DeliveryDetails["attemptLog"]>().toEqualTypeOf<readonly Attempt[]>();
    expectTypeOf(deliveries.retry("d")).toEqualTypeOf<Promise<Delivery>>();
    expectTypeOf(deliveries.cancel("d")).toEqualTypeOf<Promise<Delivery>>();
    expectTypeOf(events.list()).toEqualTypeOf<Promise<Page<PublishedEvent>>>();
    expectTypeOf(events.each()).toEqualTypeOf<AsyncGenerator<PublishedEvent, void, undefined>>();
    expectTypeOf(events.get("e")).toEqualTypeOf<Promise<PublishedEvent>>();
    expectTypeOf(events.publish("any.type", {})).toEqualTypeOf<Promise<Published>>();
    expectTypeOf(client.catalogue()).toEqualTypeOf<Promise<ScopeCatalogue>>();
    expectTypeOf(client.openApi()).toEqualTypeOf<Promise<OpenApiDocument>>();
  });

  it("answer what the API says it answers for the catalogue", () => {
    expectTypeOf<Same<ScopeCatalogue, CatalogueAnswer>>().toEqualTypeOf<true>();
  });

  it("take what the library takes", () => {
    const { subscriptions, deliveries, events } = client;
    void subscriptions.update("s", { retry: { schedule: ["1m", 5] } }, { ifVersion: 1, signal, timeout: 5 });
    void subscriptions.rotateSecret("s", { overlap: "24h" }, { ifVersion: 1, idempotencyKey: "k" });
    void subscriptions.create({ name: "Endpoint" }, { idempotencyKey: "k", signal });
    void subscriptions.statistics("s", { since: 0, until: new Date(), bucket: "15m" });
    void deliveries.list({ status: "exhausted", cursor: undefined }, { signal });
    void events.publish("any", {}, { scope: "organization:acme", at: 0, idempotencyKey: "k", timeout: 5 });
    // @ts-expect-error a name is needed
    void subscriptions.create({ url: "https://example.com" });
    // @ts-expect-error there is no such field
    void subscriptions.update("s", { colour: "red" });
    // @ts-expect-error a subscription does not move
    void subscriptions.update("s", { scope: "" });
    // @ts-expect-error a version is a number
    void subscriptions.update("s", {}, { ifVersion: '"3"' });
    // @ts-expect-error creating has no version
    void subscriptions.create({ name: "Endpoint" }, { ifVersion: 1 });
    // @ts-expect-error reading needs no key
    void subscriptions.get("s", { idempotencyKey: "k" });
    // @ts-expect-error a PATCH takes none
    void subscriptions.enable("s", { idempotencyKey: "k" });
    // @ts-expect-error deleting takes no key
    void subscriptions.delete("s", { idempotencyKey: "k" });
    // @ts-expect-error who acts is the server's to say
    void subscriptions.create({ name: "Endpoint" }, { actor: { type: "user", id: "1" } });
    // @ts-expect-error confined by the server
    void deliveries.get("d", { within: "" });
    // @ts-expect-error there is no such status
    void deliveries.list({ status: "sent" });
    // @ts-expect-error the end of a list is no cursor
    void deliveries.list({ cursor: null });
    // @ts-expect-error there is no such filter
    void events.list({ until: new Date() });
    // @ts-expect-error an id is not the caller's to choose
    void events.publish("any", {}, { id: "evt_1" });
    // @ts-expect-error since when is needed
    void subscriptions.recover("s", {});
    // @ts-expect-error not a unit
    void subscriptions.statistics("s", { bucket: "1 hour" });
  });

  it("know the catalogue's names and data", () => {
    void typed.events.publish("order.paid", { n: 1 });
    void typed.events.publish("order.note", ["x"]);
    void typed.subscriptions.sendTest("s", { type: "order.paid" });
    // @ts-expect-error there is no such type
    void typed.events.publish("order.payed", { n: 1 });
    // @ts-expect-error its data
    void typed.events.publish("order.paid", { n: "1" });
    // @ts-expect-error there is no such type
    void typed.subscriptions.sendTest("s", { type: "order.payed" });
  });
});

describe("ClientError", () => {
  it("narrows, and knows its codes", () => {
    const caught: unknown = undefined;
    if (isClientError(caught)) {
      expectTypeOf(caught).toEqualTypeOf<ClientError>();
      expectTypeOf(caught.status).toEqualTypeOf<number | null>();
      expectTypeOf(caught.errors).toEqualTypeOf<readonly ProblemError[]>();
      expectTypeOf<ClientErrorCode>().toExtend<typeof caught.code>();
    }
    isClientError(caught, "TIMEOUT");
    isClientError(caught, "NOT_FOUND");
    isClientError(caught, "IDEMPOTENCY_KEY_REUSED");
    // @ts-expect-error not a code
    isClientError(caught, "NOT_FUND");
  });
});
