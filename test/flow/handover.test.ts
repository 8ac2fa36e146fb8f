import { afterEach, describe, expect, test, vi } from "vitest";
import type { Settled } from "../../src/model/store.js";
import { testClock } from "../../src/testing/clock.js";
import { deferred } from "../make.js";
import { cleanAll, flowOn, MINUTE, START, STORES, until } from "./harness.js";

afterEach(cleanAll);

/** Deliveries that a claim brought. */
function claimsOf(store: ReturnType<(typeof STORES)[number][1]>) {
  const claimed: string[] = [];
  const claim = store.claim.bind(store);
  vi.spyOn(store, "claim").mockImplementation(async (request) => {
    const brought = await claim(request);
    claimed.push(...brought.map(({ id }) => id));
    return brought;
  });
  return claimed;
}

describe.each(STORES)("handing over, on %s", (_, makeStore) => {
  test("a process that runs sends what it publishes without a claim", async () => {
    const store = makeStore();
    const flow = flowOn(() => store);
    const claimed = claimsOf(store);
    const { id } = await flow.subscribe();
    await flow.webhooks.start();
    await Promise.all([1, 2, 3].map((n) => flow.webhooks.publish("order.paid", { n })));
    await until(async () => {
      const { items } = await flow.webhooks.deliveries.list({ subscriptionId: id, status: "delivered" });
      return items.length === 3;
    });
    expect([flow.requests.length, claimed]).toEqual([3, []]);
    const { items } = await flow.webhooks.deliveries.list({ subscriptionId: id });
    expect(items.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  test("what there is no room for waits in the store and is claimed", async () => {
    const store = makeStore();
    const flow = flowOn(() => store, { dispatcher: { perSubscription: 1 } });
    const claimed = claimsOf(store);
    await flow.subscribe();
    await flow.webhooks.start();
    await flow.webhooks.publishMany(
      Array.from({ length: 40 }, (_, n) => ({ type: "order.paid" as const, data: { n } })),
    );
    await until(() => flow.requests.length === 40);
    expect(claimed.length).toBeGreaterThan(0);
    expect(claimed.length).toBeLessThan(40);
    expect(new Set(flow.requests.map(({ headers }) => headers["webhook-id"])).size).toBe(40);
  });

  test("a process that does not run leaves it to others", async () => {
    const flow = flowOn(makeStore);
    const { id } = await flow.subscribe();
    await flow.webhooks.publish("order.paid", { n: 1 });
    const { items } = await flow.webhooks.deliveries.list({ subscriptionId: id });
    expect(items.map(({ status, attempts }) => [status, attempts])).toEqual([["pending", 0]]);
    await flow.webhooks.runUntilIdle();
    expect(flow.requests).toHaveLength(1);
  });

  test("an ordered subscription is served in order, by claims", async () => {
    const store = makeStore();
    const flow = flowOn(() => store);
    const claimed = claimsOf(store);
    await flow.subscribe({ ordered: true });
    await flow.webhooks.start();
    for (const n of [1, 2, 3]) await flow.webhooks.publish("order.paid", { n });
    await until(() => flow.requests.length === 3);
    expect(claimed).toHaveLength(3);
    expect(flow.requests.map(({ body }) => (JSON.parse(String(body)) as { data: unknown }).data)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
  });

  test("an endpoint that asked for peace is left in peace by what is published meanwhile", async () => {
    const flow = flowOn(makeStore);
    await flow.subscribe();
    await flow.webhooks.start();
    flow.answer({ status: 503, headers: { "retry-after": "60" } });
    await flow.webhooks.publish("order.paid", { n: 1 });
    await until(() => flow.requests.length === 1);
    await until(async () => {
      const [held] = (await flow.webhooks.subscriptions.list()).items;
      return held?.health.heldUntil !== null;
    });
    flow.answer(200);
    await flow.webhooks.publish("order.paid", { n: 2 });
    await flow.webhooks.stop();
    expect(flow.requests).toHaveLength(1);
    await flow.pass(2 * MINUTE);
    expect(flow.requests).toHaveLength(3);
  });

  test("what a process took with it is delivered by another once its lease has run out", async () => {
    const store = makeStore();
    const clock = testClock(START);
    const dead = flowOn(() => store, { clock, store });
    await dead.subscribe();
    await dead.webhooks.start();
    // As if the process had ended before it could record anything.
    const end = deferred<Settled>();
    vi.spyOn(store, "settle").mockImplementation(() => end.promise);
    await dead.webhooks.publish("order.paid", { n: 1 });
    await until(() => vi.mocked(store.settle).mock.calls.length === 1);
    expect(dead.requests).toHaveLength(1);
    vi.mocked(store.settle).mockRestore();
    const alive = flowOn(() => store, { clock, store });
    await alive.pass(MINUTE);
    expect(alive.requests).toHaveLength(0);
    await alive.pass(2 * MINUTE);
    expect(alive.requests).toHaveLength(1);
    const [only] = (await alive.webhooks.deliveries.list({})).items;
    expect([only?.status, only?.attempts]).toEqual(["delivered", 2]);
    end.resolve({ refused: [], health: [] });
  });
});
