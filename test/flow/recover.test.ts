import { afterEach, describe, expect, it } from "vitest";
import { cleanAll, flowOn, HOUR, MINUTE, only, START, STORES } from "./harness.js";

afterEach(cleanAll);

const numberIn = ({ body }: { body: string | Uint8Array }) => JSON.parse(String(body)).data.n as number;

describe.each(STORES)("recover on %s", (_, makeStore) => {
  it("brings back what was published while the subscription was disabled, in order and once", async () => {
    const { webhooks, subscribe, requests } = flowOn(makeStore);
    const { id } = await subscribe();
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await webhooks.subscriptions.disable(id);
    for (const n of [2, 3, 4]) await webhooks.publish("order.paid", { n });
    await webhooks.subscriptions.enable(id);
    await webhooks.runUntilIdle();
    expect(requests.map(numberIn)).toEqual([1]);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(3);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(0);
    await webhooks.runUntilIdle();
    expect(requests.map(numberIn).sort()).toEqual([1, 2, 3, 4]);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(0);
  });

  it("keeps the order of publishing for an ordered subscription", async () => {
    const { webhooks, subscribe, requests, clock } = flowOn(makeStore);
    const { id } = await subscribe({ ordered: true, enabled: false });
    for (const n of [1, 2, 3, 4]) {
      await webhooks.publish("order.paid", { n });
      clock.advance(MINUTE);
    }
    await webhooks.subscriptions.enable(id);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(4);
    await webhooks.runUntilIdle();
    expect(requests.map(numberIn)).toEqual([1, 2, 3, 4]);
  });

  it("starts exhausted and cancelled deliveries on their whole schedule anew", async () => {
    const { webhooks, subscribe, requests, answer, pass } = flowOn(makeStore);
    answer(500);
    const { id } = await subscribe({ retry: { schedule: ["1m"] }, autoDisable: "never" });
    await webhooks.publish("order.paid", { n: 1 });
    await pass(0);
    await pass(MINUTE);
    await webhooks.publish("order.paid", { n: 2 });
    await pass(0);
    const waiting = only((await webhooks.deliveries.list({ status: "failed" })).items);
    await webhooks.deliveries.cancel(waiting.id);
    expect(requests.map(numberIn)).toEqual([1, 1, 2]);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(2);
    await pass(0);
    await pass(MINUTE);
    expect(requests.map(numberIn).sort()).toEqual([1, 1, 1, 1, 2, 2, 2]);
    expect((await webhooks.deliveries.list({ status: "exhausted" })).items).toHaveLength(2);
  });

  it("keeps to its time, its scope and its event types, and leaves tests alone", async () => {
    const { webhooks, subscribe, requests, clock } = flowOn(makeStore);
    const scope = "organization:acme";
    const { id } = await subscribe({ scope, events: ["order.paid"], enabled: false });
    await webhooks.publish("order.paid", { n: 1 }, { scope });
    clock.advance(HOUR);
    const since = clock.now();
    await webhooks.publish("order.paid", { n: 2 }, { scope: `${scope}/signin:lobby` });
    await webhooks.publish("order.paid", { n: 3 }, { scope: "organization:acmes" });
    await webhooks.publish("order.paid", { n: 4 });
    await webhooks.publish("order.shipped", { shipped: true }, { scope });
    await webhooks.subscriptions.sendTest(id);
    clock.advance(HOUR);
    const until = clock.now();
    await webhooks.publish("order.paid", { n: 5 }, { scope });
    await webhooks.subscriptions.enable(id);
    const before = requests.length;
    expect(await webhooks.subscriptions.recover(id, { since: new Date(since), until })).toBe(1);
    await webhooks.runUntilIdle();
    expect(requests.slice(before).map(numberIn)).toEqual([2]);
  });

  it("puts what a batch subscription missed into its batch", async () => {
    const { webhooks, subscribe, requests } = flowOn(makeStore);
    const { id } = await subscribe({ type: "batch", enabled: false });
    for (const n of [1, 2]) await webhooks.publish("order.paid", { n });
    await webhooks.subscriptions.enable(id);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(2);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(0);
    expect(await webhooks.subscriptions.flush(id)).toBe(2);
    await webhooks.runUntilIdle();
    expect(JSON.parse(String(only(requests).body))).toHaveLength(2);
    expect(await webhooks.subscriptions.recover(id, { since: START })).toBe(0);
  });

  it.each([
    [undefined, []],
    [{}, ["since"]],
    [{ since: "yesterday" }, ["since"]],
    [{ since: 0, until: {} }, ["until"]],
    [{ since: 0, untill: 1 }, ["untill"]],
  ])("refuses %j", async (options, path) => {
    const { webhooks, subscribe } = flowOn(makeStore);
    const { id } = await subscribe();
    await expect(webhooks.subscriptions.recover(id, options as never)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      issues: [{ path }],
    });
    await expect(webhooks.subscriptions.recover("sub_none", { since: 0 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
