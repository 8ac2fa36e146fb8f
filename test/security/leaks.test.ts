import { inspect } from "node:util";
import {
  createWebhooks,
  defineCatalogue,
  type Format,
  type SignatureScheme,
  type Store,
  type Transport,
  type TransportRequest,
  type Webhooks,
  type WebhooksOptions,
} from "hookwright";
import { undiciTransport } from "hookwright/transports/undici";
import { verify } from "hookwright/verify";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { testClock } from "../../src/testing/clock.js";
import { cleanAll, cleanUp, receiving, there } from "../flow/harness.js";
import { cleanUp as cleanPostgres, stopOwnServer } from "../support/postgres.js";
import { KnownSecrets, Outside } from "./secrets.js";
import { KEPT } from "./stores.js";

afterEach(cleanAll);
afterAll(async () => {
  await cleanPostgres();
  await stopOwnServer();
});

const KEY = Buffer.alloc(32, 7).toString("base64");
const NEW_KEY = Buffer.alloc(32, 8).toString("base64");

const catalogue = defineCatalogue({
  scopes: { organization: { audit: "organization.audit" } },
  events: { "order.paid": { example: { n: 0 } } },
});

/** Sends the secret itself, as some systems do. */
const token: SignatureScheme = { headers: ["x-token"], sign: (_, [key]) => ({ "X-Token": `t=${key}` }) };

/** What a careless host writes: each of its functions quotes what it was given. */
const careless: SignatureScheme = {
  createSecret: () => "careless-secret-0001",
  checkSecret(secret) {
    if (secret.includes("bad")) throw new Error(`no good: ${encodeURIComponent(secret)}`);
  },
  verificationKey: (secret) => secret,
  sign(_, keys) {
    const cause = new TypeError(`inner ${keys.join()}`, { cause: { keys } });
    throw Object.assign(new Error(`cannot sign with ${keys[0]}`, { cause }), { keys, code: `E_${keys[0]}` });
  },
};

const failing: SignatureScheme = {
  verificationKey(secret) {
    throw new Error(`no key for ${secret}`);
  },
  sign: () => ({}),
};

/** Makes of the answer, in which the endpoint may have echoed anything, an error. */
const quoting: Format = {
  contentType: "text/plain",
  body: () => "hello",
  meaning({ body, headers }) {
    throw Object.assign(new Error(`what is ${body}?`), { headers });
  },
};

type Options = Partial<WebhooksOptions<typeof catalogue, never>>;

/** All of the library on one store, and ears on everything it says. */
function house(outside: Outside, store: Store, options: Options = {}) {
  const clock = testClock();
  const requests: TransportRequest[] = [];
  let answer: (request: TransportRequest) => ReturnType<Transport["send"]> | never = async () => ok("");
  const transport: Transport = {
    async send(request) {
      requests.push(request);
      return answer(request);
    },
  };
  const say =
    (level: string) =>
    (...said: unknown[]) =>
      outside.put(`log.${level}`, said);
  const webhooks = createWebhooks({
    catalogue,
    transport,
    encryptionKeys: [KEY],
    signatures: { token, careless, failing },
    formats: { quoting },
    autoDisable: "never",
    logger: { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") },
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    ...options,
    clock,
    store,
  });
  const names = [
    "delivery.succeeded",
    "delivery.failed",
    "delivery.exhausted",
    "batch.flushed",
    "subscription.disabled",
    "subscription.changed",
    "error",
  ] as const;
  for (const name of names) {
    webhooks.on(name, (...said) => {
      outside.put(name, said);
      // What a listener throws is told of, too.
      if (name === "subscription.changed") throw new Error("a listener threw");
    });
  }
  cleanUp(() => webhooks.stop({ drain: 0 }));
  outside.put("webhooks", webhooks);
  return {
    webhooks,
    clock,
    requests,
    answer(next: typeof answer) {
      answer = next;
    },
    async publish() {
      await outside.of("publish", () =>
        webhooks.publish("order.paid", { n: 1 }, { scope: "organization:a" }),
      );
      await outside.of("runUntilIdle", () => webhooks.runUntilIdle());
    },
  };
}

function ok(body: string, headers: Record<string, string> = {}, status = 200, truncated = false) {
  return { kind: "response", status, headers, body, truncated, ms: 1 } as const;
}

/** What an endpoint that tells everything answers: the request's headers, written in every way. */
function echo({ headers, body }: TransportRequest, status: number) {
  const values = Object.values(headers);
  const basic = Buffer.from((headers.authorization ?? "").replace(/^\w+ /, ""), "base64").toString();
  const all = [JSON.stringify(headers), inspect(headers), String(body), basic, ...values];
  const dump = all.join("\n");
  return ok(
    [
      dump,
      ...all.flatMap((text) => [encodeURIComponent(text), escaped(text)]),
      new URLSearchParams(headers).toString(),
      ...["", "x", "xy"].map((before) => Buffer.from(before + dump).toString("base64")),
      Buffer.from(dump).toString("base64url"),
      Buffer.from(dump).toString("hex"),
    ].join("\n"),
    { ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`x-echo-${name}`, value])) },
    status,
  );
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "&#39;",
  );
}

/** Every list and every single thing there is to see. */
async function lookAround(outside: Outside, webhooks: Webhooks<typeof catalogue>) {
  const { items } = await webhooks.subscriptions.list({ limit: 200 });
  outside.put("subscriptions.list", items);
  for (const { id } of items) {
    await outside.of("subscriptions.get", () => webhooks.subscriptions.get(id));
    await outside.of("pendingEvents", () => webhooks.subscriptions.pendingEvents(id));
  }
  const deliveries = await webhooks.deliveries.list({ limit: 200 });
  outside.put("deliveries.list", deliveries);
  for (const { id } of deliveries.items)
    await outside.of("deliveries.get", () => webhooks.deliveries.get(id));
  const events = await webhooks.events.list({ limit: 200 });
  outside.put("events.list", events);
  for (const { id } of events.items) await outside.of("events.get", () => webhooks.events.get(id));
}

/** A value with everything in it that other notations escape. */
const PASSWORD = "p\"w'<0815>&/+ü";
const BASIC = `Basic ${Buffer.from(`bob:${PASSWORD}`).toString("base64")}`;
const withCredentials = (rest: string) => `https://bob:${encodeURIComponent(PASSWORD)}@${rest}`;

const INVALID: readonly ((secret: string) => unknown)[] = [
  (secret) => secret,
  (secret) => ({ name: secret.repeat(5), url: withCredentials(`${secret} .example.com`) }),
  (secret) => ({ url: `https://x:${secret}@127.0.0.1/`, contentType: secret, format: secret }),
  (secret) => ({
    url: `https://${secret}:${secret}:${secret}@hooks.example.com`,
    type: secret,
    ordered: secret,
  }),
  (secret) => ({ url: `ftp://${secret}@hooks.example.com/`, tls: { verify: secret }, enabled: secret }),
  (secret) => ({ events: [secret, { secret }], description: secret.repeat(100), credentials: secret }),
  (secret) => ({ signing: { scheme: secret, secret }, batch: { maxEvents: secret } }),
  (secret) => ({ signing: { scheme: "standard", secret: `${secret}bad` } }),
  (secret) => ({ signing: { scheme: "careless", secret: `${secret}bad` } }),
  (secret) => ({ signing: { scheme: "failing", secret } }),
  (secret) => ({ headers: { "X-A": `${secret}\r\n`, "X-B": { secret } }, retry: { schedule: [secret] } }),
  (secret) => ({ headers: { authorization: secret }, url: withCredentials("hooks.example.com") }),
  (secret) => ({
    metadata: { a: { b: { c: { d: { e: { f: secret } } } } } },
    autoDisable: { consecutive: secret },
  }),
  (secret) => ({ retry: { timeout: secret }, autoDisable: secret, scope: secret }),
];

describe.each(KEPT)("on %s, no secret leaves the library", (kind, open) => {
  test("whatever is done, answered, thrown and logged", { timeout: 60_000 }, async () => {
    const known = new KnownSecrets();
    const outside = new Outside();
    const { store, dump } = await open();
    const main = house(outside, store);
    const { webhooks, clock } = main;
    await webhooks.migrate();
    const { subscriptions } = webhooks;
    known.add("the first key", KEY);
    known.add("the second key", NEW_KEY);

    const create = async (change: Record<string, unknown>) => {
      const { subscription, secret } = await subscriptions.create({
        name: "Endpoint",
        scope: "organization:a",
        url: "https://hooks.example.com/in",
        events: ["*"],
        enabled: true,
        retry: { schedule: ["1m"] },
        ...change,
      });
      outside.put("create", subscription);
      const chosen = (change.signing as { secret?: string } | undefined)?.secret;
      if (chosen !== undefined) known.add("a chosen secret", chosen);
      // A public key is no secret; its private half never leaves, so there is nothing to look for.
      if (secret !== null && !secret.startsWith("whpk_")) known.add("a revealed secret", secret);
      return subscription.id;
    };

    const ids: string[] = [];
    for (const scheme of [
      "standard",
      "standard-ed25519",
      "mist",
      "github",
      "stripe",
      "none",
      "token",
      "careless",
    ]) {
      ids.push(await create({ name: `With ${scheme}`, signing: { scheme } }));
    }
    const chosen = {
      standard: `whsec_${Buffer.alloc(32, 9).toString("base64")}`,
      "standard-ed25519": `whsk_${Buffer.alloc(32, 10).toString("base64")}`,
      mist: 'chosen "by" <hand> & ümlaut',
      token: "a-token-that-is-sent/+&=",
    };
    for (const [scheme, secret] of Object.entries(chosen))
      ids.push(await create({ signing: { scheme, secret } }));
    const [standard = "", ed25519 = ""] = ids;
    const headers = { "X-Api-Key": known.add("a header", `k"e'y\\ <4711>&/+;%`), "X-Pin": "1" };
    ids.push(await create({ headers, url: "https://hooks.example.com/headers", format: "quoting" }));
    const credentials = await create({ url: withCredentials("hooks.example.com/in") });
    known.add("the credentials", BASIC);
    const splunk = {
      Authorization: known.add("the Splunk token", "Splunk 11111111-2222-3333-4444-555555555555"),
    };
    ids.push(credentials, await create({ format: "splunk", headers: splunk, signing: { scheme: "none" } }));
    ids.push(await create({ type: "batch", headers, batch: { maxEvents: 2 } }));

    // Endpoints that tell all they were sent, whatever else they say.
    for (const status of [200, 500, 413]) {
      main.answer(async (request) => echo(request, status));
      await main.publish();
      clock.advance("2m");
      await outside.of("runUntilIdle", () => webhooks.runUntilIdle());
    }
    // The check can fail: what must not be found was sent.
    const sent = JSON.stringify(main.requests);
    for (const secret of [BASIC, splunk.Authorization, chosen.token]) expect(sent).toContain(secret);

    // Transports that throw what they were given, or fail.
    main.answer((request) => {
      const inner = new Error(`refused ${request.headers["x-api-key"]}`, {
        cause: Object.values(request.headers),
      });
      throw Object.assign(new Error(`cannot send ${JSON.stringify(request)}`, { cause: inner }), { request });
    });
    await main.publish();
    main.answer(async ({ headers }) => ({
      kind: "failure",
      reason: "connect",
      message: inspect(headers),
      ms: 1,
    }));
    await main.publish();
    main.answer(async (request) => echo(request, 200));
    for (const id of ids) {
      await outside.of("sendTest", () => subscriptions.sendTest(id));
      await outside.of("flush", () => subscriptions.flush(id));
      await outside.of("recover", () => subscriptions.recover(id, { since: 0 }));
    }
    for (const { id } of (await webhooks.deliveries.list({ limit: 200 })).items) {
      await outside.of("retry", () => webhooks.deliveries.retry(id));
    }
    await outside.of("runUntilIdle", () => webhooks.runUntilIdle());

    // Changes of every kind; a secret is shown once.
    for (const overlap of ["1h", 0] as const) {
      for (const id of ids) {
        const rotated = await subscriptions.rotateSecret(id, { overlap }).catch((error: unknown) => {
          outside.put("rotateSecret's rejection", error);
        });
        if (!rotated) continue;
        outside.put("rotateSecret", rotated.subscription);
        if (rotated.secret !== null && !rotated.secret.startsWith("whpk_"))
          known.add("a rotated secret", rotated.secret);
      }
    }
    const actor = { type: "user", id: "ada" } as const;
    await outside.of("update", () =>
      subscriptions.update(standard, { headers }, { actor, metadata: { why: "test" } }),
    );
    await outside.of("update", () =>
      subscriptions.update(standard, { signing: { secret: chosen.standard } }),
    );
    await outside.of("update", () =>
      subscriptions.update(credentials, { url: withCredentials("hooks.example.com/x") }),
    );
    await outside.of("update", () => subscriptions.update(credentials, { url: "https://else.example.com/" }));
    await outside.of("disable", () => subscriptions.disable(standard, { actor }));
    await outside.of("enable", () => subscriptions.enable(standard, { actor }));
    await main.publish();
    await outside.of("delete", () => subscriptions.delete(ed25519, { actor }));

    // Bad input that holds secrets. Keys are named; values never.
    const careless = ids[7] ?? "";
    for (const [index, input] of INVALID.entries()) {
      const secret = known.add("a secret in bad input", `s3cr3t-${index}+&in-bad-input`);
      const bad = input(secret) as never;
      await outside.of("create", () => subscriptions.create(bad));
      await outside.of("create", () => subscriptions.create({ name: "Name", ...(bad as object) }));
      await outside.of("update", () => subscriptions.update(careless, bad));
      await outside.of("rotateSecret", () =>
        subscriptions.rotateSecret(careless, { secret: `${secret}bad` }),
      );
      await outside.of("rotateSecret", () => subscriptions.rotateSecret(standard, { secret, overlap: bad }));
      await outside.of("get", () => subscriptions.get(secret));
      const filters = { cursor: secret, limit: bad, scope: secret };
      await outside.of("list", () => subscriptions.list(filters));
      await outside.of("list", () => webhooks.deliveries.list(filters));
      await outside.of("list", () => webhooks.events.list(filters));
    }

    // A store that fails and quotes what it was given: sealed values, at most.
    const broken: Store = new Proxy(store, {
      get: (target, name) =>
        name === "saveSubscription" || name === "settle"
          ? (...args: unknown[]) => Promise.reject(new Error(`no ${String(name)}(${JSON.stringify(args)})`))
          : Reflect.get(target, name),
    });
    const weak = house(outside, broken);
    await outside.of("create", () =>
      weak.webhooks.subscriptions.create({ name: "Weak", headers, url: withCredentials("a.example.com") }),
    );
    await outside.of("rotateSecret", () => weak.webhooks.subscriptions.rotateSecret(standard));

    // Keys that are gone, and keys that are new.
    const locked = house(outside, store, { encryptionKeys: [NEW_KEY] });
    await locked.publish();
    await outside.of("sendTest", () => locked.webhooks.subscriptions.sendTest(standard));
    await outside.of("update", () =>
      locked.webhooks.subscriptions.update(standard, { signing: { scheme: "token" } }),
    );
    await outside.of("update", () =>
      locked.webhooks.subscriptions.update(standard, { headers: { "X-Api-Key": "[redacted]", b: "c" } }),
    );
    await outside.of("rewrap", () => locked.webhooks.rewrap());
    const renewed = house(outside, store, { encryptionKeys: [NEW_KEY, KEY] });
    expect(await outside.of("rewrap", () => renewed.webhooks.rewrap())).toBeGreaterThan(5);
    renewed.answer(async (request) => echo(request, 200));
    await renewed.publish();

    await lookAround(outside, webhooks);
    outside.put("webhooks at last", webhooks);
    outside.put("the store", await dump());

    expect(known.foundIn(outside.places)).toEqual([]);
    // The check can fail: these places do hold what is no secret, and what replaced the secrets.
    const everything = [...outside.places.values()].join("\n");
    for (const text of [
      "[redacted]",
      "hooks.example.com",
      "cannot sign with",
      "STORE_UNAVAILABLE",
      "UNSEAL_FAILED",
    ]) {
      expect(everything).toContain(text);
    }
    expect(outside.places.get("the store")).toContain("hooks.example.com");
    expect([...outside.places.keys()].map((place) => place.replace(/ \(.*/, ""))).toEqual(
      expect.arrayContaining([
        "log.error",
        "error",
        "delivery.failed",
        "delivery.succeeded",
        "subscription.changed",
      ]),
    );
    expect(known.size).toBeGreaterThan(150);
    expect(kind).toBeTypeOf("string");
  });
});

test("an answer that is cut off in the middle of a secret keeps none of it", {
  timeout: 60_000,
}, async () => {
  const { store } = await there(KEPT[0])[1]();
  const secret = "abcdefghijklmnopqrstuvwxyz0123456789";
  const receiver = await receiving(({ headers, url }) => {
    const echoed = headers["x-api-key"] ?? "";
    return { status: 200, body: "-".repeat(Number(url.slice(1))) + echoed };
  });
  const transport = undiciTransport();
  const outside = new Outside();
  const { webhooks } = house(outside, store, { transport, limits: { responseBytes: 100 } });
  cleanUp(() => transport.close?.());
  const { subscription } = await webhooks.subscriptions.create({
    name: "Echo",
    scope: "organization:a",
    url: `${receiver.url}/0`,
    headers: { "X-Api-Key": secret },
    events: ["*"],
  });
  for (let before = 60; before <= 101; before++) {
    await webhooks.subscriptions.update(subscription.id, { url: `${receiver.url}/${before}` });
    const { id } = await webhooks.subscriptions.sendTest(subscription.id);
    const [attempt] = (await webhooks.deliveries.get(id)).attemptLog;
    const kept = attempt?.response?.body ?? "none";
    expect(kept.startsWith("-".repeat(Math.min(before, 100)))).toBe(true);
    expect(kept.replace("[redacted]", "")).not.toMatch(/abc/);
  }
});

test("the header is what the receiver verifies, so nothing was cut out of what was sent", async () => {
  const { store } = await there(KEPT[0])[1]();
  const { webhooks, requests, publish, clock } = house(new Outside(), store);
  const { secret } = await webhooks.subscriptions.create({
    name: "Whole",
    scope: "organization:a",
    url: "https://hooks.example.com/in",
    events: ["*"],
    enabled: true,
  });
  await publish();
  const [request] = requests;
  if (!request || secret === null) throw new Error("nothing was sent");
  await verify({ headers: request.headers, body: request.body }, secret, { now: clock.now });
});
