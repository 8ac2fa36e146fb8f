import { afterEach, describe, expect, test } from "vitest";
import { cleanAll, flowOn, HOUR, MINUTE, START, STORES, there } from "./harness.js";

afterEach(cleanAll);

const iso = (at: number) => new Date(at).toISOString();

describe.each(STORES)("statistics on %s", (_, makeStore) => {
  test("tell what became of the deliveries of each hour", async () => {
    const flow = flowOn(makeStore, { retry: { schedule: ["1m"] } });
    const { webhooks } = flow;
    const { id } = await flow.subscribe({ autoDisable: "never" });
    const publish = () => webhooks.publish("order.paid", { n: 1 });

    const times = [30, 10, 20];
    flow.answer((_request, number) => ({ status: 200, ms: times[number - 1] ?? 0 }));
    for (const _ of times) await publish();
    await flow.pass(0);
    await webhooks.subscriptions.sendTest(id);

    await flow.pass(HOUR);
    flow.answer(500);
    await publish();
    await flow.pass(0);
    await flow.pass(MINUTE);
    await publish();
    await flow.pass(0);
    await publish();

    const now = START + HOUR + MINUTE;
    const answer = await webhooks.subscriptions.statistics(id);
    expect(answer).toMatchObject({
      subscriptionId: id,
      since: iso(now + 1 - 24 * HOUR),
      until: iso(now + 1),
      bucketMs: HOUR,
      complete: true,
    });
    expect(answer.buckets).toHaveLength(25);
    const none = { delivered: 0, failed: 0, exhausted: 0, cancelled: 0, pending: 0, latency: null };
    expect(answer.buckets.slice(-3)).toEqual([
      { at: iso(START - HOUR), ...none },
      { at: iso(START), ...none, delivered: 3, latency: { p50: 20, p95: 30, p99: 30 } },
      { at: iso(START + HOUR), ...none, failed: 2, exhausted: 1, pending: 1 },
    ]);

    const minutes = await webhooks.subscriptions.statistics(id, {
      since: iso(START + HOUR),
      until: new Date(now),
      bucket: "1m",
    });
    expect(minutes.buckets).toEqual([{ at: iso(START + HOUR), ...none, failed: 1, exhausted: 1 }]);
  });

  test("are of no subscription that is unknown, deleted or elsewhere", async () => {
    const flow = flowOn(makeStore);
    const { subscriptions } = flow.webhooks;
    const { id } = await flow.subscribe({ scope: "organization:acme" });
    expect((await subscriptions.statistics(id, { within: "organization:acme" })).complete).toBe(true);
    const elsewhere = subscriptions.statistics(id, { within: "organization:other" });
    await expect(elsewhere).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(subscriptions.statistics("sub_unknown")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await subscriptions.delete(id);
    await expect(subscriptions.statistics(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("name an option that is bad or unknown", async () => {
    const flow = flowOn(makeStore);
    const { subscriptions } = flow.webhooks;
    const { id } = await flow.subscribe();
    const refused: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ buckets: "1h" }, "buckets"],
      [{ bucket: {} }, "bucket"],
      [{ bucket: "1y" }, "bucket"],
      [{ since: true }, "since"],
      [{ until: "soon" }, "until"],
      [{ within: 1 }, "within"],
    ];
    for (const [options, field] of refused) {
      const error = await subscriptions.statistics(id, options).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(there(error)).toMatchObject({ code: "INVALID_ARGUMENT", issues: [{ path: [field] }] });
    }
  });
});
