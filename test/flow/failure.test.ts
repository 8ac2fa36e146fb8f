import type { Store, Transport } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { undiciTransport } from "hookwright/transports/undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../../src/testing/answer.js";
import {
  cleanAll,
  DAY,
  flowOn,
  HOUR,
  MINUTE,
  only,
  receiving,
  SECOND,
  START,
  STORES,
  until,
} from "./harness.js";

/** Rejections that nobody handled. */
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await cleanAll();
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

/** A store that fails when it is told to: before it does anything, or after it did all of it. */
function failing(store: Store) {
  const armed = new Map<string, { times: number; when: "before" | "after"; how: () => unknown }>();
  const calls: string[] = [];
  const proxy = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        calls.push(String(name));
        const fault = armed.get(String(name));
        if (fault === undefined) return member.apply(target, args);
        if (--fault.times <= 0) armed.delete(String(name));
        if (fault.when === "before") return fault.how();
        return (member.apply(target, args) as Promise<unknown>).then(fault.how);
      };
    },
  });
  return {
    store: proxy,
    calls,
    fail(
      method: keyof Store,
      fault: { times?: number; when?: "before" | "after"; how?: () => unknown } = {},
    ) {
      const how = () => Promise.reject(new Error("the disk is full"));
      armed.set(method, { times: 1, when: "before", how, ...fault });
    },
    /** Whether every fault has struck. */
    get isSpent() {
      return armed.size === 0;
    },
  };
}

describe("a store that fails once", () => {
  /** Another view of the same store, which nothing is wrong with. */
  const looking = (store: Store) => flowOn(() => store, { store }).webhooks;

  test.each(["append", "findSubscriptions"] as const)(
    "%s: publish says so, nothing is half-written, and the next one works",
    async (method) => {
      const plain = memoryStore();
      const broken = failing(plain);
      const { webhooks, requests, subscribe } = flowOn(() => broken.store);
      await subscribe();
      broken.fail(method);
      const many = Array.from({ length: 5 }, (_, n) => webhooks.publish("order.paid", { n }));
      for (const settled of await Promise.allSettled(many)) {
        expect(settled).toMatchObject({
          status: "rejected",
          reason: { code: "STORE_UNAVAILABLE", cause: { message: "the disk is full" } },
        });
      }
      expect((await looking(plain).events.list()).items).toEqual([]);
      expect((await looking(plain).deliveries.list()).items).toEqual([]);
      const { id } = await webhooks.publish("order.paid", { n: 9 });
      await webhooks.runUntilIdle();
      expect(only(requests).headers["webhook-id"]).toBe(id);
    },
  );

  test("append that fails after it wrote: publishing again with the same id makes one delivery", async () => {
    const broken = failing(memoryStore());
    const { webhooks, requests, subscribe } = flowOn(() => broken.store);
    await subscribe();
    broken.fail("append", { when: "after" });
    await expect(webhooks.publish("order.paid", { n: 1 }, { id: "once" })).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
    expect(await webhooks.publish("order.paid", { n: 1 }, { id: "once" })).toMatchObject({ duplicate: true });
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
  });

  const HOW: readonly (readonly [string, () => unknown])[] = [
    ["rejects", () => Promise.reject(new Error("away"))],
    ["rejects with a TypeError", () => Promise.reject(new TypeError("away"))],
    ["rejects with nothing", () => Promise.reject(undefined)],
    [
      "throws at once",
      () => {
        throw new Error("away");
      },
    ],
  ];
  const WORKING = ["claim", "settle", "readSubscriptions", "findSubscriptions", "prune", "migrate"] as const;
  const AT = WORKING.flatMap((method) =>
    HOW.flatMap(([what, how]) =>
      (["before", "after"] as const).map((when) => [method, what, when, how] as const),
    ),
  );
  // The schedule has one attempt: one that is counted and not made would be the last.
  test.each(AT)(
    "%s %s, %s doing its work: the rooms recover, and the event gets its one attempt",
    async (method, _, when, how) => {
      const plain = { ...memoryStore(), migrate: async () => {} };
      const broken = failing(plain);
      const { webhooks, clock, requests, subscribe, faults } = flowOn(() => broken.store, {
        retry: { schedule: [] },
        dispatcher: { pollInterval: "10ms" },
      });
      if (method !== "migrate") await subscribe();
      else await flowOn(() => plain).subscribe();
      // What this process publishes it knows the subscriptions of; what another did, it has to ask for.
      if (method === "readSubscriptions")
        await flowOn(() => plain, { clock }).webhooks.publish("order.paid", { n: 1 });
      else if (method !== "findSubscriptions") await webhooks.publish("order.paid", { n: 1 });
      broken.fail(method, { when, how });
      if (method === "findSubscriptions") {
        clock.advance("2s");
        await webhooks.publish("order.paid", { n: 0 }).catch(() => {});
        await webhooks.publish("order.paid", { n: 1 });
      }
      await webhooks.start();
      const isDone = async () =>
        (await looking(plain).deliveries.list({ status: "delivered" })).items.length === 1;
      await until(() => broken.isSpent, "the fault to strike");
      // What was claimed is leased: it comes back when the lease ends, and not before it is looked for.
      await until(async () => {
        clock.advance(SECOND);
        return isDone();
      }, "the delivery");
      await webhooks.stop();
      expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect((await looking(plain).deliveries.list({ status: "exhausted" })).items).toEqual([]);
      for (const { error } of faults)
        expect(error).toMatchObject({ name: "WebhookError", code: "STORE_UNAVAILABLE" });
    },
  );

  const CALLS = {
    readEvents: (w) => w.events.get("known"),
    findEvents: (w) => w.events.list(),
    readDeliveries: async (w, id) => w.deliveries.get(id),
    findDeliveries: (w) => w.deliveries.list(),
    readAttempts: async (w, id) => w.deliveries.get(id),
    requeue: async (w, id) => w.deliveries.retry(id),
    cancel: async (w, id) => w.deliveries.cancel(id),
    saveSubscription: (w, _, sub) => w.subscriptions.update(sub, { name: "Other" }),
    removeSubscription: (w, _, sub) => w.subscriptions.delete(sub),
  } as const satisfies Partial<
    Record<keyof Store, (w: ReturnType<typeof looking>, delivery: string, sub: string) => unknown>
  >;
  test.each(Object.entries(CALLS))(
    "%s: the caller is told, nothing changed, and asking again works",
    async (method, call) => {
      const plain = memoryStore();
      const broken = failing(plain);
      const { webhooks, subscribe } = flowOn(() => broken.store);
      const { id: sub } = await subscribe();
      await webhooks.publish("order.paid", { n: 1 }, { id: "known" });
      const { id } = only((await webhooks.deliveries.list()).items);
      const seen = async () =>
        JSON.stringify([
          await looking(plain).deliveries.get(id),
          await looking(plain).subscriptions.get(sub),
        ]);
      const before = await seen();
      broken.fail(method as keyof Store);
      await expect((async () => call(webhooks, id, sub))()).rejects.toMatchObject({
        code: "STORE_UNAVAILABLE",
        message: expect.stringContaining(method),
      });
      expect(broken.isSpent).toBe(true);
      expect(await seen()).toBe(before);
      await call(webhooks, id, sub);
    },
  );

  test.each(["saveSubscription", "readSubscriptions"] as const)(
    "%s, just when a 410 disables: it is disabled all the same",
    async (method) => {
      const plain = memoryStore();
      const broken = failing(plain);
      const { webhooks, subscribe, answer } = flowOn(() => broken.store);
      const { id } = await subscribe();
      answer(() => {
        broken.fail(method);
        return 410;
      });
      await webhooks.publish("order.paid", { n: 1 });
      await webhooks.runUntilIdle();
      expect(broken.isSpent).toBe(true);
      expect(await looking(plain).subscriptions.get(id)).toMatchObject({
        enabled: false,
        disabledReason: "gone",
      });
      expect(only((await webhooks.deliveries.list()).items)).toMatchObject({ status: "failed", attempts: 1 });
    },
  );

  test("readSubscriptions, just after a claim: what was claimed goes out all the same, and waits for no lease", async () => {
    const plain = memoryStore();
    const broken = failing(plain);
    const { webhooks, requests, faults, subscribe } = flowOn(() => broken.store);
    await subscribe();
    await flowOn(() => plain).webhooks.publish("order.paid", { n: 1 });
    broken.fail("readSubscriptions");
    await webhooks.runUntilIdle();
    expect(broken.isSpent).toBe(true);
    expect(requests).toHaveLength(1);
    expect(only(faults).error).toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(only((await webhooks.deliveries.list()).items)).toMatchObject({
      status: "delivered",
      attempts: 1,
    });
  });

  test("runUntilIdle says so, and may be called again", async () => {
    const broken = failing(memoryStore());
    const { webhooks, requests, subscribe } = flowOn(() => broken.store);
    await subscribe();
    await webhooks.publish("order.paid", { n: 1 });
    broken.fail("claim");
    await expect(webhooks.runUntilIdle()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(requests).toEqual([]);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
  });
});

describe.each(STORES)("a transport on %s", (_, makeStore) => {
  const BROKEN: readonly (readonly [string, () => unknown])[] = [
    [
      "that throws at once",
      () => {
        throw new Error("thrown");
      },
    ],
    ["that rejects", () => Promise.reject(new Error("rejected"))],
    ["that rejects with nothing", () => Promise.reject(undefined)],
    ["that answers nothing", () => undefined],
    ["that answers text", async () => "200 OK"],
    ["that answers a status alone", async () => ({ kind: "response", status: 200 })],
    [
      "that answers a status that is text",
      async () => ({ kind: "response", status: "200", headers: {}, body: "", truncated: false, ms: 1 }),
    ],
    [
      "that answers a failure of its own",
      async () => ({ kind: "failure", reason: "tired", message: "", ms: 1 }),
    ],
  ];
  test.each(BROKEN)(
    "%s: a recorded attempt, a report, and the next delivery goes well",
    async (_what, send) => {
      let isBroken = true;
      const good = { kind: "response", status: 200, headers: {}, body: "", truncated: false, ms: 1 } as const;
      const transport = { send: () => (isBroken ? send() : Promise.resolve(good)) } as unknown as Transport;
      const { webhooks, clock, faults, subscribe } = flowOn(makeStore, { transport });
      await subscribe();
      await webhooks.publish("order.paid", { n: 1 });
      await webhooks.runUntilIdle();
      const delivery = only((await webhooks.deliveries.list()).items);
      expect(delivery).toMatchObject({ status: "failed", attempts: 1, error: { code: "CONNECTION_CLOSED" } });
      const attempt = only((await webhooks.deliveries.get(delivery.id)).attemptLog);
      expect(attempt).toMatchObject({ number: 1, response: null, error: { code: "CONNECTION_CLOSED" } });
      expect(faults).toHaveLength(1);
      isBroken = false;
      clock.advance(MINUTE);
      await webhooks.runUntilIdle();
      expect((await webhooks.deliveries.get(delivery.id)).status).toBe("delivered");
    },
  );
});

describe.each(STORES)("a clock that jumps backwards on %s", (_, makeStore) => {
  test("loses nothing: what was due then is due again then, what is published now goes now", async () => {
    const { webhooks, clock, requests, subscribe } = flowOn(makeStore);
    await subscribe();
    const first = await webhooks.publish("order.paid", { n: 1 });
    clock.set(START - HOUR);
    const second = await webhooks.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    expect(requests.map(({ headers }) => headers["webhook-id"])).toEqual([second.id]);
    clock.set(START);
    await webhooks.runUntilIdle();
    expect(requests.map(({ headers }) => headers["webhook-id"])).toEqual([second.id, first.id]);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
  });

  test("in the middle of an attempt: it is recorded, and its retry comes", async () => {
    const { webhooks, clock, requests, subscribe, answer } = flowOn(makeStore);
    const { id } = await subscribe();
    answer((_request, number) => {
      if (number === 1) clock.set(START - DAY);
      return number === 1 ? 500 : 200;
    });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const [delivery] = (await webhooks.deliveries.list()).items;
    expect(delivery).toMatchObject({ status: "failed", attempts: 1 });
    // It must not wait for the clock to come round to where it was.
    expect(Date.parse(delivery?.nextAttemptAt ?? "")).toBeLessThanOrEqual(START - DAY + MINUTE);
    clock.advance(MINUTE);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
    expect((await webhooks.deliveries.list()).items[0]?.status).toBe("delivered");
    expect((await webhooks.subscriptions.get(id)).health.consecutiveFailures).toBe(0);
    await webhooks.subscriptions.update(id, { name: "Still editable" });
    await webhooks.subscriptions.disable(id);
    expect((await webhooks.publish("order.paid", { n: 2 })).deliveries).toBe(0);
    await webhooks.subscriptions.enable(id);
    expect((await webhooks.publish("order.paid", { n: 3 })).deliveries).toBe(1);
  });

  test("never sends early what has a time, nor signs with a secret that is not there yet or is gone", async () => {
    const { webhooks, clock, requests, subscribe, answer } = flowOn(makeStore);
    await subscribe();
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    for (const back of [MINUTE, HOUR, DAY]) {
      clock.set(START - back);
      await webhooks.runUntilIdle();
    }
    clock.set(START + MINUTE - 1);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    clock.advance(1);
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
  });
});

describe.each(STORES)("receivers that misbehave, on %s", (_, makeStore) => {
  const BAD: readonly (readonly [string, Answer, string | null, number | null])[] = [
    ["never answers", { hang: true }, "TIMEOUT", null],
    ["answers one byte at a time", { trickle: "x" }, "TIMEOUT", null],
    ["sends its headers one byte at a time", { raw: "H", everyMs: 5 }, "INVALID_RESPONSE", null],
    ["says hints without end", { raw: "HTTP/1.1 103 Early Hints\r\n\r\n", everyMs: 20 }, "TIMEOUT", null],
    ["answers 10 MB", { status: 200, body: "x".repeat(10 * 1024 * 1024) }, null, 200],
    ["answers 10 MB and an error", { status: 500, body: "x".repeat(10 * 1024 * 1024) }, "HTTP_STATUS", 500],
    ["closes before it answers", { closeEarly: "before-answer" }, "CONNECTION_CLOSED", null],
    ["closes in its headers", { closeEarly: "in-headers" }, "CONNECTION_CLOSED", null],
    ["closes in its body", { closeEarly: "in-body" }, "CONNECTION_CLOSED", null],
    ["sends garbage", { raw: "\u0000\u0001\u0002 garbage\r\n\r\n" }, "INVALID_RESPONSE", null],
    ["sends another protocol", { raw: "SSH-2.0-OpenSSH_9.6\r\n" }, "INVALID_RESPONSE", null],
    [
      "sends headers without end",
      { raw: `HTTP/1.1 200 OK\r\nx: ${"y".repeat(300_000)}\r\n\r\n` },
      "INVALID_RESPONSE",
      null,
    ],
    [
      "switches protocols",
      { raw: "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n" },
      "INVALID_RESPONSE",
      null,
    ],
    [
      "counts its body wrongly",
      { raw: "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello" },
      "CONNECTION_CLOSED",
      null,
    ],
  ];

  test("all end as recorded attempts with their codes, at the same time, and a good one is not delayed", async () => {
    const { webhooks, faults } = flowOn(makeStore, {
      transport: undiciTransport(),
      retry: { timeout: "1s" },
    });
    await webhooks.migrate();
    const names = new Map<string, string>();
    const subscribe = async (name: string, url: string) => {
      const { subscription } = await webhooks.subscriptions.create({
        name: "Endpoint",
        url,
        events: ["*"],
        enabled: true,
      });
      names.set(subscription.id, name);
    };
    for (const [name, answer] of BAD) await subscribe(name, (await receiving(answer)).url);
    const closed = await receiving();
    await closed.close();
    await subscribe("is not there", closed.url);
    const plain = await receiving();
    await subscribe("speaks no TLS", plain.url.replace("http:", "https:"));
    const good = await receiving(204);
    await subscribe("is good", good.url);
    let goodAt = Number.POSITIVE_INFINITY;
    let slowAt = 0;
    for (const name of ["delivery.succeeded", "delivery.failed"] as const) {
      webhooks.on(name, ({ delivery }) => {
        if (names.get(delivery.subscriptionId) === "is good") goodAt = performance.now();
        if (names.get(delivery.subscriptionId) === "never answers") slowAt = performance.now();
      });
    }
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();

    const seen: Record<string, unknown> = {};
    for (const { id, subscriptionId } of (await webhooks.deliveries.list()).items) {
      const { error, status, attemptLog } = await webhooks.deliveries.get(id);
      const { response, error: recorded } = only(attemptLog);
      expect(recorded).toEqual(error);
      expect(status).toBe(error === null ? "delivered" : "failed");
      if (response !== null) expect(response.body.length).toBeLessThanOrEqual(16 * 1024);
      seen[names.get(subscriptionId) ?? ""] = [error?.code ?? null, response?.status ?? null];
    }
    const expected = BAD.map(([name, , code, status]) => [name, [code, status]] as const);
    expect(seen).toEqual({
      ...Object.fromEntries(expected),
      "is not there": ["UNREACHABLE", null],
      "speaks no TLS": ["TLS", null],
      "is good": [null, 204],
    });
    expect(goodAt).toBeLessThan(slowAt);
    expect(faults).toEqual([]);
  });

  test("what an endpoint says is kept as text, whatever it says", async () => {
    const body = '<script>alert("x")</script>\u0000\ud83d\ude00';
    const invalid = new Uint8Array([0xff, 0xfe, 0x41]);
    const receiver = await receiving([
      { status: 200, headers: { "set-cookie": ["a=1", "b=2"] }, body },
      { status: 200, body: invalid },
    ]);
    const { webhooks, subscribe } = flowOn(makeStore, { transport: undiciTransport() });
    await subscribe({ url: receiver.url });
    const bodies: (string | undefined)[] = [];
    for (const n of [1, 2]) {
      const { id: eventId } = await webhooks.publish("order.paid", { n });
      await webhooks.runUntilIdle();
      const { id } = only((await webhooks.deliveries.list({ eventId })).items);
      const { response } = only((await webhooks.deliveries.get(id)).attemptLog);
      bodies.push(response?.body);
      if (n === 1) expect(response?.headers["set-cookie"]).toBe("a=1, b=2");
    }
    expect(bodies).toEqual([body, "\ufffd\ufffdA"]);
  });
});
