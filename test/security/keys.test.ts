import { inspect } from "node:util";
import type { SignatureScheme, Store, StoredSubscription } from "hookwright";
import { postgresStore } from "hookwright/stores/postgres";
import { verify } from "hookwright/verify";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { cleanAll, type Flow, flowOn, HOUR, only, STORES, there } from "../flow/harness.js";
import { cleanUp as cleanPostgres, newSchema, openPool, stopOwnServer } from "../support/postgres.js";

afterEach(cleanAll);
afterAll(async () => {
  await cleanPostgres();
  await stopOwnServer();
});

const [OLD, NEW, OTHER] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte).toString("base64")) as [
  string,
  string,
  string,
];

const postgres = async () => {
  const store = postgresStore({ db: await openPool(), schema: newSchema() });
  await store.migrate?.();
  return store as unknown as Store;
};
const EVERY_STORE = [
  ...STORES.map(([name, make]) => [name, async () => make()] as const),
  ["postgres", postgres],
] as const;

const FULL = {
  url: "https://bob:url-password@hooks.example.com/in",
  headers: { "X-Api-Key": "header-value" },
};

/** Every sealed value that is stored. */
const sealedIn = async (store: Store) => {
  const rows = await store.findSubscriptions({ limit: 1_000, after: null });
  return rows.flatMap(({ document }) => document.match(/v1\.[0-9a-f]{16}\./g) ?? []);
};
const keyIds = async (store: Store) => [...new Set(await sealedIn(store))];
const row = async (store: Store, id: string): Promise<StoredSubscription> =>
  there((await store.readSubscriptions([id]))[0]);

/** Sends one event, and says what arrived. */
async function arrives({ webhooks, requests }: Flow) {
  const before = requests.length;
  await webhooks.publish("order.paid", { n: 1 });
  await webhooks.runUntilIdle();
  return requests.slice(before);
}

describe.each(EVERY_STORE)("rewrap on %s", (_, open) => {
  test("seals all anew, so that the old key may go, and shows nowhere else", async () => {
    const store = await open();
    const old = flowOn(() => store, { encryptionKeys: [OLD] });
    const { id, secret } = await old.subscribe(FULL);
    const rotated = await old.webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
    for (let count = 0; count < 230; count++)
      await old.subscribe({ name: `Number ${count}`, enabled: false });
    old.answer(500);
    await arrives(old);
    const { document, ...before } = await row(store, id);
    const events = (await store.findEvents({ limit: 1_000, after: null })).length;

    const both = flowOn(() => store, { encryptionKeys: [NEW, OLD] });
    const changes: unknown[] = [];
    both.webhooks.on("subscription.changed", (change) => changes.push(change));
    expect(await both.webhooks.rewrap()).toBe(231);
    expect(await both.webhooks.rewrap()).toBe(0);
    expect(await keyIds(store)).toHaveLength(1);
    const { document: after, ...same } = await row(store, id);
    expect(after).not.toBe(document);
    expect(same).toEqual(before);
    expect(same.health.consecutiveFailures).toBe(1);
    expect(changes).toEqual([]);
    expect(await store.findEvents({ limit: 1_000, after: null })).toHaveLength(events);
    await both.webhooks.subscriptions.update(id, { description: "New" }, { ifVersion: before.version });

    const alone = flowOn(() => store, { encryptionKeys: [NEW] });
    await alone.webhooks.subscriptions.update(id, { enabled: false });
    await alone.webhooks.subscriptions.update(id, { enabled: true });
    const { headers, body } = there((await arrives(alone))[0]);
    expect(headers).toMatchObject({
      "x-api-key": "header-value",
      authorization: expect.stringMatching(/^Basic /),
    });
    for (const key of [secret, there(rotated.secret)]) {
      await verify({ headers, body: body as string }, key, { now: alone.clock.now });
    }
    expect(alone.faults).toEqual([]);
  });

  test("lets a change win that comes in between, and takes it up", async () => {
    const store = await open();
    const old = flowOn(() => store, { encryptionKeys: [OLD] });
    const { id } = await old.subscribe(FULL);
    let left = 3;
    const meddled: Store = new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        if (name !== "saveSubscription") return typeof member === "function" ? member.bind(target) : member;
        return async (...args: unknown[]) => {
          if (left-- > 0) await old.webhooks.subscriptions.update(id, { description: `Change ${left}` });
          return member.apply(target, args);
        };
      },
    });
    const both = flowOn(() => meddled, { encryptionKeys: [NEW, OLD] });
    expect(await both.webhooks.rewrap()).toBe(1);
    expect(await row(store, id)).toMatchObject({ version: 4 });
    expect(await both.webhooks.subscriptions.get(id)).toMatchObject({ description: "Change 0", version: 4 });
    expect(await keyIds(store)).toHaveLength(1);
  });

  test("is not undone by a change that was decided before it", async () => {
    const store = await open();
    const { id } = await flowOn(() => store, { encryptionKeys: [OLD] }).subscribe(FULL);
    const other = flowOn(() => store, { encryptionKeys: [NEW, OLD] });
    let isFirst = true;
    const slow: Store = new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        if (name !== "saveSubscription") return typeof member === "function" ? member.bind(target) : member;
        return async (...args: unknown[]) => {
          if (isFirst) expect(await other.webhooks.rewrap()).toBe(1);
          isFirst = false;
          return member.apply(target, args);
        };
      },
    });
    const both = flowOn(() => slow, { encryptionKeys: [NEW, OLD] });
    await both.webhooks.subscriptions.update(id, { description: "Late" }, { ifVersion: 1 });
    expect(await other.webhooks.rewrap()).toBe(0);
    expect(await keyIds(store)).toHaveLength(1);
    expect(await row(store, id)).toMatchObject({ version: 2 });
  });

  test("leaves what cannot be opened, says so once, and goes on with the others", async () => {
    const store = await open();
    const lost = flowOn(() => store, { encryptionKeys: [OTHER] });
    const { id: stuck } = await lost.subscribe(FULL);
    const [lostKey] = await keyIds(store);
    const old = flowOn(() => store, { encryptionKeys: [OLD] });
    await old.subscribe(FULL);
    const { id: mixed } = await old.subscribe({ url: FULL.url });
    const { version, ...rest } = await row(store, mixed);
    const { document } = await row(store, stuck);
    const half = JSON.stringify({ ...JSON.parse(rest.document), headers: JSON.parse(document).headers });
    const { health: __, ...record } = rest;
    const save = { replaces: version, resetHealth: false, audit: null };
    await store.saveSubscription({ ...save, record: { ...record, version, document: half } });

    const both = flowOn(() => store, { encryptionKeys: [NEW, OLD] });
    expect(await both.webhooks.rewrap()).toBe(2);
    expect(await both.webhooks.rewrap()).toBe(0);
    expect((await row(store, stuck)).document).toBe(document);
    expect(await keyIds(store)).toHaveLength(2);
    expect(both.faults).toHaveLength(2);
    const keyId = there(lostKey).slice(3, -1);
    for (const id of [stuck, mixed]) {
      const fault = both.faults.find(({ message }) => message.includes(id));
      expect(fault?.message).toContain(keyId);
      expect(fault?.error).toMatchObject({ code: "UNSEAL_FAILED" });
    }
  });

  test("forgets expired secrets on the way, and goes on where a process died", async () => {
    const store = await open();
    const old = flowOn(() => store, { encryptionKeys: [OLD] });
    const { id } = await old.subscribe();
    for (let count = 0; count < 3; count++) await old.subscribe(FULL);
    await old.webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
    old.clock.advance("2h");
    let left = 2;
    const dying: Store = new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        if (name !== "saveSubscription") return typeof member === "function" ? member.bind(target) : member;
        return async (...args: unknown[]) => {
          if (left-- === 0) throw new Error("killed");
          return member.apply(target, args);
        };
      },
    });
    const first = flowOn(() => dying, { encryptionKeys: [NEW, OLD], clock: old.clock });
    await expect(first.webhooks.rewrap()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await keyIds(store)).toHaveLength(2);
    // Two at once: each subscription is written, and no more than needed.
    const others = [1, 2].map(() => flowOn(() => store, { encryptionKeys: [NEW, OLD], clock: old.clock }));
    const counts = await Promise.all(others.map(({ webhooks }) => webhooks.rewrap()));
    expect(counts.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(2);
    expect(await keyIds(store)).toHaveLength(1);
    expect(JSON.parse((await row(store, id)).document).secrets).toHaveLength(1);
  });
});

test("start seals anew by itself while there are two keys, and stop ends it", async () => {
  const [, make] = there(STORES[0]);
  const store = make();
  await flowOn(() => store, { encryptionKeys: [OLD] }).subscribe(FULL);
  const one = flowOn(() => store, { encryptionKeys: [NEW] });
  await one.webhooks.start();
  await one.webhooks.stop();
  expect(one.faults).toEqual([]);
  let saved: (() => void) | undefined;
  const isSaved = new Promise<void>((resolve) => {
    saved = resolve;
  });
  const seen: Store = new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      if (name !== "saveSubscription") return typeof member === "function" ? member.bind(target) : member;
      return (...args: unknown[]) => member.apply(target, args).finally(() => saved?.());
    },
  });
  const both = flowOn(() => seen, { encryptionKeys: [NEW, OLD] });
  const before = await keyIds(store);
  await both.webhooks.start();
  await isSaved;
  await both.webhooks.stop();
  expect(await keyIds(store)).not.toEqual(before);
  expect(await keyIds(store)).toHaveLength(1);
});

describe.each(STORES)("secrets on %s", (_, make) => {
  test("are shown by create and rotateSecret, and by nothing else", async () => {
    const flow = flowOn(make);
    const { webhooks } = flow;
    const { id, secret } = await flow.subscribe();
    const { secret: next } = await webhooks.subscriptions.rotateSecret(id);
    const answers = [
      await webhooks.subscriptions.get(id),
      await webhooks.subscriptions.list(),
      await webhooks.subscriptions.update(id, { description: "x" }),
      await webhooks.subscriptions.update(id, { signing: { secret: there(next) } }),
      await webhooks.subscriptions.disable(id),
      await webhooks.subscriptions.enable(id),
    ];
    for (const known of [secret, there(next)]) expect(JSON.stringify(answers)).not.toContain(known.slice(6));
    expect(JSON.stringify(answers)).not.toContain("whsec_");
  });

  test("are ten at most, and one may be added when one has expired", async () => {
    const flow = flowOn(make);
    const { subscriptions } = flow.webhooks;
    const { id } = await flow.subscribe();
    for (let count = 1; count < 10; count++) {
      await subscriptions.rotateSecret(id, { overlap: count === 1 ? "1h" : "2h" });
    }
    await expect(subscriptions.rotateSecret(id, { overlap: "2h" })).rejects.toMatchObject({
      code: "INVALID_STATE",
    });
    const signatures = async () =>
      there(only(await arrives(flow)).headers["webhook-signature"]).split(" ").length;
    expect(await signatures()).toBe(10);
    flow.clock.advance("1h");
    expect(await signatures()).toBe(9);
    await subscriptions.rotateSecret(id, { overlap: "2h" });
    expect(await signatures()).toBe(10);
  });

  test("that expired never sign, from the very moment on, also when their key is gone", async () => {
    const store = make();
    const old = flowOn(() => store, { encryptionKeys: [OLD] });
    const { id, secret } = await old.subscribe();
    const both = flowOn(() => store, { encryptionKeys: [NEW, OLD], clock: old.clock });
    const { secret: next } = await both.webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
    const check = (request: (typeof both.requests)[number], key: string) =>
      verify({ headers: request.headers, body: request.body as string }, key, { now: both.clock.now });
    both.clock.advance(HOUR - 1);
    const last = only(await arrives(both));
    await check(last, secret);
    await check(last, there(next));
    both.clock.advance(1);
    const after = only(await arrives(both));
    await check(after, there(next));
    await expect(check(after, secret)).rejects.toMatchObject({ code: "NO_MATCH" });
  });

  test("that expired need no key any more", async () => {
    const store = make();
    const { clock, subscribe, webhooks } = flowOn(() => store, { encryptionKeys: [OLD] });
    const { id } = await subscribe();
    await webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
    const { document, health: __, ...record } = await row(store, id);
    // As it would be had the older secret been sealed with a key that nobody has any more.
    const parsed = JSON.parse(document);
    parsed.secrets[1].sealed = parsed.secrets[1].sealed.replace(/^v1\.\w{16}/, `v1.${"0".repeat(16)}`);
    const changed = { ...record, version: record.version + 1, document: JSON.stringify(parsed) };
    await store.saveSubscription({
      record: changed,
      replaces: record.version,
      resetHealth: false,
      audit: null,
    });
    clock.advance("2h");
    const later = flowOn(() => store, { encryptionKeys: [OLD], clock });
    expect(await arrives(later)).toHaveLength(1);
    expect(later.faults).toEqual([]);
  });
});

describe.each(STORES)("a new origin on %s", (_, make) => {
  const open = async (change: Record<string, unknown> = {}) => {
    const flow = flowOn(make);
    const { id } = await flow.subscribe({ ...FULL, ...change });
    return { ...flow, flow, id, subscriptions: flow.webhooks.subscriptions };
  };

  test.each([
    ["scheme", "http://hooks.example.com/in"],
    ["host", "https://hooks.example.org/in"],
    ["a host below", "https://sub.hooks.example.com/in"],
    ["port", "https://hooks.example.com:8443/in"],
  ])("(%s) drops header values and credentials", async (_name, url) => {
    const { flow, id, subscriptions } = await open();
    expect(await subscriptions.update(id, { url })).toMatchObject({ headers: {}, credentials: false });
    const { headers } = only(await arrives(flow));
    expect([headers.authorization, headers["x-api-key"]]).toEqual([undefined, undefined]);
    // Going back brings nothing back.
    expect(await subscriptions.update(id, { url: FULL.url.replace(/bob.*@/, "") })).toMatchObject({
      headers: {},
      credentials: false,
    });
    await expect(subscriptions.update(id, { headers: { "X-Api-Key": "[redacted]" } })).rejects.toMatchObject({
      code: "INVALID_SUBSCRIPTION",
    });
  });

  test.each([
    ["another path", "https://hooks.example.com/other?a=b"],
    ["the default port", "https://hooks.example.com:443/in"],
    ["another case", "HTTPS://HOOKS.example.com/in"],
  ])("is not %s", async (_name, url) => {
    const { flow, id, subscriptions } = await open();
    await subscriptions.update(id, { url });
    expect(only(await arrives(flow)).headers).toMatchObject({
      "x-api-key": "header-value",
      authorization: `Basic ${Buffer.from("bob:url-password").toString("base64")}`,
    });
  });

  test("takes what is given again in the same update, and that alone", async () => {
    const { flow, id, subscriptions } = await open({
      headers: { "X-Api-Key": "header-value", "X-Other": "other" },
    });
    await subscriptions.update(id, {
      url: "https://ann:new-password@else.example.com/",
      headers: { "X-Api-Key": "new" },
    });
    const { headers } = only(await arrives(flow));
    expect(headers).toMatchObject({
      "x-api-key": "new",
      authorization: `Basic ${Buffer.from("ann:new-password").toString("base64")}`,
    });
    expect(headers).not.toHaveProperty("x-other");
  });

  test("is not undone by disabling, enabling and recovering", async () => {
    const { flow, id, subscriptions } = await open();
    await subscriptions.disable(id);
    await flow.webhooks.publish("order.paid", { n: 1 });
    await subscriptions.update(id, { url: "https://else.example.com/", enabled: true });
    await subscriptions.disable(id);
    await subscriptions.enable(id);
    await subscriptions.recover(id, { since: 0 });
    await flow.webhooks.runUntilIdle();
    const { headers, url } = only(flow.requests);
    expect(url).toBe("https://else.example.com/");
    expect([headers.authorization, headers["x-api-key"]]).toEqual([undefined, undefined]);
  });

  test("is not the signing secret's business: it is sent nowhere", async () => {
    const { flow, id, subscriptions } = await open({ signing: { secret: `whsec_${OLD}` } });
    await subscriptions.update(id, { url: "https://else.example.com/" });
    const { headers, body } = only(await arrives(flow));
    await verify({ headers, body: body as string }, `whsec_${OLD}`, { now: flow.clock.now });
  });
});

describe("a host's scheme that is careless", () => {
  const secret = "chosen+secret/0001 and more";
  const chosen = (scheme: SignatureScheme) => {
    const { webhooks } = flowOn(there(STORES[0])[1], { signatures: { acme: scheme } });
    const create = (signing: object) => webhooks.subscriptions.create({ name: "Acme", signing });
    return { given: () => create({ scheme: "acme", secret }), made: () => create({ scheme: "acme" }) };
  };
  const sign = () => ({});
  const fail = (message: string) => () => {
    throw new Error(message);
  };

  test.each([
    ["as it is", secret],
    ["in a URL", encodeURIComponent(secret)],
    ["in part", `begins with ${secret.slice(0, 8)}`],
    ["in the middle", `has ${secret.slice(7, 15)}`],
    ["in nothing", ""],
  ])("may quote a chosen secret %s, and is not quoted", async (_, message) => {
    const refusal = {
      code: "INVALID_SUBSCRIPTION",
      issues: [{ path: ["signing", "secret"], message: "Is not a secret of this scheme." }],
    };
    await expect(chosen({ sign, checkSecret: fail(message) }).given()).rejects.toMatchObject(refusal);
    await expect(chosen({ sign, verificationKey: fail(message) }).given()).rejects.toMatchObject(refusal);
  });

  test("is quoted where it says what it wants", async () => {
    const message = "Must have a chosen word.";
    await expect(chosen({ sign, checkSecret: fail(message) }).given()).rejects.toMatchObject({
      issues: [{ message }],
    });
  });

  const BROKEN: readonly (readonly [string, Partial<SignatureScheme>])[] = [
    ["createSecret throws", { createSecret: fail(secret) }],
    ["createSecret makes none", { createSecret: () => 7 as never }],
    ["createSecret makes too much", { createSecret: () => "x".repeat(4097) }],
    ["verificationKey throws", { createSecret: () => secret, verificationKey: fail(secret) }],
  ];
  test.each(BROKEN)("is the operator's to mend when %s", async (_, scheme) => {
    const error = await chosen({ sign, ...scheme })
      .made()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CONFIGURATION" });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  });

  test("whose public half is the secret itself has none, and shows the secret once", async () => {
    const { subscription, secret: shown } = await chosen({ sign, verificationKey: (text) => text }).given();
    expect(shown).toBe(secret);
    expect(subscription.signing.verificationKey).toBe(null);
  });
});
