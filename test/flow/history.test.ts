import { undiciTransport } from "hookwright/transports/undici";
import { afterEach, describe, expect, test } from "vitest";
import { cleanAll, DAY, flowOn, HOUR, MINUTE, only, receiving, STORES } from "./harness.js";

afterEach(cleanAll);

describe.each(STORES)("what is kept of an answer on %s", (_, makeStore) => {
  test("is the first 16 KiB as text, over a real socket", async () => {
    const receiver = await receiving({
      status: 200,
      headers: { "x-a": "1", "content-type": "text/html" },
      body: "é".repeat(10_000),
    });
    const { webhooks, subscribe } = flowOn(makeStore, { transport: undiciTransport() });
    await subscribe({ url: receiver.url });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const { id, status } = only((await webhooks.deliveries.list()).items);
    expect(status).toBe("delivered");
    const { response } = only((await webhooks.deliveries.get(id)).attemptLog);
    expect(response).toMatchObject({ status: 200, truncated: true, body: "é".repeat(8_192) });
    expect(response?.headers).toMatchObject({ "x-a": "1" });
  });

  test("is all of one that fits exactly, and what limits.responseBytes says", async () => {
    const receiver = await receiving([
      { status: 400, body: "x".repeat(100) },
      { status: 400, body: "x".repeat(101) },
    ]);
    const { webhooks, subscribe } = flowOn(makeStore, {
      transport: undiciTransport(),
      limits: { responseBytes: 100 },
    });
    await subscribe({ url: receiver.url });
    const truncated: (boolean | undefined)[] = [];
    for (const n of [1, 2]) {
      const { id } = await webhooks.publish("order.paid", { n });
      await webhooks.runUntilIdle();
      const delivery = only((await webhooks.deliveries.list({ eventId: id })).items);
      const { response } = only((await webhooks.deliveries.get(delivery.id)).attemptLog);
      expect(response?.body).toBe("x".repeat(100));
      truncated.push(response?.truncated);
    }
    expect(truncated).toEqual([false, true]);
  });
});

describe.each(STORES)("retention on %s", (_, makeStore) => {
  test("is three days after the last attempt, to the millisecond", async () => {
    const { webhooks, clock, subscribe, answer } = flowOn(makeStore, { autoDisable: "never" });
    await subscribe({ retry: { schedule: ["1h"] } });
    answer(500);
    const { id: eventId } = await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    clock.advance(HOUR);
    await webhooks.runUntilIdle();
    const { id } = only((await webhooks.deliveries.list()).items);
    clock.advance(3 * DAY);
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 0 });
    expect((await webhooks.deliveries.get(id)).attemptLog).toHaveLength(2);
    expect((await webhooks.events.get(eventId)).id).toBe(eventId);
    clock.advance(1);
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 2 });
    await expect(webhooks.deliveries.get(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(webhooks.events.get(eventId)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await webhooks.deliveries.list()).items).toEqual([]);
    expect((await webhooks.events.list()).items).toEqual([]);
  });

  test("spares what is open, however old, and goes when it is done", async () => {
    const { webhooks, clock, requests, subscribe } = flowOn(makeStore);
    const { id } = await subscribe();
    const { id: eventId } = await webhooks.publish("order.paid", { n: 1 });
    await webhooks.publish("guest.arrived", { guest: "nobody hears" });
    await webhooks.subscriptions.disable(id);
    clock.advance(30 * DAY);
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 1 });
    expect((await webhooks.events.list()).items.map((event) => event.id)).toEqual([eventId]);
    await webhooks.subscriptions.enable(id);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    expect(only((await webhooks.deliveries.list()).items).status).toBe("delivered");
    clock.advance(3 * DAY + 1);
    await webhooks.runUntilIdle();
    expect((await webhooks.deliveries.list()).items).toEqual([]);
  });

  test("goes in chunks of a thousand, as long as there are more; the option sets the time", async () => {
    const store = makeStore();
    const sizes: number[] = [];
    const prune = store.prune.bind(store);
    store.prune = async (request) => {
      const count = await prune(request);
      sizes.push(count);
      expect(count).toBeLessThanOrEqual(request.limit);
      return count;
    };
    const { webhooks, clock } = flowOn(() => store, { retention: "1h" });
    const events = Array.from({ length: 2_500 }, (_, n) => ({ type: "order.paid" as const, data: { n } }));
    await webhooks.publishMany(events);
    await webhooks.runUntilIdle();
    clock.advance(HOUR + MINUTE);
    await webhooks.publish("order.paid", { n: -1 });
    sizes.length = 0;
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 2_500 });
    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect((await webhooks.events.list()).items).toHaveLength(1);
  });

  test("ends idempotency with it", async () => {
    const { webhooks, clock } = flowOn(makeStore, { retention: "1h" });
    await webhooks.publish("order.paid", { n: 1 }, { id: "once" });
    clock.advance(HOUR);
    await webhooks.runUntilIdle();
    expect((await webhooks.publish("order.paid", { n: 1 }, { id: "once" })).duplicate).toBe(true);
    clock.advance(1);
    await webhooks.runUntilIdle();
    expect((await webhooks.publish("order.paid", { n: 1 }, { id: "once" })).duplicate).toBe(false);
  });
});
