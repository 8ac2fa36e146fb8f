import { verify } from "hookwright/verify";
import { afterEach, describe, expect, test } from "vitest";
import { cleanAll, DAY, flowOn, MINUTE, only, receiving, START, STORES, there } from "./harness.js";

afterEach(cleanAll);

const ACME = "organization:acme";
const LOBBY = "organization:acme/signin:lobby";

describe.each(STORES)("the main job on %s", (_, makeStore) => {
  test("publish, match, sign, deliver, verify: over a real socket", async () => {
    const receiver = await receiving(204);
    const { webhooks, clock } = flowOn(makeStore, { transport: (await undici())() });
    const { subscription, secret } = await webhooks.subscriptions.create({
      name: "Splunk",
      url: `${receiver.url}/in?token=1`,
      events: ["order.*"],
      enabled: true,
    });
    const published = await webhooks.publish("order.paid", { n: 7, note: "é 😀" });
    expect(published).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-z]+$/),
      type: "order.paid",
      scope: "",
      at: "2026-01-01T00:00:00.000Z",
      duplicate: false,
      deliveries: 1,
      pending: 0,
    });
    expect(await webhooks.runUntilIdle()).toEqual({
      delivered: 1,
      failed: 0,
      exhausted: 0,
      flushed: 0,
      pruned: 0,
    });

    const request = only(receiver.requests);
    expect(request).toMatchObject({ method: "POST", url: "/in?token=1" });
    expect(request.headers).toMatchObject({ "content-type": "application/json", "webhook-id": published.id });
    expect(await verify(request, there(secret), { now: clock.now })).toEqual({
      id: published.id,
      type: "order.paid",
      timestamp: "2026-01-01T00:00:00.000Z",
      scope: "",
      data: { n: 7, note: "é 😀" },
    });
    await expect(
      verify({ ...request, body: `${request.body} ` }, there(secret), { now: clock.now }),
    ).rejects.toMatchObject({
      code: "NO_MATCH",
    });

    const delivery = only((await webhooks.deliveries.list({ subscriptionId: subscription.id })).items);
    expect(delivery).toMatchObject({
      status: "delivered",
      attempts: 1,
      httpStatus: 204,
      error: null,
      eventIds: [published.id],
      nextAttemptAt: null,
      completedAt: "2026-01-01T00:00:00.000Z",
    });
    const details = await webhooks.deliveries.get(delivery.id);
    expect(details.payload).toBe(request.body);
    expect(only(details.attemptLog)).toMatchObject({ number: 1, response: { status: 204 }, error: null });
    expect(await webhooks.events.get(published.id)).toMatchObject({
      data: { n: 7, note: "é 😀" },
      test: false,
    });
  });

  test("one event goes to each subscription that hears it, and to no other", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    for (const name of ["One", "Two", "Three"].map((word) => `Hears ${word}`)) {
      await subscribe({
        name,
        url: `https://${name.slice(6).toLowerCase()}.example.com/`,
        events: ["order.paid"],
      });
    }
    await subscribe({ url: "https://other.example.com/", events: ["order.shipped", "guest.*"], scope: ACME });
    await subscribe({ url: "https://disabled.example.com/", enabled: false });
    const { deliveries } = await webhooks.publish("order.paid", { n: 1 }, { scope: LOBBY });
    expect(deliveries).toBe(3);
    await webhooks.runUntilIdle();
    expect(requests.map(({ url }) => url).sort()).toEqual([
      "https://one.example.com/",
      "https://three.example.com/",
      "https://two.example.com/",
    ]);
  });

  test("an event nobody hears is kept and makes no delivery", async () => {
    const { webhooks, requests } = flowOn(makeStore);
    const { id, deliveries } = await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect([deliveries, requests.length]).toEqual([0, 0]);
    expect((await webhooks.events.list()).items.map((event) => event.id)).toEqual([id]);
  });

  test("a subscription hears its own scope and those below it, never those beside or above", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    const scopes = ["", ACME, LOBBY, "organization:acme2", "organization:acme/signin:lob"];
    for (const [index, scope] of scopes.entries()) {
      await subscribe({ scope, url: `https://s${index}.example.com/`, events: ["order.paid"] });
    }
    const heardAt = async (scope: string) => {
      const from = requests.length;
      await webhooks.publish("order.paid", { n: 1 }, { scope });
      await webhooks.runUntilIdle();
      return requests
        .slice(from)
        .map(({ url }) => Number(url.charAt(9)))
        .sort();
    };
    expect(await heardAt(LOBBY)).toEqual([0, 1, 2]);
    expect(await heardAt(ACME)).toEqual([0, 1]);
    expect(await heardAt("")).toEqual([0]);
    expect(await heardAt("organization:acme2/signin:lobby")).toEqual([0, 3]);
    expect(await heardAt("organization:acme/signin:lob")).toEqual([0, 1, 4]);
  });

  test("`at` limits where a type may be chosen, and a wildcard does not get round it", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await expect(subscribe({ events: ["guest.arrived"] })).rejects.toMatchObject({
      code: "SCOPE_NOT_ALLOWED",
    });
    await subscribe({ url: "https://root.example.com/", events: ["*"] });
    await subscribe({ url: "https://acme.example.com/", events: ["*"], scope: ACME });
    await webhooks.publish("guest.arrived", { guest: "g" }, { scope: LOBBY });
    await webhooks.runUntilIdle();
    expect(requests.map(({ url }) => url)).toEqual(["https://acme.example.com/"]);
  });

  test("the schema's output is what is stored and sent", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    // zod drops what it does not know.
    await webhooks.publish("order.paid", { n: 1, extra: true } as { n: number });
    await webhooks.runUntilIdle();
    expect(JSON.parse(String(only(requests).body)).data).toEqual({ n: 1 });
  });

  test("`at` of an event is the publisher's, and is not when it was published", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    const at = new Date(START - DAY);
    const { id } = await webhooks.publish("order.paid", { n: 1 }, { at });
    for (const same of [at.getTime(), at.toISOString()]) {
      expect((await webhooks.publish("order.paid", { n: 1 }, { at: same })).at).toBe(at.toISOString());
    }
    await webhooks.runUntilIdle();
    expect(JSON.parse(String(requests[0]?.body)).timestamp).toBe(at.toISOString());
    expect(await webhooks.events.get(id)).toMatchObject({
      at: at.toISOString(),
      createdAt: new Date(START).toISOString(),
    });
  });

  test("a subscription made, changed, enabled or disabled counts for the very next publish", async () => {
    const { webhooks, subscribe } = flowOn(makeStore);
    const count = async () => (await webhooks.publish("order.paid", { n: 1 })).deliveries;
    expect(await count()).toBe(0);
    const { id } = await subscribe({ events: ["order.shipped"] });
    expect(await count()).toBe(0);
    await webhooks.subscriptions.update(id, { events: ["order.paid"] });
    expect(await count()).toBe(1);
    await webhooks.subscriptions.disable(id);
    expect(await count()).toBe(0);
    await webhooks.subscriptions.enable(id);
    expect(await count()).toBe(1);
    await webhooks.subscriptions.delete(id);
    expect(await count()).toBe(0);
  });
});

describe.each(STORES)("publishing once on %s", (_, makeStore) => {
  test("an id published again is a duplicate that stores and sends nothing", async () => {
    const { webhooks, requests, subscribe, pass } = flowOn(makeStore);
    await subscribe();
    const first = await webhooks.publish("order.paid", { n: 1 }, { id: "order-1" });
    const again = await webhooks.publish("order.paid", { n: 2 }, { id: "order-1" });
    expect(first).toMatchObject({ id: "order-1", duplicate: false, deliveries: 1 });
    expect(again).toMatchObject({ id: "order-1", duplicate: true, deliveries: 0 });
    await pass(MINUTE);
    expect(await webhooks.publish("order.paid", { n: 3 }, { id: "order-1" })).toMatchObject({
      duplicate: true,
    });
    await pass(MINUTE);
    expect(requests).toHaveLength(1);
    expect((await webhooks.events.get("order-1")).data).toEqual({ n: 1 });
    expect(only(requests).headers["webhook-id"]).toBe("order-1");
  });

  test("a key counts once for its scope and type", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    const publish = (type: "order.paid" | "order.shipped", scope: string) =>
      webhooks.publish(type, { n: 1 }, { idempotencyKey: "key", scope });
    const first = await publish("order.paid", "");
    expect(first.duplicate).toBe(false);
    expect(await publish("order.paid", "")).toMatchObject({ id: first.id, duplicate: true });
    expect((await publish("order.paid", ACME)).duplicate).toBe(false);
    expect((await publish("order.shipped", "")).duplicate).toBe(false);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(3);
    expect(first.id).not.toContain(".");
  });

  test("in one publishMany the first of each id has it", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    const published = await webhooks.publishMany([
      { type: "order.paid", data: { n: 1 }, id: "a" },
      { type: "order.paid", data: { n: 2 }, id: "b" },
      { type: "order.paid", data: { n: 3 }, id: "a" },
      { type: "order.shipped", data: {}, idempotencyKey: "k" },
      { type: "order.shipped", data: {}, idempotencyKey: "k" },
    ]);
    expect(published.map(({ duplicate }) => duplicate)).toEqual([false, false, true, false, true]);
    expect(published.map(({ deliveries }) => deliveries)).toEqual([1, 1, 0, 1, 0]);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(3);
    expect((await webhooks.events.get("a")).data).toEqual({ n: 1 });
  });

  test("of concurrent calls with one id exactly one is fresh", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    const calls = Array.from({ length: 40 }, (_, n) =>
      webhooks.publish("order.paid", { n }, { id: `same-${n % 4}` }),
    );
    const published = await Promise.all(calls);
    expect(
      published
        .filter(({ duplicate }) => !duplicate)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["same-0", "same-1", "same-2", "same-3"]);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(4);
  });

  test("concurrent calls share appends, and each resolves only when its own event is stored", async () => {
    const store = makeStore();
    const sizes: number[] = [];
    const stored = new Set<string>();
    const append = store.append.bind(store);
    store.append = async (entries) => {
      sizes.push(entries.events.length);
      const fresh = await append(entries);
      for (const { id } of entries.events) stored.add(id);
      return fresh;
    };
    const { webhooks } = flowOn(() => store);
    await webhooks.migrate();
    await Promise.all(
      Array.from({ length: 1_200 }, async (_, n) => {
        const { id } = await webhooks.publish("order.paid", { n });
        expect(stored.has(id)).toBe(true);
      }),
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1_200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    expect(sizes.length).toBeLessThanOrEqual(6);
  });

  test("publishMany is all or none", async () => {
    const { webhooks, subscribe } = flowOn(makeStore);
    await subscribe();
    await expect(
      webhooks.publishMany([
        { type: "order.paid", data: { n: 1 } },
        { type: "order.paid", data: { n: "2" } as unknown as { n: number } },
      ]),
    ).rejects.toMatchObject({ code: "INVALID_DATA", issues: [{ path: [1, "n"] }] });
    expect((await webhooks.events.list()).items).toEqual([]);
    expect((await webhooks.deliveries.list()).items).toEqual([]);
    expect(await webhooks.publishMany([])).toEqual([]);
  });
});

describe.each(STORES)("history lists on %s", (_, makeStore) => {
  test("are newest first, page without a gap or a repetition, also while more is published", async () => {
    const { webhooks, clock, subscribe } = flowOn(makeStore);
    await subscribe();
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      // Three of each moment: ids must decide the order then.
      if (n % 3 === 0) clock.advance(1);
      ids.push((await webhooks.publish("order.paid", { n })).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await webhooks.events.list({ limit: 5, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
      clock.advance(1);
      await webhooks.publish("order.paid", { n: 99 });
    } while (cursor !== undefined);
    expect(seen).toHaveLength(12);
    expect(new Set(seen)).toEqual(new Set(ids));
    const stamps = await Promise.all(seen.map(async (id) => (await webhooks.events.get(id)).createdAt));
    expect(stamps).toEqual([...stamps].sort().reverse());

    const deliveries = await webhooks.deliveries.list({ limit: 5 });
    expect(deliveries.items.map(({ eventIds }) => eventIds.length)).toEqual([1, 1, 1, 1, 1]);
    const rest = await webhooks.deliveries.list({ limit: 50, cursor: there(deliveries.next) });
    const all = [...deliveries.items, ...rest.items];
    expect(rest.next).toBeNull();
    expect(new Set(all.map(({ id }) => id)).size).toBe(15);
    const created = all.map(({ createdAt }) => createdAt);
    expect(created).toEqual([...created].sort().reverse());
  });

  test("filter by subscription, event, scope, status, type and time", async () => {
    const { webhooks, clock, subscribe, answer } = flowOn(makeStore);
    const root = await subscribe({ name: "Root" });
    const acme = await subscribe({ name: "Acme", scope: ACME });
    const first = await webhooks.publish("order.paid", { n: 1 }, { scope: LOBBY });
    answer(500);
    await webhooks.runUntilIdle();
    clock.advance(1_000);
    const second = await webhooks.publish("order.shipped", {});
    const ids = async (list: Promise<{ items: readonly { id: string }[] }>) =>
      (await list).items.map(({ id }) => id);

    expect(await ids(webhooks.deliveries.list({ eventId: first.id }))).toHaveLength(2);
    expect(await ids(webhooks.deliveries.list({ subscriptionId: root.id }))).toHaveLength(2);
    expect(await ids(webhooks.deliveries.list({ subscriptionId: acme.id }))).toHaveLength(1);
    expect(await ids(webhooks.deliveries.list({ scope: ACME }))).toHaveLength(1);
    expect(await ids(webhooks.deliveries.list({ scope: "" }))).toHaveLength(3);
    expect(await ids(webhooks.deliveries.list({ status: "failed" }))).toHaveLength(2);
    expect(await ids(webhooks.deliveries.list({ status: "pending", eventId: second.id }))).toHaveLength(1);
    expect(await ids(webhooks.events.list({ type: "order.shipped" }))).toEqual([second.id]);
    expect(await ids(webhooks.events.list({ scope: ACME }))).toEqual([first.id]);
    expect(await ids(webhooks.events.list({ since: new Date(START + 1_000) }))).toEqual([second.id]);
    expect(await ids(webhooks.subscriptions.list({ scope: "" }))).toEqual([root.id]);
    expect(await ids(webhooks.subscriptions.list({ scope: "", descendants: true }))).toHaveLength(2);
  });
});

async function undici() {
  const { undiciTransport } = await import("hookwright/transports/undici");
  return undiciTransport;
}
