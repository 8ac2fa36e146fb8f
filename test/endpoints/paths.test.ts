import { createWebhooks, defineCatalogue, type EndpointOptions, type Store } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { kyTransport } from "hookwright/transports/ky";
import { undiciTransport } from "hookwright/transports/undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testClock } from "../../src/testing/clock.js";
import { type Receiver, startReceiver } from "../../src/testing/receiver.js";
import { failure } from "../make.js";
import { type FakeDns, fakeDns } from "../support/dns.js";
import { filteredPort } from "../support/filtered.js";

/** Every way to a request, tried with every kind of URL that the policy refuses, through the public surface. */

const catalogue = defineCatalogue({ events: { "order.paid": { example: { n: 1 } } } });
const NAME = "hooks.example";
const KEY = Buffer.alloc(32, 7).toString("base64");

const TRANSPORTS = [
  ["undici", undiciTransport],
  ["ky", kyTransport],
] as const;

const cleanUps: (() => unknown)[] = [];
let dns: FakeDns;
let inside: Receiver;
beforeEach(async () => {
  dns = fakeDns();
  inside = await startReceiver(500);
  cleanUps.push(
    () => inside.close(),
    () => dns.restore(),
  );
});
afterEach(async () => {
  for (let step = cleanUps.pop(); step; step = cleanUps.pop()) await step();
});

/** The library on a store that outlives it, with a policy of its own. */
function house(
  store: Store,
  endpoints: EndpointOptions,
  make: (typeof TRANSPORTS)[number][1],
  schedule: readonly "1m"[] = [],
) {
  const transport = make();
  const clock = testClock();
  const webhooks = createWebhooks({
    catalogue,
    store,
    transport,
    clock,
    endpoints,
    encryptionKeys: [KEY],
    autoDisable: "never",
    retry: { schedule, timeout: "1s" },
  });
  cleanUps.push(
    () => transport.close?.(),
    () => webhooks.stop({ drain: 0 }),
  );
  return { webhooks, clock };
}

const LAX: EndpointOptions = {
  allowHttp: true,
  allowNetworks: ["127.0.0.0/8"],
  allowHosts: ["localhost", "intranet"],
};

/** Kinds of URL that are refused, `{port}` being that of a receiver inside; what opens them, where anything does. */
const SAVED: readonly (readonly [what: string, url: string, opened: EndpointOptions | null])[] = [
  ["loopback", "https://127.0.0.1:{port}/", LAX],
  ["a short form", "https://127.1:{port}/", LAX],
  ["hexadecimal", "https://0x7f.1:{port}/", LAX],
  ["octal", "https://0177.0.0.1:{port}/", LAX],
  ["a number", "https://2130706433:{port}/", LAX],
  ["a trailing dot", "https://127.0.0.1.:{port}/", LAX],
  ["percent-encoding", "https://%31%32%37.0.0.1:{port}/", LAX],
  ["other digits", "https://①②⑦.0.0.1:{port}/", LAX],
  ["the unspecified address", "https://0:{port}/", { allowNetworks: ["0.0.0.0/8"] }],
  ["IPv6 loopback", "https://[::1]:{port}/", { allowNetworks: ["::1/128"] }],
  ["a mapped address", "https://[::ffff:127.0.0.1]:{port}/", LAX],
  ["a compatible address", "https://[::7f00:1]:{port}/", { allowNetworks: ["::/96"] }],
  ["NAT64", "https://[64:ff9b::7f00:1]:{port}/", { allowNetworks: ["64:ff9b::/96"] }],
  ["private", "https://10.0.0.1:{port}/", { allowNetworks: ["10.0.0.0/8"] }],
  ["shared", "https://100.64.0.1/", { allowNetworks: ["100.64.0.0/10"] }],
  ["link-local", "https://169.254.1.1/", { allowNetworks: ["169.254.0.0/16"] }],
  ["unique local", "https://[fd12::1]/", { allowNetworks: ["fd00::/8"] }],
  ["multicast", "https://224.0.0.1/", { allowNetworks: ["224.0.0.0/4"] }],
  ["localhost", "https://localhost:{port}/", LAX],
  ["a single label", "https://intranet:{port}/", LAX],
  ["plain HTTP", "http://hooks.example/", { allowHttp: true }],
  ["metadata", "http://169.254.169.254/latest/meta-data/", null],
  ["a metadata name", "https://metadata.google.internal/", null],
  ["backslashes", "https:\\\\127.0.0.1:{port}/", null],
  ["three slashes", "https:///127.0.0.1:{port}/", null],
  ["another scheme", "file:///etc/passwd", null],
];

describe.each(TRANSPORTS)("with %s", (_, make) => {
  describe.each(SAVED)("%s: %s", (_, form, opened) => {
    test("is refused when it is saved and when it is enabled, and no socket is opened", async () => {
      const url = form.replace("{port}", String(inside.port));
      const store = memoryStore();
      const strict = house(store, {}, make).webhooks;
      const fields = { name: "Endpoint", events: ["*"] };
      const refused = (call: () => unknown) => failure("URL_REFUSED", call);
      await refused(() => strict.subscriptions.create({ ...fields, url, enabled: true }));
      await refused(() => strict.subscriptions.create({ ...fields, url }));
      expect((await strict.subscriptions.list()).items).toEqual([]);
      const other = { ...fields, url: "https://fine.example.com/", enabled: true };
      const { subscription } = await strict.subscriptions.create(other);
      await refused(() => strict.subscriptions.update(subscription.id, { url }));
      expect((await strict.subscriptions.get(subscription.id)).url).toBe(other.url);
      if (opened) {
        const lax = house(store, opened, make).webhooks;
        const kept = (await lax.subscriptions.create({ ...fields, url })).subscription;
        await refused(() => strict.subscriptions.enable(kept.id));
        await refused(() => strict.subscriptions.update(kept.id, { enabled: true }));
        expect((await strict.subscriptions.get(kept.id)).enabled).toBe(false);
      } else {
        await refused(() => house(store, LAX, make).webhooks.subscriptions.create({ ...fields, url }));
      }
      expect(inside.connections).toBe(0);
      expect(dns.asked).toEqual([]);
    });
  });
});

type House = ReturnType<typeof house>;

interface World {
  readonly before: House;
  readonly after: House;
  readonly id: string;
}

/** Each way in which something is sent: what happens while the endpoint is allowed, and what once it is no more. */
const VERBS: readonly (readonly [
  verb: string,
  prepare: (world: World) => Promise<unknown>,
  act: (world: World) => Promise<unknown>,
])[] = [
  ["publish", async () => {}, ({ after }) => after.webhooks.publish("order.paid", { n: 1 })],
  ["sendTest", async () => {}, ({ after, id }) => after.webhooks.subscriptions.sendTest(id)],
  [
    "deliveries.retry",
    async ({ before }) => {
      await before.webhooks.publish("order.paid", { n: 1 });
      await before.webhooks.runUntilIdle();
    },
    async ({ after }) => {
      const [delivery] = (await after.webhooks.deliveries.list()).items;
      return after.webhooks.deliveries.retry(delivery?.id ?? "");
    },
  ],
  [
    "recover",
    async ({ before }) => {
      await before.webhooks.publish("order.paid", { n: 1 });
      await before.webhooks.runUntilIdle();
      const [delivery] = (await before.webhooks.deliveries.list()).items;
      await before.webhooks.deliveries.cancel(delivery?.id ?? "");
    },
    ({ after, id }) => after.webhooks.subscriptions.recover(id, { since: new Date(0) }),
  ],
  [
    "a retry by the schedule",
    async ({ before }) => {
      await before.webhooks.publish("order.paid", { n: 1 });
      await before.webhooks.runUntilIdle();
    },
    async ({ after }) => after.clock.advance("1m"),
  ],
  [
    "flush",
    async ({ before, id }) => {
      await before.webhooks.subscriptions.update(id, { type: "batch" });
      await before.webhooks.publish("order.paid", { n: 1 });
    },
    ({ after, id }) => after.webhooks.subscriptions.flush(id),
  ],
];

/** Endpoints that are refused when it comes to sending: by their URL, or by where their name leads. */
const SENT: readonly (readonly [
  what: string,
  host: string,
  then: EndpointOptions,
  addresses: readonly string[],
])[] = [
  ["a literal that is allowed no more", "127.0.0.1", { allowHttp: true }, []],
  ["a name that is allowed no more", "localhost", { allowHttp: true }, ["127.0.0.1"]],
  ["a name that leads to a private address", NAME, { allowHttp: true }, ["127.0.0.1"]],
  ["a name that leads to metadata", NAME, LAX, ["169.254.169.254"]],
  [
    "a name that came to lead inside",
    NAME,
    { allowHttp: true, allowNetworks: ["127.0.0.2/32"] },
    ["127.0.0.1"],
  ],
];

describe.each(TRANSPORTS)("with %s, sending to", (_, make) => {
  describe.each(SENT)("%s", (_, host, then, addresses) => {
    test.each(VERBS)(
      "by %s: nothing reaches the inside, and the attempt says nothing of why",
      async (_, prepare, act) => {
        const store = memoryStore();
        const schedule = ["1m"] as const;
        const before = house(store, LAX, make, schedule);
        const after = house(store, then, make, schedule);
        // While all is well the name leads to the receiver, which stands for an endpoint that fails.
        dns.answer(host, "127.0.0.1");
        const { subscription } = await before.webhooks.subscriptions.create({
          name: "Endpoint",
          url: `http://${host}:${inside.port}/in`,
          events: ["*"],
          enabled: true,
        });
        const world = { before, after, id: subscription.id };
        await prepare(world);
        const seen = inside.connections;
        if (addresses.length > 0) dns.answer(host, ...addresses);
        await act(world);
        await after.webhooks.runUntilIdle();
        const [delivery] = (await after.webhooks.deliveries.list()).items;
        const { attemptLog } = await after.webhooks.deliveries.get(delivery?.id ?? "");
        expect(attemptLog.at(-1)).toMatchObject({
          response: null,
          error: { code: "UNREACHABLE", message: "The endpoint could not be reached or is not allowed." },
        });
        expect(inside.connections).toBe(seen);
      },
    );
  });

  test("a name that does not exist looks like one that leads inside", async () => {
    const attempts: unknown[] = [];
    for (const address of [null, "127.0.0.1"]) {
      const { webhooks } = house(memoryStore(), { allowHttp: true }, make);
      if (address !== null) dns.answer(NAME, address);
      const url = `http://${NAME}:${inside.port}/`;
      await webhooks.subscriptions.create({ name: "Endpoint", url, events: ["*"], enabled: true });
      await webhooks.publish("order.paid", { n: 1 });
      await webhooks.runUntilIdle();
      const [delivery] = (await webhooks.deliveries.list()).items;
      const { attemptLog } = await webhooks.deliveries.get(delivery?.id ?? "");
      attempts.push(attemptLog.map(({ response, error }) => ({ response, error })));
    }
    expect(attempts[0]).toEqual([
      { response: null, error: expect.objectContaining({ code: "UNREACHABLE" }) },
    ]);
    expect(attempts[1]).toEqual(attempts[0]);
    expect(dns.asked).toEqual([NAME, NAME]);
  });

  test("a name that changes between two look-ups: each connection asks once, and goes where that answer says", async () => {
    const store = memoryStore();
    const { webhooks } = house(store, { allowHttp: true, allowNetworks: ["127.0.0.1/32"] }, make);
    dns.answer(NAME, "127.0.0.1", "10.255.255.1");
    await webhooks.subscriptions.create({
      name: "Endpoint",
      url: `http://${NAME}:${inside.port}/`,
      events: ["*"],
      enabled: true,
    });
    inside.answer({ status: 200, headers: { connection: "close" } });
    for (const n of [1, 2]) {
      await webhooks.publish("order.paid", { n });
      await webhooks.runUntilIdle();
    }
    const { items } = await webhooks.deliveries.list();
    expect(items.map(({ httpStatus, error }) => httpStatus ?? error?.code)).toEqual(["UNREACHABLE", 200]);
    expect(dns.asked).toEqual([NAME, NAME]);
    expect(inside.connections).toBe(1);
  });

  test.skipIf(process.platform !== "linux")(
    "refused: what its owner sees is the same for a port that is open, closed or filtered (Linux only: how a port is made to look filtered)",
    async () => {
      const closed = await startReceiver();
      await closed.close();
      const filtered = await filteredPort();
      cleanUps.push(() => filtered.close());
      inside.answer(200);
      const ports = [inside.port, closed.port, filtered.port];

      async function seen(host: string, port: number, first: EndpointOptions, then: EndpointOptions) {
        const store = sqliteStore(":memory:");
        cleanUps.push(() => store.close?.());
        const before = house(store, first, make).webhooks;
        await before.migrate();
        const { subscription } = await before.subscriptions.create({
          name: "Endpoint",
          url: `http://${host}:${port}/`,
          events: ["*"],
          enabled: true,
        });
        const { webhooks } = house(store, then, make);
        await webhooks.publish("order.paid", { n: 1 });
        await webhooks.runUntilIdle();
        const test = await webhooks.subscriptions.sendTest(subscription.id);
        const { items } = await webhooks.deliveries.list();
        const all = {
          test,
          deliveries: await Promise.all(items.map(({ id }) => webhooks.deliveries.get(id))),
          subscription: await webhooks.subscriptions.get(subscription.id),
        };
        const text = JSON.stringify(all)
          .replaceAll(`:${port}`, ":port")
          .replace(/"durationMs":[\d.]+/g, '"durationMs":0')
          .replace(/v1,[\w+/=]+/g, "signature")
          .replace(/(sub|evt|dlv)_[0-9a-z]+/g, "$1");
        const codes = all.deliveries.map(
          ({ attemptLog: [one] }) => one?.response?.status ?? one?.error?.code,
        );
        return { text, codes };
      }

      // The control: where they are allowed, the three can be told apart.
      const told = await Promise.all(ports.map((port) => seen("127.0.0.1", port, LAX, LAX)));
      expect(told.map(({ codes: [code] }) => code)).toEqual([200, "UNREACHABLE", "TIMEOUT"]);
      const reached = inside.connections;

      dns.answer(NAME, "127.0.0.1");
      const strict = { allowHttp: true };
      for (const host of ["127.0.0.1", NAME]) {
        const views = await Promise.all(ports.map((port) => seen(host, port, LAX, strict)));
        expect(views.map(({ codes }) => codes)).toEqual(ports.map(() => ["UNREACHABLE", "UNREACHABLE"]));
        expect(views.map(({ text }) => text)).toEqual(views.map(() => views[0]?.text));
      }
      expect(inside.connections).toBe(reached);
    },
  );
});
