import { verify } from "hookwright/verify";
import { afterEach, describe, expect, test } from "vitest";
import { cleanAll, DAY, flowOn, HOUR, MINUTE, only, SECOND, START, STORES, there } from "./harness.js";

afterEach(cleanAll);

const iso = (at: number) => new Date(at).toISOString();

describe.each(STORES)("the schedule on %s", (_, makeStore) => {
  test("is 1 m, 5 m, 30 m and 2 h: five attempts, each at its time and none before", async () => {
    const { webhooks, clock, requests, subscribe, answer } = flowOn(makeStore);
    const { id: subscriptionId } = await subscribe();
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const read = async () => only((await webhooks.deliveries.list({ subscriptionId })).items);
    let at = START;
    for (const [index, wait] of [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR].entries()) {
      expect(await read()).toMatchObject({
        status: "failed",
        attempts: index + 1,
        httpStatus: 500,
        nextAttemptAt: iso(at + wait),
        completedAt: null,
        error: { code: "HTTP_STATUS" },
      });
      clock.set(at + wait - 1);
      await webhooks.runUntilIdle();
      expect(requests).toHaveLength(index + 1);
      at += wait;
      clock.set(at);
      const counts = await webhooks.runUntilIdle();
      expect(counts).toMatchObject(index < 3 ? { failed: 1, exhausted: 0 } : { failed: 0, exhausted: 1 });
    }
    expect(await read()).toMatchObject({
      status: "exhausted",
      attempts: 5,
      nextAttemptAt: null,
      completedAt: iso(at),
    });
    clock.advance("2d");
    await webhooks.runUntilIdle();
    expect(requests.map((request) => request.at - START)).toEqual([
      0,
      MINUTE,
      6 * MINUTE,
      36 * MINUTE,
      2 * HOUR + 36 * MINUTE,
    ]);
    const { attemptLog } = await webhooks.deliveries.get((await read()).id);
    expect(attemptLog.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(attemptLog.map((attempt) => Date.parse(attempt.at))).toEqual(
      requests.map((request) => request.at),
    );
  });

  test("signs each attempt afresh with the same id and the same bytes", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, { autoDisable: "never" });
    const { id, secret } = await subscribe();
    answer(500);
    const published = await webhooks.publish("order.paid", { n: 1, note: "é\u2028" });
    await webhooks.runUntilIdle();
    await webhooks.subscriptions.update(id, { name: "Renamed meanwhile", format: "array" });
    for (const wait of [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]) await pass(wait);
    expect(requests).toHaveLength(5);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([published.id]));
    expect(new Set(requests.map(({ headers }) => headers["webhook-signature"])).size).toBe(5);
    for (const request of requests) {
      expect(Number(request.headers["webhook-timestamp"])).toBe(Math.floor(request.at / 1_000));
      await verify(request, secret, { now: () => request.at, tolerance: 1 });
    }
  });

  test("a subscription may have its own, counted from the attempt's end", async () => {
    const { webhooks, requests, subscribe, answer, clock } = flowOn(makeStore);
    await subscribe({ retry: { schedule: ["10s"], timeout: "2s" } });
    answer(() => {
      clock.advance("3s");
      return 500;
    });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    clock.advance("10s");
    await webhooks.runUntilIdle();
    expect(requests.map((request) => request.at - START)).toEqual([0, 13 * SECOND]);
    expect(only((await webhooks.deliveries.list()).items).status).toBe("exhausted");
  });

  test("a later success delivers", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore);
    await subscribe();
    answer((_, number) => (number < 3 ? 502 : 201));
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    await pass(5 * MINUTE);
    await pass(DAY);
    expect(requests).toHaveLength(3);
    expect(only((await webhooks.deliveries.list()).items)).toMatchObject({
      status: "delivered",
      attempts: 3,
      httpStatus: 201,
      error: null,
    });
  });

  test.each([301, 302, 303, 307, 308, 304])("%i is a failure and is not followed", async (status) => {
    const { webhooks, requests, subscribe, answer } = flowOn(makeStore);
    await subscribe();
    answer({ status, headers: { location: "https://elsewhere.example.com/" } });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    expect(only((await webhooks.deliveries.list()).items)).toMatchObject({
      status: "failed",
      httpStatus: status,
      error: { code: "REDIRECT" },
    });
  });
});

describe.each(STORES)("Retry-After on %s", (_, makeStore) => {
  const cases: [number, string, number][] = [
    [429, "600", 10 * MINUTE],
    [503, "600", 10 * MINUTE],
    [503, "Thu, 01 Jan 2026 00:20:00 GMT", 20 * MINUTE],
    [429, String(40 * 24 * 3600), DAY],
    [429, "Fri, 01 Jan 2027 00:00:00 GMT", DAY],
    // Never earlier than the schedule.
    [429, "5", MINUTE],
    [503, "Thu, 01 Jan 2026 00:00:01 GMT", MINUTE],
    [503, "Wed, 31 Dec 2025 00:00:00 GMT", MINUTE],
    [503, "soon", MINUTE],
    // Other statuses do not ask.
    [500, "600", MINUTE],
    [404, "600", MINUTE],
  ];
  test.each(cases)("%i with %j: the next attempt is %i ms later", async (status, value, wait) => {
    const { webhooks, clock, requests, subscribe, answer } = flowOn(makeStore);
    await subscribe();
    answer({ status, headers: { "retry-after": value } });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect(only((await webhooks.deliveries.list()).items).nextAttemptAt).toBe(iso(START + wait));
    clock.set(START + wait - 1);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    clock.set(START + wait);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
  });

  test("holds the whole subscription and no other, uses up no attempt of those who wait", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, {
      dispatcher: { perSubscription: 1 },
    });
    const { id } = await subscribe({ name: "Busy", url: "https://busy.example.com/" });
    await subscribe({ name: "Calm", url: "https://calm.example.com/" });
    answer(({ url }) => (url.includes("busy") ? { status: 429, headers: { "retry-after": "600" } } : 200));
    await webhooks.publishMany([1, 2, 3].map((n) => ({ type: "order.paid" as const, data: { n } })));
    await webhooks.runUntilIdle();
    const to = (host: string) => requests.filter(({ url }) => url.includes(host)).length;
    expect([to("busy"), to("calm")]).toEqual([1, 3]);
    expect((await webhooks.subscriptions.get(id)).health.heldUntil).toBe(iso(START + 10 * MINUTE));
    const waiting = (await webhooks.deliveries.list({ subscriptionId: id, status: "pending" })).items;
    expect(waiting.map(({ attempts }) => attempts)).toEqual([0, 0]);

    await webhooks.publish("order.paid", { n: 4 });
    await pass(9 * MINUTE);
    expect([to("busy"), to("calm")]).toEqual([1, 4]);
    answer(200);
    await pass(MINUTE);
    expect([to("busy"), to("calm")]).toEqual([5, 4]);
    expect((await webhooks.subscriptions.get(id)).health.heldUntil).toBeNull();
  });
});

describe.each(STORES)("a manual retry on %s", (_, makeStore) => {
  test.each(["delivered", "cancelled", "exhausted"] as const)(
    "of a %s delivery makes one attempt; a failure leaves it where it stood",
    async (status) => {
      const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore);
      const { id: subscriptionId } = await subscribe({ autoDisable: "never", retry: { schedule: ["1m"] } });
      answer(status === "exhausted" ? 500 : 200);
      await webhooks.publish("order.paid", { n: 1 });
      const { id } = only((await webhooks.deliveries.list()).items);
      if (status === "cancelled") await webhooks.deliveries.cancel(id);
      await webhooks.runUntilIdle();
      await pass(MINUTE);
      expect((await webhooks.deliveries.get(id)).status).toBe(status);
      const { health } = await webhooks.subscriptions.get(subscriptionId);
      const before = requests.length;

      answer(500);
      expect(await webhooks.deliveries.retry(id)).toMatchObject({
        status: before > 0 ? "failed" : "pending",
      });
      await webhooks.runUntilIdle();
      await pass(DAY);
      expect(requests).toHaveLength(before + 1);
      expect(await webhooks.deliveries.get(id)).toMatchObject({
        status,
        nextAttemptAt: null,
        attempts: before + 1,
      });
      expect((await webhooks.subscriptions.get(subscriptionId)).health).toEqual(health);

      answer(200);
      await webhooks.deliveries.retry(id);
      await webhooks.runUntilIdle();
      const details = await webhooks.deliveries.get(id);
      expect(details).toMatchObject({ status: "delivered", httpStatus: 200 });
      expect(details.attemptLog.map(({ number }) => number)).toEqual(requests.map((_, index) => index + 1));
      expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect((await webhooks.subscriptions.get(subscriptionId)).health).toEqual(health);
    },
  );

  test("of a failed delivery takes nothing from its schedule", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, { autoDisable: "never" });
    await subscribe({ retry: { schedule: ["1m", "1m"] } });
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const { id } = only((await webhooks.deliveries.list()).items);
    for (let times = 0; times < 3; times++) {
      await webhooks.deliveries.retry(id);
      await webhooks.runUntilIdle();
    }
    expect(requests).toHaveLength(4);
    expect(await webhooks.deliveries.get(id)).toMatchObject({ status: "failed" });
    await pass(MINUTE);
    await pass(MINUTE);
    await pass(DAY);
    expect(requests).toHaveLength(6);
    expect((await webhooks.deliveries.get(id)).status).toBe("exhausted");
  });

  test("asked for twice before it is made is one attempt", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const { id } = only((await webhooks.deliveries.list()).items);
    await webhooks.deliveries.retry(id);
    await webhooks.deliveries.retry(id);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
    expect((await webhooks.deliveries.get(id)).status).toBe("delivered");
  });

  test("waits while the subscription is disabled, and is refused when it is deleted or an attempt is under way", async () => {
    const { webhooks, requests, subscribe, answer } = flowOn(makeStore);
    const { id: subscriptionId } = await subscribe();
    const refusals: unknown[] = [];
    answer(async (request) => {
      const [open] = (await webhooks.deliveries.list({ eventId: there(request.headers["webhook-id"]) }))
        .items;
      refusals.push(await webhooks.deliveries.retry(there(open).id).catch((error: unknown) => error));
      return 200;
    });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect(refusals).toMatchObject([{ code: "INVALID_STATE" }]);
    answer(200);
    const { id } = only((await webhooks.deliveries.list()).items);
    await webhooks.subscriptions.disable(subscriptionId);
    await webhooks.deliveries.retry(id);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    await webhooks.subscriptions.enable(subscriptionId);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
    await webhooks.subscriptions.delete(subscriptionId);
    await expect(webhooks.deliveries.retry(id)).rejects.toMatchObject({ code: "INVALID_STATE" });
  });
});

describe.each(STORES)("cancelling on %s", (_, makeStore) => {
  test("a pending or failed delivery ends it; a closed one is refused", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore);
    await subscribe();
    await webhooks.publish("order.paid", { n: 1 });
    const pending = only((await webhooks.deliveries.list()).items);
    expect(await webhooks.deliveries.cancel(pending.id)).toMatchObject({
      status: "cancelled",
      nextAttemptAt: null,
      completedAt: iso(START),
    });
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(0);

    answer(500);
    const { id: eventId } = await webhooks.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    const failed = only((await webhooks.deliveries.list({ eventId })).items);
    expect((await webhooks.deliveries.cancel(failed.id)).status).toBe("cancelled");
    await pass(DAY);
    expect(requests).toHaveLength(1);
    for (const { id } of [pending, failed]) {
      await expect(webhooks.deliveries.cancel(id)).rejects.toMatchObject({ code: "INVALID_STATE" });
    }
  });

  test("one in flight records its attempt and stays cancelled", async () => {
    const { webhooks, subscribe, answer } = flowOn(makeStore);
    await subscribe();
    answer(async () => {
      await webhooks.deliveries.cancel(only((await webhooks.deliveries.list()).items).id);
      return 200;
    });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const { id, status } = only((await webhooks.deliveries.list()).items);
    expect(status).toBe("cancelled");
    expect(only((await webhooks.deliveries.get(id)).attemptLog).response?.status).toBe(200);
  });
});
