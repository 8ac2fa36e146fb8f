import type pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import {
  createWebhooks,
  defineCatalogue,
  isWebhookError,
  type WebhookError,
  type Webhooks,
} from "../../../src/index.js";
import { postgresStore, type SqlExecutor } from "../../../src/stores/postgres/index.js";
import { type TestClock, testClock } from "../../../src/testing/clock.js";
import { type Receiver, startReceiver } from "../../../src/testing/receiver.js";
import { deferred, failure } from "../../make.js";
import { cleanUp, databaseUrl, newSchema, openPool, stopOwnServer } from "../../support/postgres.js";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.js";

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await cleanUp();
});
afterAll(stopOwnServer);

const catalogue = defineCatalogue({ events: { "order.paid": { description: "An order was paid." } } });

interface House {
  readonly webhooks: Webhooks<typeof catalogue, SqlExecutor>;
  readonly proxy: TcpProxy;
  readonly pool: pg.Pool;
  readonly schema: string;
  readonly receiver: Receiver;
  readonly clock: TestClock;
  /** Everything that was reported, and the next of it. */
  readonly errors: unknown[];
  nextErrors(count: number): Promise<readonly WebhookError[]>;
  /** The ids of the events that arrived. */
  arrived(): string[];
}

/**
 * The library over a proxy, with a receiver that hears all. Nothing is prepared, so that each statement sends its text.
 * Attempts do not run out: the clock jumps by minutes while requests are under way, and each jump may end one.
 */
async function house({ statementTimeout = "20s", max = 10 } = {}): Promise<House> {
  const proxy = await startTcpProxy(await databaseUrl());
  const pool = await openPool({ connectionString: proxy.url, max });
  const schema = newSchema();
  const receiver = await startReceiver();
  const clock = testClock();
  const webhooks = createWebhooks({
    catalogue,
    clock,
    store: postgresStore({ db: pool, schema, prepare: false, statementTimeout: statementTimeout as "20s" }),
    encryptionKeys: [Buffer.alloc(32, 7).toString("base64")],
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    dispatcher: { pollInterval: 10 },
    retry: { schedule: Array.from({ length: 20 }, () => "1m" as const) },
  });
  endings.push(
    () => proxy.close(),
    () => receiver.close(),
    () => webhooks.stop(),
  );
  await webhooks.migrate();
  await webhooks.subscriptions.create({
    name: "Accounting",
    url: receiver.url,
    events: ["*"],
    enabled: true,
  });

  const errors: unknown[] = [];
  let waiting = { count: 0, done: () => {} };
  webhooks.on("error", (error) => {
    errors.push(error.error);
    if (errors.length >= waiting.count) waiting.done();
  });
  return {
    webhooks,
    proxy,
    pool,
    schema,
    receiver,
    clock,
    errors,
    async nextErrors(count) {
      const there = deferred<void>();
      const from = errors.length;
      waiting = { count: from + count, done: there.resolve };
      await there.promise;
      return errors.slice(from) as WebhookError[];
    },
    arrived: () => receiver.requests.map(({ body }) => (JSON.parse(body) as { id: string }).id),
  };
}

const CLAIM = '".claim(';
const SETTLE = '".settle(';
const APPEND = '".append(';

/** Resolves when the delivery of the event is recorded as delivered, with this many attempts. */
async function recorded({ webhooks }: House, eventId: string, attempts: number): Promise<void> {
  for (;;) {
    const { items } = await webhooks.deliveries.list({ eventId });
    if (items[0]?.status === "delivered") {
      expect(items).toMatchObject([{ attempts }]);
      return;
    }
  }
}

describe("a connection that is cut", () => {
  test.each(["before", "after"] as const)(
    "in an append, %s it was written, is the affair of nobody: the event is new, and delivered once",
    async (moment) => {
      const home = await house();
      const cut = home.proxy.cutAt(APPEND, moment);
      const published = await home.webhooks.publish("order.paid", { n: 1 });
      await cut;
      expect(published).toMatchObject({ duplicate: false, deliveries: 1 });
      expect(await home.webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
      expect(home.arrived()).toEqual([published.id]);
    },
  );

  test("in an append of a known event leaves it a duplicate", async () => {
    const home = await house();
    await home.webhooks.publish("order.paid", { n: 1 }, { id: "evt_1" });
    home.clock.advance(1);
    const cut = home.proxy.cutAt(APPEND, "after");
    const again = await home.webhooks.publish("order.paid", { n: 1 }, { id: "evt_1" });
    await cut;
    expect(again).toMatchObject({ duplicate: true, deliveries: 0 });
  });

  test.each([
    ["before", 1],
    ["after", 0],
  ] as const)(
    "in an append at each try, %s it was written, makes publish say that it may have been written, and how to be sure",
    async (moment, fresh) => {
      const home = await house();
      const cut = home.proxy.cutAt(APPEND, moment, 6);
      const publish = () => home.webhooks.publish("order.paid", { n: 1 }, { idempotencyKey: "order 1" });
      const error = await failure("STORE_UNAVAILABLE", publish);
      await cut;
      expect(error.message).toMatch(/may have been.*same id or idempotencyKey/);
      expect(error.message).not.toMatch(/nothing was written/);
      expect(error.cause).toBeInstanceOf(Error);
      expect(await publish()).toMatchObject({ duplicate: fresh === 0, deliveries: fresh });
      expect(await home.webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
      expect(home.receiver.requests).toHaveLength(1);
    },
  );

  test("and a server that is gone after it does not make the first try unwritten", async () => {
    const home = await house();
    const cut = home.proxy.cutAt(APPEND, "after").then(() => home.proxy.refuse());
    const error = await failure("STORE_UNAVAILABLE", () => home.webhooks.publish("order.paid", { n: 1 }));
    await cut;
    await home.proxy.accept();
    expect(error.message).toMatch(/may have been/);
    expect(await home.webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
  });

  test("in a claim that took nothing is reported, and the loop comes back by itself", async () => {
    const home = await house();
    const published = await home.webhooks.publish("order.paid", { n: 1 });
    const cut = home.proxy.cutAt(CLAIM, "before");
    const reported = home.nextErrors(1);
    await home.webhooks.start();
    await cut;
    const [error] = await reported;
    expect(isWebhookError(error, "STORE_UNAVAILABLE")).toBe(true);
    expect((error as WebhookError).cause).toBeInstanceOf(Error);
    await recorded(home, published.id, 1);
    expect(home.arrived()).toEqual([published.id]);
  });

  test("in a claim whose answer was lost: its deliveries come back when the lease ends, and no attempt is counted for it", async () => {
    const home = await house();
    const published = await home.webhooks.publish("order.paid", { n: 1 });
    const cut = home.proxy.cutAt(CLAIM, "after");
    const reported = home.nextErrors(1);
    await home.webhooks.start();
    await cut;
    await reported;
    expect(home.receiver.requests).toEqual([]);
    home.clock.advance("121s");
    await recorded(home, published.id, 2);
    expect(home.arrived()).toEqual([published.id]);
  });

  test.each(["before", "after"] as const)(
    "in a settle, %s it was written: it is recorded once, and nothing is sent twice",
    async (moment) => {
      const home = await house();
      const published = await home.webhooks.publish("order.paid", { n: 1 });
      const cut = home.proxy.cutAt(SETTLE, moment);
      await home.webhooks.runUntilIdle();
      await cut;
      await recorded(home, published.id, 1);
      const { items } = await home.webhooks.deliveries.list({ eventId: published.id });
      const details = await home.webhooks.deliveries.get(items[0]?.id ?? "");
      expect(details.attemptLog).toHaveLength(1);
      expect(home.arrived()).toEqual([published.id]);
      expect(home.errors).toEqual([]);
    },
  );

  test("under a look-up is not seen: it is made again on another", async () => {
    const home = await house();
    const cut = home.proxy.cutAt("ORDER BY created_at DESC", "after", 3);
    expect((await home.webhooks.events.list()).items).toEqual([]);
    await cut;
  });

  test("under a change by the host is told, not hidden by a second try that finds the first", async () => {
    const home = await house();
    const { items } = await home.webhooks.subscriptions.list();
    const id = items[0]?.id ?? "";
    const cut = home.proxy.cutAt("WITH saved", "after");
    const error = await failure("STORE_UNAVAILABLE", () => home.webhooks.subscriptions.disable(id));
    await cut;
    expect(error.message).toMatch(/may have been.*Look whether it was/);
    expect(await home.webhooks.subscriptions.get(id)).toMatchObject({ enabled: false });
  });
});

test("with every connection cut again and again, all that was acknowledged is delivered", async () => {
  const home = await house();
  await home.webhooks.start();
  const acknowledged: string[] = [];
  for (let round = 0; round < 12; round++) {
    const publishing = Array.from({ length: 20 }, (_, n) =>
      home.webhooks.publish("order.paid", { round, n }).then(
        ({ id }) => acknowledged.push(id),
        (error: unknown) => expect(isWebhookError(error, "STORE_UNAVAILABLE")).toBe(true),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    home.proxy.cut();
    await Promise.all(publishing);
    home.proxy.cut();
  }
  expect(acknowledged.length).toBeGreaterThan(0);
  for (;;) {
    const arrived = new Set(home.arrived());
    if (acknowledged.every((id) => arrived.has(id))) break;
    // What a lost claim had taken comes back when its lease ends. Time stands still while requests are under way.
    home.clock.advance("121s");
    await home.webhooks.runUntilIdle().catch((error) => expect(isWebhookError(error)).toBe(true));
  }
});

test("a server that refuses for a while is come back to, with growing rests, and nothing acknowledged is lost", async () => {
  const home = await house();
  const first = await home.webhooks.publish("order.paid", { n: 1 });
  await home.proxy.refuse();
  const reported = home.nextErrors(6);
  await home.webhooks.start();
  const refused = await failure("STORE_UNAVAILABLE", () => home.webhooks.publish("order.paid", { n: 2 }));
  expect(refused.message).toMatch(/nothing was written: .*ECONNREFUSED/);
  for (const error of await reported) {
    expect(isWebhookError(error, "STORE_UNAVAILABLE")).toBe(true);
    expect(error.cause).toMatchObject({ code: "ECONNREFUSED" });
  }
  await home.proxy.accept();
  await recorded(home, first.id, 1);
  const second = await home.webhooks.publish("order.paid", { n: 3 });
  await recorded(home, second.id, 1);
  expect(home.arrived()).toEqual([first.id, second.id]);
});

describe("a connection on which nothing passes any more", () => {
  test("is given up when the time of its statement is over, and closed, not given back", async () => {
    const home = await house({ statementTimeout: "150ms", max: 1 });
    const stalled = home.proxy.stallAt(APPEND);
    const error = await failure("STORE_UNAVAILABLE", () => home.webhooks.publish("order.paid", { n: 1 }));
    await stalled;
    expect(error.message).toMatch(/may have been.*did not answer within 150 ms.*idempotencyKey/);
    const published = await home.webhooks.publish("order.paid", { n: 2 });
    expect(await home.webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
    expect(home.arrived()).toEqual([published.id]);
    expect(home.pool.totalCount).toBe(1);
  });

  test("does not hold up the loops", async () => {
    const home = await house({ statementTimeout: "150ms" });
    const published = await home.webhooks.publish("order.paid", { n: 1 });
    const stalled = home.proxy.stallAt(CLAIM);
    const reported = home.nextErrors(1);
    await home.webhooks.start();
    await stalled;
    expect((await reported)[0]?.message).toMatch(/did not answer within 150 ms/);
    await recorded(home, published.id, 1);
    expect(home.arrived()).toEqual([published.id]);
  });
});
