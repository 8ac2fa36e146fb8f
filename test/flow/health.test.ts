import type { Subscription } from "hookwright";
import { afterEach, describe, expect, test } from "vitest";
import { cleanAll, DAY, flowOn, HOUR, MINUTE, only, SECOND, START, STORES } from "./harness.js";

afterEach(cleanAll);

const iso = (at: number) => new Date(at).toISOString();

describe.each(STORES)("auto-disable on %s", (_, makeStore) => {
  test("exhausted, the default: says why, tells listeners, and enabling resumes at once", async () => {
    const { webhooks, clock, requests, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe();
    const told: Subscription[] = [];
    webhooks.on("subscription.disabled", ({ subscription }) => told.push(subscription));
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    for (const wait of [MINUTE, 5 * MINUTE, 30 * MINUTE]) await pass(wait);
    await webhooks.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    expect((await webhooks.subscriptions.get(id)).enabled).toBe(true);
    await pass(2 * HOUR);
    const disabled = await webhooks.subscriptions.get(id);
    expect(disabled).toMatchObject({
      enabled: false,
      disabledReason: "exhausted",
      disabledAt: iso(clock.now()),
      disabledMessage: expect.stringMatching(/\w/),
      health: { status: "disabled" },
    });
    expect(only(told)).toMatchObject({ id, enabled: false, disabledReason: "exhausted" });

    // What was open waits.
    const before = requests.length;
    await pass(DAY);
    expect(requests).toHaveLength(before);
    answer(200);
    expect(await webhooks.subscriptions.enable(id)).toMatchObject({
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      disabledMessage: null,
      health: { consecutiveFailures: 0, failingSince: null },
    });
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(before + 1);
    expect((await webhooks.subscriptions.get(id)).health.status).toBe("healthy");
  });

  test("exhausted: a success after that delivery's first attempt keeps it enabled, one before it does not", async () => {
    const { webhooks, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe({ retry: { schedule: ["1m", "1m"] } });
    answer(({ body }) => (String(body).includes('"n":-1') ? 500 : 200));
    await webhooks.publish("order.paid", { n: -1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    await webhooks.publish("order.paid", { n: 1 });
    await pass(SECOND);
    await pass(MINUTE);
    expect(await webhooks.deliveries.list({ status: "exhausted" })).toMatchObject({ items: [{}] });
    expect((await webhooks.subscriptions.get(id)).enabled).toBe(true);

    await pass(SECOND);
    await webhooks.publish("order.paid", { n: -1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    await pass(MINUTE);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: false,
      disabledReason: "exhausted",
    });
  });

  test("never", async () => {
    const { webhooks, subscribe, answer, pass } = flowOn(makeStore, { autoDisable: "never" });
    const { id } = await subscribe({ retry: { schedule: ["1m"] } });
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    expect(await webhooks.deliveries.list({ status: "exhausted" })).toMatchObject({ items: [{}] });
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: true,
      health: { status: "failing" },
    });
  });

  test("consecutive: at the nth failure in a row; a success in between starts anew", async () => {
    const { webhooks, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe({ autoDisable: { consecutive: 3 } });
    const publishMeeting = async (status: number) => {
      answer(status);
      await webhooks.publish("order.paid", { n: 1 });
      await pass(SECOND);
    };
    for (const status of [500, 500, 200, 500, 500]) await publishMeeting(status);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: true,
      health: { consecutiveFailures: 2 },
    });
    await publishMeeting(500);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: false,
      disabledReason: "consecutive",
    });
  });

  test("failingFor: when it has failed for so long, whatever the count; a subscription's rule goes before the host's", async () => {
    const { webhooks, subscribe, answer, pass } = flowOn(makeStore, { autoDisable: { consecutive: 1 } });
    const { id } = await subscribe({ autoDisable: { failingFor: "30m" } });
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    await pass(5 * MINUTE);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: true,
      health: { failingSince: iso(START), consecutiveFailures: 3 },
    });
    await pass(30 * MINUTE);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: false,
      disabledReason: "failingFor",
    });
  });

  test("410 disables at once, whatever the rule", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, {
      dispatcher: { perSubscription: 1 },
    });
    const { id } = await subscribe({ autoDisable: "never" });
    answer(410);
    await webhooks.publishMany([1, 2].map((n) => ({ type: "order.paid" as const, data: { n } })));
    await webhooks.runUntilIdle();
    await pass(DAY);
    expect(requests.length).toBeLessThanOrEqual(2);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({ enabled: false, disabledReason: "gone" });
    expect((await webhooks.deliveries.list({ status: "exhausted" })).items).toEqual([]);
  });

  test("a failure that began before it was enabled again does not disable it again", async () => {
    const { webhooks, clock, subscribe, answer } = flowOn(makeStore);
    const { id } = await subscribe({ autoDisable: { consecutive: 1 } });
    answer(async () => {
      clock.advance("1s");
      await webhooks.subscriptions.disable(id);
      await webhooks.subscriptions.enable(id);
      return 500;
    });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect((await webhooks.subscriptions.get(id)).enabled).toBe(true);
  });
});

describe.each(STORES)("health on %s", (_, makeStore) => {
  test("is pending, healthy, failing, disabled, with numbers and times", async () => {
    const { webhooks, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe({ retry: { schedule: ["1h"] } });
    const health = async () => (await webhooks.subscriptions.get(id)).health;
    expect(await health()).toEqual({
      status: "pending",
      consecutiveFailures: 0,
      failingSince: null,
      lastAttemptAt: null,
      lastStatus: null,
      heldUntil: null,
    });
    await webhooks.publish("order.paid", { n: 1 });
    await pass(SECOND);
    expect(await health()).toMatchObject({
      status: "healthy",
      lastStatus: 200,
      lastAttemptAt: iso(START + SECOND),
    });
    answer({ kind: "failure", reason: "timeout", message: "late", ms: 1 });
    for (const second of [2, 3]) {
      await webhooks.publish("order.paid", { n: second });
      await pass(SECOND);
    }
    expect(await health()).toEqual({
      status: "failing",
      consecutiveFailures: 2,
      failingSince: iso(START + 2 * SECOND),
      lastAttemptAt: iso(START + 3 * SECOND),
      lastStatus: null,
      heldUntil: null,
    });
    expect((await webhooks.subscriptions.list()).items[0]?.health.status).toBe("failing");
    answer(204);
    await pass(HOUR);
    expect(await health()).toMatchObject({
      status: "healthy",
      consecutiveFailures: 0,
      failingSince: null,
      lastStatus: 204,
    });
    await webhooks.subscriptions.disable(id);
    expect(await health()).toMatchObject({ status: "disabled", lastStatus: 204 });
  });

  test("of twenty failures in a row the queue rests for a while, and a success wakes it", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, { autoDisable: "never" });
    const { id } = await subscribe({
      retry: { schedule: ["1s", "1s", "1s", "1s", "1s", "1s", "1s", "1s", "1s"] },
    });
    answer(500);
    for (let n = 0; n < 30; n++) {
      await webhooks.publish("order.paid", { n });
      await pass(SECOND);
    }
    const { heldUntil, consecutiveFailures } = (await webhooks.subscriptions.get(id)).health;
    expect(consecutiveFailures).toBeGreaterThanOrEqual(20);
    expect(heldUntil).not.toBeNull();
    const { length } = requests;
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(length);
    answer(200);
    for (let times = 0; times < 10; times++) await pass(MINUTE);
    expect((await webhooks.deliveries.list({ status: "failed" })).items).toEqual([]);
    expect((await webhooks.deliveries.list({ status: "pending" })).items).toEqual([]);
    expect((await webhooks.subscriptions.get(id)).health).toMatchObject({
      status: "healthy",
      heldUntil: null,
    });
  });
});

describe.each(STORES)("pausing and deleting on %s", (_, makeStore) => {
  test("disabling keeps what is open and queues nothing new; enabling resumes at once", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe();
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await webhooks.publish("order.paid", { n: 2 });
    await webhooks.subscriptions.disable(id);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({ enabled: false, disabledReason: "manual" });
    const missed = await webhooks.publish("order.paid", { n: 3 });
    expect(missed.deliveries).toBe(0);
    answer(200);
    await pass(DAY);
    expect(requests).toHaveLength(1);
    expect((await webhooks.deliveries.list()).items.map(({ status }) => status).sort()).toEqual([
      "failed",
      "pending",
    ]);
    await webhooks.subscriptions.enable(id);
    await webhooks.runUntilIdle();
    expect(requests.map(({ body }) => JSON.parse(String(body)).data.n).sort()).toEqual([1, 1, 2]);
    expect((await webhooks.deliveries.list()).items.map(({ status }) => status)).toEqual([
      "delivered",
      "delivered",
    ]);
    expect(await webhooks.events.get(missed.id)).toMatchObject({ data: { n: 3 } });
  });

  test("enabling does not wait for a hold that the endpoint asked for before", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe();
    answer({ status: 429, headers: { "retry-after": "86400" } });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await webhooks.publish("order.paid", { n: 2 });
    await pass(MINUTE);
    expect(requests).toHaveLength(1);
    answer(200);
    await webhooks.subscriptions.disable(id);
    await webhooks.subscriptions.enable(id);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
  });

  test("disabling in the middle of a claim stops what has not begun, and costs it no attempt", async () => {
    const { webhooks, requests, subscribe, answer } = flowOn(makeStore, {
      dispatcher: { perSubscription: 1 },
    });
    const { id } = await subscribe();
    answer(async () => {
      await webhooks.subscriptions.disable(id);
      return 200;
    });
    await webhooks.publishMany([1, 2, 3].map((n) => ({ type: "order.paid" as const, data: { n } })));
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    const open = (await webhooks.deliveries.list({ status: "pending" })).items;
    expect(open.map(({ attempts }) => attempts)).toEqual([0, 0]);
  });

  test("deleting cancels what is open, in flight too, and the history stays", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, {
      dispatcher: { perSubscription: 1 },
    });
    const { id } = await subscribe();
    answer(async () => {
      await webhooks.subscriptions.delete(id);
      return 500;
    });
    await webhooks.publishMany([1, 2, 3].map((n) => ({ type: "order.paid" as const, data: { n } })));
    await webhooks.runUntilIdle();
    await pass(HOUR);
    expect(requests).toHaveLength(1);
    const { items } = await webhooks.deliveries.list({ subscriptionId: id });
    expect(items.map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
    await expect(webhooks.subscriptions.get(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(webhooks.subscriptions.delete(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await webhooks.deliveries.get(items[0]?.id ?? "")).payload).toContain('"n":');
  });
});

describe.each(STORES)("sendTest on %s", (_, makeStore) => {
  test("sends the example once, also while disabled, and counts for nothing", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore);
    const { id } = await subscribe({ enabled: false, autoDisable: { consecutive: 1 } });
    expect(await webhooks.subscriptions.sendTest(id)).toMatchObject({
      kind: "test",
      status: "delivered",
      attempts: 1,
    });
    expect(JSON.parse(String(requests[0]?.body))).toMatchObject({ type: "order.paid", data: { n: 0 } });
    await webhooks.subscriptions.enable(id);
    answer(410);
    const failed = await webhooks.subscriptions.sendTest(id, { type: "order.shipped" });
    expect(failed).toMatchObject({
      type: "order.shipped",
      status: "exhausted",
      httpStatus: 410,
      nextAttemptAt: null,
    });
    await pass(DAY);
    expect(requests).toHaveLength(2);
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      enabled: true,
      health: { status: "pending", consecutiveFailures: 0, lastAttemptAt: null },
    });
    expect((await webhooks.events.list()).items.map(({ test: isTest }) => isTest)).toEqual([true, true]);
  });

  test("goes to this subscription alone, and needs a URL and an example", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    const { id } = await subscribe({ url: "https://one.example.com/" });
    await subscribe({ name: "Other", url: "https://other.example.com/" });
    await webhooks.subscriptions.sendTest(id);
    await webhooks.runUntilIdle();
    expect(requests.map(({ url }) => url)).toEqual(["https://one.example.com/"]);
    const bare = await subscribe({ name: "Bare", url: null, events: [], enabled: false });
    await expect(webhooks.subscriptions.sendTest(bare.id)).rejects.toMatchObject({ code: "INVALID_STATE" });
    await expect(webhooks.subscriptions.sendTest(id, { type: "guest.arrived" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      issues: [{ path: ["type"] }],
    });
    const guests = await subscribe({ scope: "organization:acme", events: ["guest.*"] });
    await expect(webhooks.subscriptions.sendTest(guests.id)).rejects.toMatchObject({ code: "INVALID_STATE" });
    await expect(webhooks.subscriptions.sendTest("sub_none")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(requests).toHaveLength(1);
  });
});
