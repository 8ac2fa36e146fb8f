import { afterEach, describe, expect, it } from "vitest";
import { isClientError } from "../../src/client/index.js";
import { ROUTES } from "../../src/http/routes/index.js";
import { verify } from "../../src/signature/verify.js";
import { cleanAll, HOUR, MINUTE, only, START, there } from "../flow/harness.js";
import { BASE, type Mounted, mounted } from "./support.js";

/** Every verb against the real handler, in process. */

afterEach(cleanAll);

const ENDPOINT = {
  name: "Endpoint",
  url: "https://hooks.example.com/in",
  events: ["*"],
  enabled: true,
} as const;

const pathsOf = ({ sent }: Mounted) => sent.map(({ method, url }) => `${method} ${url.slice(BASE.length)}`);

describe("subscriptions", () => {
  it("are created, read, changed, switched and deleted", async () => {
    const { client, webhooks } = await mounted();
    const { subscription, secret } = await client.subscriptions.create({
      name: "Endpoint",
      url: ENDPOINT.url,
      events: ["order.*"],
      scope: "organization:acme",
      retry: { schedule: ["1m"], timeout: "5s" },
    });
    expect(subscription).toMatchObject({ scope: "organization:acme", enabled: false, version: 1 });
    expect(subscription.createdBy).toEqual({ type: "user", id: "ada" });
    expect(secret).toMatch(/^whsec_/);
    const { id } = subscription;
    expect(await client.subscriptions.get(id)).toEqual(await webhooks.subscriptions.get(id));

    const patch = { name: "Renamed", description: undefined, events: ["order.paid"] };
    const updated = await client.subscriptions.update(id, patch, { ifVersion: 1 });
    expect(updated).toMatchObject({ name: "Renamed", events: ["order.paid"], version: 2 });
    expect((await client.subscriptions.enable(id, { ifVersion: 2 })).enabled).toBe(true);
    expect(await client.subscriptions.disable(id)).toMatchObject({
      enabled: false,
      disabledReason: "manual",
      version: 4,
    });
    const stale = await client.subscriptions.delete(id, { ifVersion: 99 }).catch((error: unknown) => error);
    expect(isClientError(stale, "VERSION_CONFLICT")).toBe(true);
    expect(await client.subscriptions.delete(id)).toBeUndefined();
    await expect(client.subscriptions.get(id)).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
  });

  it("compare and set", async () => {
    const { client } = await mounted();
    const { subscription } = await client.subscriptions.create(ENDPOINT);
    const conflict = { code: "VERSION_CONFLICT", status: 412 };
    const { subscriptions } = client;
    await expect(subscriptions.update(subscription.id, {}, { ifVersion: 7 })).rejects.toMatchObject(conflict);
    await expect(subscriptions.enable(subscription.id, { ifVersion: 7 })).rejects.toMatchObject(conflict);
    await expect(subscriptions.disable(subscription.id, { ifVersion: 7 })).rejects.toMatchObject(conflict);
    await expect(subscriptions.rotateSecret(subscription.id, {}, { ifVersion: 7 })).rejects.toMatchObject(
      conflict,
    );
    expect((await subscriptions.get(subscription.id)).version).toBe(1);
  });

  it("are made once for one key", async () => {
    const { client } = await mounted();
    const first = await client.subscriptions.create(ENDPOINT, { idempotencyKey: "one" });
    const again = await client.subscriptions.create(ENDPOINT, { idempotencyKey: "one" });
    const other = await client.subscriptions.create(ENDPOINT);
    expect(again.subscription.id).toBe(first.subscription.id);
    expect(other.subscription.id).not.toBe(first.subscription.id);
    await expect(
      client.subscriptions.create({ name: "Another" }, { idempotencyKey: "one" }),
    ).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", status: 422 });
  });

  it("are listed and filtered", async () => {
    const { client } = await mounted();
    const { subscription: lobby } = await client.subscriptions.create({
      name: "Lobby",
      scope: "organization:acme/signin:lobby",
    });
    const { subscription: acme } = await client.subscriptions.create({
      ...ENDPOINT,
      scope: "organization:acme",
    });
    const ids = async (filter?: Parameters<typeof client.subscriptions.list>[0]) =>
      (await client.subscriptions.list(filter)).items.map(({ id }) => id).sort();
    expect(await ids()).toEqual([acme.id, lobby.id].sort());
    expect(await ids({ scope: "organization:acme", descendants: false })).toEqual([acme.id]);
    expect(await ids({ scope: "organization:acme" })).toEqual([acme.id, lobby.id].sort());
    expect(await ids({ enabled: true })).toEqual([acme.id]);
    expect(await ids({ enabled: false, limit: undefined, cursor: undefined })).toEqual([lobby.id]);
    const page = await client.subscriptions.list({ limit: 1 });
    expect(page.items).toHaveLength(1);
    const rest = await client.subscriptions.list({ limit: 1, cursor: there(page.next) });
    expect([...page.items, ...rest.items].map(({ id }) => id).sort()).toEqual([acme.id, lobby.id].sort());
  });

  it("rotate their secret, with one that is made and one that is given", async () => {
    const { client, requests, clock, webhooks } = await mounted();
    const { subscription, secret } = await client.subscriptions.create(ENDPOINT);
    const rotated = await client.subscriptions.rotateSecret(subscription.id);
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
    const given = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
    const last = await client.subscriptions.rotateSecret(
      subscription.id,
      { secret: given, overlap: 0 },
      { ifVersion: rotated.subscription.version },
    );
    expect(last.secret).toBe(given);
    expect(last.subscription.signing.secrets).toHaveLength(1);
    await client.events.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const request = only(requests);
    await verify({ body: request.body as string, headers: request.headers }, given, {
      now: () => clock.now(),
    });
  });

  it("show no secret to those who may not see it", async () => {
    const { as } = await mounted();
    const { secret } = await as({ permissions: ["write"] }).subscriptions.create(ENDPOINT);
    expect(secret).toBeNull();
  });

  it("are tested", async () => {
    const { client, requests } = await mounted();
    const { subscription } = await client.subscriptions.create(ENDPOINT);
    expect(await client.subscriptions.sendTest(subscription.id)).toMatchObject({
      kind: "test",
      status: "delivered",
      type: "order.paid",
    });
    const test = await client.subscriptions.sendTest(subscription.id, { type: "order.shipped" });
    expect(test.type).toBe("order.shipped");
    expect(requests).toHaveLength(2);
  });

  it("show what waits, flush it and recover what was missed", async () => {
    const { client, clock, webhooks } = await mounted();
    const { subscription } = await client.subscriptions.create({ ...ENDPOINT, type: "batch" });
    const { id } = subscription;
    for (const n of [1, 2, 3]) {
      await client.events.publish("order.paid", { n });
      clock.advance("1s");
    }
    const page = await client.subscriptions.pendingEvents(id, { limit: 2 });
    expect(page.items.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }]);
    const waiting: unknown[] = [];
    for await (const { data } of client.subscriptions.eachPendingEvent(id, { limit: 2 })) waiting.push(data);
    expect(waiting).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await client.subscriptions.flush(id)).toBe(3);
    expect(await client.subscriptions.flush(id)).toBe(0);
    await webhooks.runUntilIdle();

    await client.subscriptions.disable(id);
    clock.set(START + MINUTE);
    await client.events.publish("order.paid", { n: 4 });
    clock.advance("1m");
    await client.events.publish("order.paid", { n: 5 });
    await client.subscriptions.enable(id);
    clock.advance("1m");
    const until = new Date(START + 2 * MINUTE);
    expect(await client.subscriptions.recover(id, { since: START + MINUTE, until })).toBe(1);
    expect(await client.subscriptions.recover(id, { since: new Date(START + MINUTE) })).toBe(1);
  });

  it("count what became of their deliveries", async () => {
    const { client, clock, webhooks } = await mounted();
    const { subscription } = await client.subscriptions.create(ENDPOINT);
    await client.events.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    clock.advance("1h");
    const { statistics } = client.subscriptions;
    const day = await statistics(subscription.id);
    expect(day.buckets.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(1);
    const range = { since: START, until: new Date(START + 2 * HOUR), bucket: HOUR };
    const asked = await statistics(subscription.id, range);
    expect(asked).toMatchObject({ subscriptionId: subscription.id, bucketMs: HOUR, complete: true });
    expect(asked.buckets.map(({ delivered }) => delivered)).toEqual([1, 0]);
    expect(await statistics(subscription.id, { ...range, bucket: "1h" })).toEqual(asked);
  });
});

describe("deliveries", () => {
  it("are listed, read, tried again and called off", async () => {
    const { client, answer, webhooks } = await mounted();
    answer(500);
    const { subscription } = await client.subscriptions.create(ENDPOINT);
    const published = await client.events.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();

    const { items } = await client.deliveries.list({
      subscriptionId: subscription.id,
      eventId: published.id,
      status: "failed",
      scope: "",
    });
    const { id } = only(items);
    expect((await client.deliveries.list({ status: "delivered" })).items).toEqual([]);
    const details = await client.deliveries.get(id);
    expect(details).toEqual(await webhooks.deliveries.get(id));
    expect(only(details.attemptLog).response?.status).toBe(500);
    expect(JSON.parse(there(details.payload))).toMatchObject({ data: { n: 1 } });

    answer(200);
    expect((await client.deliveries.retry(id)).id).toBe(id);
    await webhooks.runUntilIdle();
    expect((await client.deliveries.get(id)).status).toBe("delivered");
    await expect(client.deliveries.cancel(id)).rejects.toMatchObject({ code: "INVALID_STATE", status: 409 });

    answer(500);
    await client.events.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    const open = only((await client.deliveries.list({ status: "failed" })).items);
    expect((await client.deliveries.cancel(open.id)).status).toBe("cancelled");
  });
});

describe("events", () => {
  it("are published once for one key, listed and read", async () => {
    const { client, clock } = await mounted();
    const at = new Date(START - HOUR);
    const options = { scope: "organization:acme", at, idempotencyKey: "k" };
    const published = await client.events.publish("order.paid", { n: 1 }, options);
    expect(published).toMatchObject({ scope: "organization:acme", at: at.toISOString(), duplicate: false });
    expect(await client.events.publish("order.paid", { n: 1 }, options)).toEqual(published);
    clock.advance("1h");
    const later = await client.events.publish("order.shipped", {});

    expect(await client.events.get(published.id)).toMatchObject({ type: "order.paid", data: { n: 1 } });
    const ids = async (filter?: Parameters<typeof client.events.list>[0]) =>
      (await client.events.list(filter)).items.map(({ id }) => id);
    expect(await ids()).toEqual([later.id, published.id]);
    expect(await ids({ type: "order.paid" })).toEqual([published.id]);
    expect(await ids({ scope: "organization:acme" })).toEqual([published.id]);
    const since = START + HOUR;
    expect(await ids({ since })).toEqual([later.id]);
    expect(await ids({ since: new Date(since) })).toEqual([later.id]);
    expect(await ids({ since: new Date(since).toISOString() })).toEqual([later.id]);
  });

  it("are not published where the host does not allow it", async () => {
    const { client } = await mounted({ publish: false });
    await expect(client.events.publish("order.paid", { n: 1 })).rejects.toMatchObject({
      code: "METHOD_NOT_ALLOWED",
      status: 405,
    });
  });
});

describe("the rest", () => {
  it("says what can be subscribed to at a scope", async () => {
    const { client, webhooks } = await mounted();
    const types = (await client.catalogue()).events.map(({ type }) => type);
    expect(types).toEqual(["order.paid", "order.shipped"]);
    const lobby = await client.catalogue("organization:acme/signin:lobby");
    expect(lobby).toMatchObject({ scope: "organization:acme/signin:lobby", kind: "signin" });
    expect(lobby.events.map(({ type }) => type)).toContain("guest.arrived");
    expect(lobby.groups).toEqual(webhooks.catalogue.groups({ at: "signin" }));
  });

  it("describes the API", async () => {
    const { client } = await mounted();
    const document = await client.openApi();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths).length).toBeGreaterThan(10);
  });

  it("sees nothing of others", async () => {
    const { client, as } = await mounted();
    const { subscription } = await client.subscriptions.create({ ...ENDPOINT, scope: "organization:acme" });
    const other = as({ scope: "organization:other", permissions: ["read"] });
    await expect(other.subscriptions.get(subscription.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(other.catalogue("organization:acme")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(other.subscriptions.create(ENDPOINT)).rejects.toMatchObject({
      code: "FORBIDDEN",
      status: 403,
    });
    expect((await other.subscriptions.list()).items).toEqual([]);
  });

  it("leaves no route of the API without a verb", async () => {
    const system = await mounted();
    const { client } = system;
    const { subscriptions, deliveries, events } = client;
    const calls = [
      subscriptions.list(),
      subscriptions.create({ name: "Endpoint" }),
      subscriptions.get("x"),
      subscriptions.update("x", {}),
      subscriptions.delete("x"),
      subscriptions.rotateSecret("x"),
      subscriptions.sendTest("x"),
      subscriptions.flush("x"),
      subscriptions.recover("x", { since: 0 }),
      subscriptions.pendingEvents("x"),
      subscriptions.statistics("x"),
      deliveries.list(),
      deliveries.get("x"),
      deliveries.retry("x"),
      deliveries.cancel("x"),
      events.list(),
      events.publish("order.shipped", {}),
      events.get("x"),
      client.catalogue(),
    ];
    await Promise.allSettled(calls);
    const asked = pathsOf(system).map((line) => line.replace(/\/x(?=\/|$)/, "/{id}"));
    expect(asked.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });
});
