import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { testClock } from "../../src/testing/clock.js";
import {
  cleanAll,
  cleanUp,
  DAY,
  type Flow,
  flowOn,
  MINUTE,
  only,
  SECOND,
  START,
  STORES,
  until,
} from "./harness.js";

afterEach(cleanAll);

/** Two handles of one database, as two processes have them. */
const SHARED: readonly (readonly [string, () => () => Store])[] = [
  [
    "memory",
    () => {
      const store = memoryStore();
      return () => store;
    },
  ],
  [
    "sqlite",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "hookwright-flow-"));
      cleanUp(() => rmSync(folder, { recursive: true, force: true }));
      return () => sqliteStore(join(folder, "test.db"), { synchronous: "NORMAL" });
    },
  ],
];

const many = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: "order.paid" as const, data: { n } }));

/** A gate, and a network that waits behind it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** Answers as the transport of a real network does: late, or cut off by its signal. */
const hanging = (_: unknown, __: number, signal: AbortSignal) =>
  new Promise<{ kind: "failure"; reason: "timeout"; message: string; ms: number }>((resolve) => {
    const end = () => resolve({ kind: "failure", reason: "timeout", message: "cut off", ms: 1 });
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });

describe.each(SHARED)("starting and stopping on %s", (_, share) => {
  test("started, it delivers what is published without being asked", async () => {
    const { webhooks, requests, subscribe } = flowOn(share(), { dispatcher: { pollInterval: "1h" } });
    await webhooks.start();
    await subscribe();
    await webhooks.publish("order.paid", { n: 1 });
    await until(() => requests.length === 1, "the first delivery");
    await webhooks.publishMany(many(20));
    await until(() => requests.length === 21, "the others");
  });

  test("start twice is once; stop twice too; start after stop goes on", async () => {
    const { webhooks, requests, subscribe, answer } = flowOn(share());
    await Promise.all([webhooks.start(), webhooks.start()]);
    await webhooks.start();
    await subscribe();
    answer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 200;
    });
    await webhooks.publish("order.paid", { n: 1 });
    await until(() => requests.length === 1, "the first delivery");
    await Promise.all([webhooks.stop(), webhooks.stop()]);
    await webhooks.stop();
    await webhooks.publish("order.paid", { n: 2 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests).toHaveLength(1);
    expect(only((await webhooks.deliveries.list({ status: "delivered" })).items).attempts).toBe(1);
    await webhooks.start();
    await until(() => requests.length === 2, "the delivery after the second start");
    await until(
      async () => (await webhooks.deliveries.list({ status: "delivered" })).items.length === 2,
      "its record",
    );
    expect(requests).toHaveLength(2);
  });

  test("stop lets what is in flight finish, gives the rest back uncounted, and another instance picks it up", async () => {
    const open = share();
    const first = flowOn(open, { dispatcher: { perSubscription: 2 } });
    const { opened, open: release } = gate();
    await first.subscribe();
    first.answer(async () => {
      await opened;
      return 200;
    });
    await first.webhooks.publishMany(many(10));
    await first.webhooks.start();
    await until(() => first.requests.length === 2, "two requests in flight");
    let isStopped = false;
    const stopping = first.webhooks.stop({ drain: "1m" }).then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isStopped).toBe(false);
    release();
    await stopping;
    expect(first.requests).toHaveLength(2);

    const { webhooks, requests } = flowOn(open, { clock: testClock(START) });
    const { items } = await webhooks.deliveries.list();
    expect(items.filter(({ status }) => status === "delivered").map(({ attempts }) => attempts)).toEqual([
      1, 1,
    ]);
    expect(items.filter(({ status }) => status === "pending").map(({ attempts }) => attempts)).toEqual(
      Array(8).fill(0),
    );
    // No lease has to end first: the clock stands still.
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(8);
    const ids = [...first.requests, ...requests].map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(10);
  });

  test("stop cuts off what does not end in time; it is made again, and costs no attempt", async () => {
    const { webhooks, requests, subscribe, answer } = flowOn(share());
    await subscribe();
    answer(hanging);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.start();
    await until(() => requests.length === 1, "the request");
    await webhooks.stop({ drain: "10ms" });
    expect(only((await webhooks.deliveries.list()).items)).toMatchObject({ status: "pending", attempts: 0 });
    // And not only by another process: this one may be started again.
    answer(200);
    await webhooks.start();
    await until(() => requests.length === 2, "the request after the second start");
    await until(
      async () => (await webhooks.deliveries.list({ status: "delivered" })).items.length === 1,
      "its record",
    );
  });

  test("two instances share the work: each delivery is made once", async () => {
    const open = share();
    const clock = testClock(START);
    const flows = [flowOn(open, { clock }), flowOn(open, { clock })] as const;
    await flows[0].subscribe();
    for (const flow of flows) {
      flow.answer(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return 200;
      });
    }
    await flows[0].webhooks.publishMany(many(300));
    await Promise.all(flows.map(({ webhooks }) => webhooks.runUntilIdle()));
    const ids = flows.flatMap(({ requests }) => requests.map(({ headers }) => headers["webhook-id"]));
    expect(ids).toHaveLength(300);
    expect(new Set(ids).size).toBe(300);
    expect(flows.map(({ requests }) => requests.length > 0)).toEqual([true, true]);
  });

  test("what another instance claimed and never finished is made again when its lease ends", async () => {
    const open = share();
    const clock = testClock(START);
    const dead = flowOn(open, { clock });
    await dead.subscribe();
    await dead.webhooks.publish("order.paid", { n: 1 });
    // As a process does that is killed after its claim.
    const claim = {
      lease: "dead",
      leaseMs: 120_000,
      limit: 10,
      perSubscription: 10,
      exclude: [],
      now: START,
    };
    expect(await dead.store.claim(claim)).toHaveLength(1);
    const { webhooks, requests, pass } = flowOn(open, { clock });
    await webhooks.runUntilIdle();
    await pass(2 * MINUTE - 1);
    expect(requests).toHaveLength(0);
    await pass(1);
    expect(requests).toHaveLength(1);
    expect(only((await webhooks.deliveries.list()).items)).toMatchObject({
      status: "delivered",
      attempts: 2,
    });
  });

  test("claims that died with their process cost no attempt; a delivery that always dies is given up, and not for good", async () => {
    const clock = testClock(START);
    const { webhooks, requests, store, subscribe, answer, pass } = flowOn(share(), {
      clock,
      autoDisable: "never",
    });
    await subscribe({ retry: { schedule: ["1m"] } });
    const dieWithIt = async (times: number) => {
      for (let died = 0; died < times; died++) {
        const claim = { lease: `dead-${died}`, leaseMs: 1, limit: 1, perSubscription: 1, exclude: [] };
        expect(await store.claim({ ...claim, now: clock.now() })).toHaveLength(1);
        clock.advance(1);
      }
    };
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await dieWithIt(5);
    await webhooks.runUntilIdle();
    const read = async () => only((await webhooks.deliveries.list()).items);
    expect(await read()).toMatchObject({ status: "failed", httpStatus: 500 });
    clock.advance(MINUTE);
    await dieWithIt(2);
    await pass(0);
    await pass(DAY);
    expect(requests).toHaveLength(2);
    expect(await read()).toMatchObject({ status: "exhausted", httpStatus: 500 });

    const { id } = await webhooks.publish("order.paid", { n: 2 });
    await dieWithIt(16);
    await pass(0);
    const [given] = (await webhooks.deliveries.list({ eventId: id })).items;
    expect(given).toMatchObject({ status: "exhausted", error: { code: "ABANDONED" } });
    expect(requests).toHaveLength(2);
    answer(200);
    await webhooks.deliveries.retry(given?.id ?? "");
    await pass(0);
    expect((await webhooks.deliveries.get(given?.id ?? "")).status).toBe("delivered");
  });

  test("a worker that lost its lease cannot overwrite the one that took over", async () => {
    const open = share();
    const clock = testClock(START);
    const slow = flowOn(open, { clock });
    const { opened, open: release } = gate();
    const { id } = await slow.subscribe();
    slow.answer(async () => {
      await opened;
      return 500;
    });
    await slow.webhooks.publish("order.paid", { n: 1 });
    const running = slow.webhooks.runUntilIdle();
    await until(() => slow.requests.length === 1, "the slow request");
    clock.advance("3m");
    const { webhooks } = flowOn(open, { clock });
    await webhooks.runUntilIdle();
    release();
    await running;
    const delivery = only((await webhooks.deliveries.list()).items);
    expect(delivery).toMatchObject({ status: "delivered", attempts: 2, httpStatus: 200, error: null });
    const { attemptLog } = await webhooks.deliveries.get(delivery.id);
    expect(attemptLog.map(({ number, response }) => [number, response?.status])).toEqual([
      [1, 500],
      [2, 200],
    ]);
    expect((await webhooks.subscriptions.get(id)).health).toMatchObject({
      status: "healthy",
      consecutiveFailures: 0,
    });
  });
});

describe.each(STORES)("ordered subscriptions on %s", (_, makeStore) => {
  test("get one at a time in publish order; a failed one blocks those behind it, and nobody else", async () => {
    const { webhooks, clock, requests, subscribe, answer, pass } = flowOn(makeStore);
    await subscribe({ name: "Ordered", url: "https://ordered.example.com/", ordered: true });
    await subscribe({ name: "Free", url: "https://free.example.com/" });
    let inFlight = 0;
    let most = 0;
    let failures = 2;
    answer(async ({ url, body }) => {
      if (!url.includes("ordered")) return 200;
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
      return String(body).includes('"n":3') && failures-- > 0 ? 500 : 200;
    });
    for (let n = 0; n < 4; n++) await webhooks.publish("order.paid", { n });
    clock.advance(1);
    await webhooks.publishMany(many(8).slice(4));
    await webhooks.runUntilIdle();
    const numbers = (host: string) =>
      requests.filter(({ url }) => url.includes(host)).map(({ body }) => JSON.parse(String(body)).data.n);
    expect(numbers("ordered")).toEqual([0, 1, 2, 3]);
    expect(numbers("free").sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await pass(MINUTE);
    expect(numbers("ordered")).toEqual([0, 1, 2, 3, 3]);
    await pass(5 * MINUTE);
    expect(numbers("ordered")).toEqual([0, 1, 2, 3, 3, 3, 4, 5, 6, 7]);
    expect(most).toBe(1);
  });

  test("goes on when the failed one is exhausted or cancelled", async () => {
    const { webhooks, requests, subscribe, answer, pass } = flowOn(makeStore, { autoDisable: "never" });
    await subscribe({ ordered: true, retry: { schedule: ["1m"] } });
    answer(({ body }) => (/"n":[02]/.test(String(body)) ? 500 : 200));
    await webhooks.publishMany(many(4));
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    await pass(MINUTE);
    const numbers = () => requests.map(({ body }) => JSON.parse(String(body)).data.n);
    expect(numbers()).toEqual([0, 0, 1, 2]);
    await webhooks.deliveries.cancel(only((await webhooks.deliveries.list({ status: "failed" })).items).id);
    await webhooks.runUntilIdle();
    expect(numbers()).toEqual([0, 0, 1, 2, 3]);
  });
});

describe.each(STORES)("fairness on %s", (_, makeStore) => {
  test("a dead endpoint with a deep backlog delays no other", async () => {
    const { webhooks, requests, subscribe, answer } = flowOn(makeStore, { dispatcher: { concurrency: 16 } });
    await subscribe({ name: "Dead", url: "https://dead.example.com/" });
    await webhooks.publishMany(many(500));
    await subscribe({ name: "Alive", url: "https://alive.example.com/" });
    await webhooks.publish("order.paid", { n: -1 });
    const { opened, open } = gate();
    answer(async ({ url }) => {
      if (url.includes("dead")) await opened;
      return 200;
    });
    const running = webhooks.runUntilIdle();
    await until(() => requests.some(({ url }) => url.includes("alive")), "the other endpoint's delivery");
    expect(requests.filter(({ url }) => url.includes("dead")).length).toBeLessThanOrEqual(8);
    open();
    await running;
    expect(requests).toHaveLength(502);
  });

  test("at most eight at a time to one subscription, unless the host says otherwise", async () => {
    for (const [options, limit] of [
      [{}, 8],
      [{ dispatcher: { perSubscription: 3 } }, 3],
    ] as const) {
      const { webhooks, subscribe, answer } = flowOn(makeStore, options);
      await subscribe();
      let inFlight = 0;
      let most = 0;
      answer(async () => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inFlight--;
        return 200;
      });
      await webhooks.publishMany(many(60));
      await webhooks.runUntilIdle();
      expect(most).toBe(limit);
    }
  });
});

describe.each(STORES)("listeners on %s", (_, makeStore) => {
  async function attempts({ webhooks, subscribe, answer, pass }: Flow) {
    await subscribe({ retry: { schedule: ["1m"] } });
    answer((_request, number) => (number === 2 ? 200 : 500));
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    await pass(SECOND);
    await webhooks.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
  }

  test("are told of each attempt once, with delivery and attempt as they are stored", async () => {
    const flow = flowOn(makeStore);
    const told: [string, string, number | undefined][] = [];
    for (const name of ["delivery.succeeded", "delivery.failed", "delivery.exhausted"] as const) {
      flow.webhooks.on(name, ({ delivery, attempt }) =>
        told.push([name, delivery.status, attempt?.response?.status]),
      );
    }
    await attempts(flow);
    expect(told).toEqual([
      ["delivery.failed", "failed", 500],
      ["delivery.succeeded", "delivered", 200],
      ["delivery.failed", "failed", 500],
      ["delivery.exhausted", "exhausted", 500],
    ]);
  });

  test("that throw or reject disturb neither each other nor the rooms, and are reported", async () => {
    const flow = flowOn(makeStore);
    const { webhooks, faults } = flow;
    const told: string[] = [];
    webhooks.on("delivery.failed", () => {
      throw new Error("thrown");
    });
    webhooks.on("delivery.failed", async () => {
      throw new Error("rejected");
    });
    webhooks.on("delivery.failed", () => told.push("failed"));
    webhooks.on("subscription.changed", () => {
      throw new Error("changed");
    });
    webhooks.on("error", () => {
      throw new Error("worse");
    });
    await attempts(flow);
    expect(told).toEqual(["failed", "failed"]);
    expect(faults.map(({ error }) => (error as Error).message).sort()).toEqual([
      "changed",
      // The subscription disables itself at the end.
      "changed",
      "rejected",
      "rejected",
      "thrown",
      "thrown",
    ]);
    expect((await webhooks.deliveries.list()).items.map(({ status }) => status).sort()).toEqual([
      "delivered",
      "exhausted",
    ]);
  });

  test("may be taken off again", async () => {
    const flow = flowOn(makeStore);
    let count = 0;
    const listener = () => count++;
    flow.webhooks.on("delivery.failed", listener);
    flow.webhooks.off("delivery.failed", listener);
    await attempts(flow);
    expect(count).toBe(0);
  });

  test("are told what changed of a subscription", async () => {
    const { webhooks, subscribe } = flowOn(makeStore);
    const told: string[] = [];
    webhooks.on("subscription.changed", ({ action, subscription }) =>
      told.push(`${action} ${subscription.version}`),
    );
    const { id } = await subscribe();
    await webhooks.subscriptions.update(id, { name: "Other name" });
    await webhooks.subscriptions.rotateSecret(id);
    await webhooks.subscriptions.disable(id);
    await webhooks.subscriptions.enable(id);
    await webhooks.subscriptions.delete(id);
    expect(told).toEqual(["created 1", "updated 2", "rotated 3", "disabled 4", "enabled 5", "deleted 5"]);
  });
});

describe.each(STORES)("runUntilIdle on %s", (_, makeStore) => {
  test("does all that is due, leaves the rest, and counts", async () => {
    const { webhooks, clock, subscribe, answer } = flowOn(makeStore, { autoDisable: "never" });
    await subscribe({ retry: { schedule: ["1m"] } });
    answer(({ body }) => (String(body).includes('"n":0') ? 500 : 200));
    await webhooks.publishMany(many(1_000));
    expect(await webhooks.runUntilIdle()).toEqual({
      delivered: 999,
      failed: 1,
      exhausted: 0,
      flushed: 0,
      pruned: 0,
    });
    expect(await webhooks.runUntilIdle()).toEqual({
      delivered: 0,
      failed: 0,
      exhausted: 0,
      flushed: 0,
      pruned: 0,
    });
    clock.advance(MINUTE);
    expect(await webhooks.runUntilIdle()).toEqual({
      delivered: 0,
      failed: 0,
      exhausted: 1,
      flushed: 0,
      pruned: 0,
    });
    clock.advance(3 * DAY + 1);
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 2_000 });
  });
});
