import { verify } from "hookwright/verify";
import { afterEach, describe, expect, it } from "vitest";
import { cleanAll, flowOn, MINUTE, only, START, STORES } from "./harness.js";

afterEach(cleanAll);

const batchOf = (body: string | Uint8Array): { id: string; data: unknown }[] => JSON.parse(String(body));

describe.each(STORES)("batches on %s", (_, makeStore) => {
  it("are flushed when enough events wait, as one array signed with the delivery's id", async () => {
    const { webhooks, subscribe, requests, clock } = flowOn(makeStore);
    const { secret } = await subscribe({ type: "batch", batch: { maxEvents: 3 } });
    const sent = await webhooks.publishMany([1, 2].map((n) => ({ type: "order.paid", data: { n } })));
    expect(sent.map(({ pending, deliveries }) => [pending, deliveries])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(await webhooks.runUntilIdle()).toMatchObject({ flushed: 0, delivered: 0 });
    const third = await webhooks.publish("order.paid", { n: 3 });
    expect(await webhooks.runUntilIdle()).toMatchObject({ flushed: 1, delivered: 1 });
    const { body, headers } = only(requests);
    expect(batchOf(body).map(({ id }) => id)).toEqual([...sent.map(({ id }) => id), third.id]);
    const delivery = only((await webhooks.deliveries.list()).items);
    expect(headers["webhook-id"]).toBe(delivery.id);
    expect(delivery).toMatchObject({ kind: "batch", type: "batch", status: "delivered" });
    expect(await verify({ body, headers }, secret, { now: clock.now })).toHaveLength(3);
  });

  it("are flushed when the oldest has waited the interval, also by one who starts later", async () => {
    const first = flowOn(makeStore);
    await first.subscribe({ type: "batch", batch: { intervalMinutes: 5 } });
    await first.webhooks.publish("order.paid", { n: 1 });
    await first.pass(4 * MINUTE);
    await first.webhooks.publish("order.paid", { n: 2 });
    expect(first.requests).toEqual([]);
    await first.webhooks.stop();
    const second = flowOn(makeStore, { store: first.store, clock: first.clock });
    await second.pass(MINUTE - 1);
    expect(second.requests).toEqual([]);
    await second.pass(1);
    expect(batchOf(only(second.requests).body)).toHaveLength(2);
  });

  it("are flushed when their bytes reach the limit", async () => {
    const { webhooks, subscribe, requests } = flowOn(makeStore);
    await subscribe({ type: "batch", batch: { maxBytes: 1_024 } });
    await webhooks.publish("order.paid", { n: 1, note: "x".repeat(400) });
    await webhooks.runUntilIdle();
    expect(requests).toEqual([]);
    await webhooks.publish("order.paid", { n: 2, note: "x".repeat(600) });
    await webhooks.runUntilIdle();
    expect(requests.length).toBeGreaterThan(0);
    for (const { body } of requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_024);
  });

  it("change their limits for what waits already", async () => {
    const { webhooks, subscribe, requests } = flowOn(makeStore);
    const { id } = await subscribe({ type: "batch" });
    await webhooks.publishMany([1, 2, 3].map((n) => ({ type: "order.paid", data: { n } })));
    await webhooks.runUntilIdle();
    expect(requests).toEqual([]);
    await webhooks.subscriptions.update(id, { batch: { maxEvents: 2 } });
    await webhooks.runUntilIdle();
    expect(batchOf(only(requests).body)).toHaveLength(2);
    expect((await webhooks.subscriptions.pendingEvents(id)).items).toHaveLength(1);
  });

  it("show what waits, page by page, and send it when told to", async () => {
    const { webhooks, subscribe, requests } = flowOn(makeStore);
    const { id } = await subscribe({ type: "batch" });
    const sent = await webhooks.publishMany([1, 2, 3].map((n) => ({ type: "order.paid", data: { n } })));
    const first = await webhooks.subscriptions.pendingEvents(id, { limit: 2 });
    const rest = await webhooks.subscriptions.pendingEvents(id, { limit: 2, cursor: first.next ?? "" });
    expect([...first.items, ...rest.items].map((one) => one.id).sort()).toEqual(
      sent.map((one) => one.id).sort(),
    );
    expect(first.items[0]).toMatchObject({ type: "order.paid", since: new Date(START).toISOString() });
    expect(rest.next).toBeNull();
    expect(await webhooks.subscriptions.flush(id)).toBe(3);
    expect(await webhooks.subscriptions.flush(id)).toBe(0);
    await webhooks.runUntilIdle();
    expect(batchOf(only(requests).body)).toHaveLength(3);
    expect((await webhooks.subscriptions.pendingEvents(id)).items).toEqual([]);
  });

  it("wait while the subscription is disabled, and then go on", async () => {
    const { webhooks, subscribe, requests, pass } = flowOn(makeStore);
    const { id } = await subscribe({ type: "batch" });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.subscriptions.disable(id);
    await pass(60 * MINUTE);
    expect(requests).toEqual([]);
    await expect(webhooks.subscriptions.flush(id)).rejects.toMatchObject({ code: "INVALID_STATE" });
    await webhooks.subscriptions.enable(id);
    await webhooks.runUntilIdle();
    expect(batchOf(only(requests).body)).toHaveLength(1);
  });

  it("keep their id, their events and their bytes over every attempt", async () => {
    const { webhooks, subscribe, requests, pass, answer } = flowOn(makeStore);
    answer((_, number) => (number < 3 ? 500 : 200));
    const { id } = await subscribe({ type: "batch", batch: { maxEvents: 2 } });
    await webhooks.publishMany([1, 2].map((n) => ({ type: "order.paid", data: { n } })));
    await webhooks.runUntilIdle();
    await webhooks.publish("order.paid", { n: 3 });
    await pass(MINUTE);
    await pass(5 * MINUTE);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect((await webhooks.subscriptions.pendingEvents(id)).items).toHaveLength(1);
  });

  it("are split in two by a 413, until the endpoint takes them, and no event is lost or sent on twice", async () => {
    const { webhooks, subscribe, requests, answer } = flowOn(makeStore);
    answer(({ body }) => (batchOf(body).length > 2 ? 413 : 200));
    const { id } = await subscribe({ type: "batch", batch: { maxEvents: 7 } });
    const sent = await webhooks.publishMany(
      [1, 2, 3, 4, 5, 6, 7].map((n) => ({ type: "order.paid", data: { n } })),
    );
    await webhooks.runUntilIdle();
    const taken = requests.map(({ body }) => batchOf(body)).filter((batch) => batch.length <= 2);
    expect(
      taken
        .flat()
        .map((one) => one.id)
        .sort(),
    ).toEqual(sent.map((one) => one.id).sort());
    const { items } = await webhooks.deliveries.list({ status: "cancelled" });
    expect(items.map(({ error }) => error?.code)).toEqual(["SPLIT", "SPLIT", "SPLIT"]);
    expect((await webhooks.subscriptions.get(id)).health.status).toBe("healthy");
  });

  it("tell of each flush", async () => {
    const { webhooks, subscribe } = flowOn(makeStore);
    const flushes: unknown[] = [];
    webhooks.on("batch.flushed", (flush) => flushes.push(flush));
    const { id } = await subscribe({ type: "batch", batch: { maxEvents: 2 } });
    await webhooks.publishMany([1, 2, 3, 4].map((n) => ({ type: "order.paid", data: { n } })));
    await webhooks.runUntilIdle();
    const ids = (await webhooks.deliveries.list()).items.map((delivery) => delivery.id);
    expect(flushes).toHaveLength(2);
    expect(flushes).toEqual(
      expect.arrayContaining(ids.map((deliveryId) => ({ subscriptionId: id, deliveryId, events: 2 }))),
    );
  });

  it("keep topics apart, those too that began to wait before the format did", async () => {
    const { webhooks, subscribe, requests } = flowOn(makeStore);
    const { id } = await subscribe({ type: "batch" });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.publish("order.shipped", { shipped: true });
    await webhooks.subscriptions.update(id, { format: "topic" });
    await webhooks.publish("order.paid", { n: 2 });
    await webhooks.publish("order.paid", { n: 3 });
    expect(await webhooks.subscriptions.flush(id)).toBe(4);
    await webhooks.runUntilIdle();
    const bodies = requests.map(
      ({ body }) => JSON.parse(String(body)) as { topic: string; events: unknown[] },
    );
    expect(bodies).toHaveLength(3);
    expect(bodies).toEqual(
      expect.arrayContaining([
        { topic: "order.paid", events: [{ n: 1 }] },
        { topic: "order.shipped", events: [{ shipped: true }] },
        { topic: "order.paid", events: [{ n: 2 }, { n: 3 }] },
      ]),
    );
  });

  it("are halved until one event that will never be taken stands alone, and nobody is disabled for it", async () => {
    const { webhooks, subscribe, requests, answer } = flowOn(makeStore);
    answer(({ body }) =>
      String(body).includes('"n":3')
        ? { status: 400, body: '{"text":"Invalid data format","code":6}' }
        : { status: 200, body: '{"text":"Success","code":0}' },
    );
    const { id } = await subscribe({ type: "batch", format: "splunk", batch: { maxEvents: 5 } });
    await webhooks.publishMany([1, 2, 3, 4, 5].map((n) => ({ type: "order.paid", data: { n } })));
    await webhooks.runUntilIdle();
    const taken = requests
      .filter(({ body }) => !String(body).includes('"n":3'))
      .map(({ body }) => String(body));
    for (const n of [1, 2, 4, 5]) expect(taken.filter((body) => body.includes(`{"n":${n}}`))).toHaveLength(1);
    const poison = only((await webhooks.deliveries.list({ status: "exhausted" })).items);
    expect(poison).toMatchObject({ error: { code: "REJECTED" }, attempts: 1 });
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: true,
      health: { status: "healthy" },
    });
  });
});
