import { createHash } from "node:crypto";
import { isWebhookError, WEBHOOK_ERROR_CODES, type WebhookErrorCode } from "hookwright";
import { postgresStore } from "hookwright/stores/postgres";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { cleanAll, type Flow, flowOn, STORES } from "../flow/harness.js";
import { cleanUp as cleanPostgres, newSchema, openPool, stopOwnServer } from "../support/postgres.js";

/** Rejections that nobody handled. */
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await cleanAll();
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
afterAll(async () => {
  await cleanPostgres();
  await stopOwnServer();
});

const LONG = "x".repeat(1_000_000);
const CIRCLE: Record<string, unknown> = { name: "circle" };
CIRCLE.again = CIRCLE;
const DEEP = Array.from({ length: 2_000 }).reduce<unknown>((inner) => ({ inner }), "end");
const boom = () => {
  throw new RangeError("boom s3cr3t");
};
const HOSTILE = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom });
const REVOKED = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();
const MANY = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index]));

/** Whatever a caller might hand over, by name. */
const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  zero: 0,
  "minus one": -1,
  "a fraction": 1.5,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "a huge number": 1e300,
  "an unsafe integer": 2 ** 60,
  "a big integer": 10n ** 30n,
  "empty text": "",
  "a long text": LONG,
  "a long run of spaces": `a${" ".repeat(1_000_000)}`,
  "a long run of parameters": `a/b${";a=b".repeat(250_000)}!`,
  NUL: "abc\0def",
  "half a character": "abc\ud800def",
  "the other half": "\udfff",
  "an override of direction": "abc\u202edef",
  "a line end": "abc\r\nX: y",
  __proto__key: JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  __proto__: "__proto__",
  constructor: "constructor",
  "an empty list": [],
  "a list of a thousand million holes": new Array(1_000_000_000),
  "a list of many": Array.from({ length: 20_000 }, () => "ping"),
  "an object of many": MANY,
  "an object with a long key": { [LONG]: 1 },
  "a circle": CIRCLE,
  "a deep object": DEEP,
  "a function": boom,
  "a symbol": Symbol("s"),
  "a Map": new Map([["a", 1]]),
  "an invalid Date": new Date(Number.NaN),
  "the last Date": new Date(8.64e15),
  "a proxy of a Date": new Proxy(new Date(0), {}),
  "a throwing getter": {
    get name() {
      return boom();
    },
  },
  "a throwing toJSON": { toJSON: boom },
  "a hostile proxy": HOSTILE,
  "a revoked proxy": REVOKED,
  bytes: new Uint8Array(100_000),
  "a promise": Promise.resolve("late"),
};

/** What a database might choke on; the rest never gets as far. */
const FOR_DATABASES: ReadonlySet<string> = new Set([
  ...["NUL", "half a character", "the other half", "a long text", "empty text", "__proto__", "an empty list"],
  ...[
    "minus one",
    "a fraction",
    "a huge number",
    "an unsafe integer",
    "a big integer",
    "the last Date",
    "null",
  ],
]);

const FIELDS = [
  ...["name", "description", "type", "url", "credentials", "events", "contentType", "headers", "format"],
  ...[
    "signing",
    "retry",
    "autoDisable",
    "tls",
    "ordered",
    "metadata",
    "batch",
    "enabled",
    "scope",
    "unknown",
  ],
];

function nameOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value;
}

type Call = (flow: Flow, value: never, id: string) => unknown;

/** Each place of each entry point into which something can be put. */
const PLACES: Readonly<Record<string, Call>> = {
  "publish: type": ({ webhooks }, value) => webhooks.publish(value, { n: 1 } as never),
  "publish: data": ({ webhooks }, value) => webhooks.publish("order.paid", value),
  "publish: data without a schema": ({ webhooks }, value) => webhooks.publish("order.shipped", value),
  "publish: data within": ({ webhooks }, value) => webhooks.publish("order.shipped", { within: value }),
  "publish: options": ({ webhooks }, value) => webhooks.publish("order.paid", { n: 1 }, value),
  ...Object.fromEntries(
    ["scope", "id", "idempotencyKey", "at"].map((name): [string, Call] => [
      `publish: ${name}`,
      ({ webhooks }, value) => webhooks.publish("order.paid", { n: 1 }, { [name]: value }),
    ]),
  ),
  "publishMany: events": ({ webhooks }, value) => webhooks.publishMany(value),
  "publishMany: an event": ({ webhooks }, value) => webhooks.publishMany([value]),
  "publishMany: options": ({ webhooks }, value) => webhooks.publishMany([], value),
  "create: input": ({ webhooks }, value) => webhooks.subscriptions.create(value),
  "create: context": ({ webhooks }, value) => webhooks.subscriptions.create({ name: "Name" }, value),
  "create: actor": ({ webhooks }, value) => webhooks.subscriptions.create({ name: "Name" }, { actor: value }),
  "create: actor.name": ({ webhooks }, value) =>
    webhooks.subscriptions.create({ name: "Name" }, { actor: { type: "user", id: "u", name: value } }),
  "create: context.metadata": ({ webhooks }, value) =>
    webhooks.subscriptions.create({ name: "Name" }, { metadata: { within: value } }),
  ...Object.fromEntries(
    FIELDS.flatMap((name): [string, Call][] => [
      [
        `create: ${name}`,
        ({ webhooks }, value) => webhooks.subscriptions.create({ name: "Name", [name]: value }),
      ],
      [`update: ${name}`, ({ webhooks }, value, id) => webhooks.subscriptions.update(id, { [name]: value })],
    ]),
  ),
  ...Object.fromEntries(
    [
      ["events", (value: never) => [value]],
      ["headers", (value: never) => ({ "X-A": value })],
      ["headers", (value: never) => ({ [nameOf(value)]: "a" })],
      ["signing", (value: never) => ({ scheme: value })],
      ["signing", (value: never) => ({ scheme: "mist", secret: value })],
      ["signing", (value: never) => ({ scheme: "acme", secret: value })],
      ["retry", (value: never) => ({ schedule: value })],
      ["retry", (value: never) => ({ schedule: [value] })],
      ["retry", (value: never) => ({ timeout: value })],
      ["autoDisable", (value: never) => ({ consecutive: value })],
      ["autoDisable", (value: never) => ({ failingFor: value })],
      ["tls", (value: never) => ({ verify: value })],
      ["metadata", (value: never) => ({ within: value })],
      ["batch", (value: never) => ({ maxEvents: value })],
      ["batch", (value: never) => ({ intervalMinutes: value })],
      ["batch", (value: never) => ({ maxBytes: value })],
    ].map(([name, wrap], index): [string, Call] => [
      `update: ${name} within (${index})`,
      ({ webhooks }, value, id) =>
        webhooks.subscriptions.update(id, { [name as string]: (wrap as (value: never) => unknown)(value) }),
    ]),
  ),
  "update: patch": ({ webhooks }, value, id) => webhooks.subscriptions.update(id, value),
  "update: ifVersion": ({ webhooks }, value, id) =>
    webhooks.subscriptions.update(id, {}, { ifVersion: value }),
  "rotateSecret: options": ({ webhooks }, value, id) => webhooks.subscriptions.rotateSecret(id, value),
  "rotateSecret: secret": ({ webhooks }, value, id) =>
    webhooks.subscriptions.rotateSecret(id, { secret: value }),
  "rotateSecret: overlap": ({ webhooks }, value, id) =>
    webhooks.subscriptions.rotateSecret(id, { overlap: value }),
  "rotateSecret: context": ({ webhooks }, value, id) => webhooks.subscriptions.rotateSecret(id, {}, value),
  ...Object.fromEntries(
    (
      [
        "get",
        "update",
        "enable",
        "disable",
        "delete",
        "rotateSecret",
        "sendTest",
        "recover",
        "flush",
      ] as const
    ).map((name): [string, Call] => [
      `${name}: id`,
      ({ webhooks: { subscriptions } }, value) =>
        (subscriptions[name] as (...args: unknown[]) => unknown)(
          value,
          name === "recover" ? { since: 0 } : {},
        ),
    ]),
  ),
  "sendTest: options": ({ webhooks }, value, id) => webhooks.subscriptions.sendTest(id, value),
  "sendTest: type": ({ webhooks }, value, id) => webhooks.subscriptions.sendTest(id, { type: value }),
  "recover: options": ({ webhooks }, value, id) => webhooks.subscriptions.recover(id, value),
  "recover: since": ({ webhooks }, value, id) => webhooks.subscriptions.recover(id, { since: value }),
  "recover: until": ({ webhooks }, value, id) =>
    webhooks.subscriptions.recover(id, { since: 0, until: value }),
  "pendingEvents: id": ({ webhooks }, value) => webhooks.subscriptions.pendingEvents(value),
  "pendingEvents: page": ({ webhooks }, value, id) => webhooks.subscriptions.pendingEvents(id, value),
  ...Object.fromEntries(
    (["get", "retry", "cancel"] as const).map((name): [string, Call] => [
      `deliveries.${name}`,
      ({ webhooks }, value) => webhooks.deliveries[name](value),
    ]),
  ),
  "events.get": ({ webhooks }, value) => webhooks.events.get(value),
  ...Object.fromEntries(
    (["subscriptions", "deliveries", "events"] as const).flatMap((list) =>
      [
        ...["", "scope", "descendants", "enabled", "limit", "cursor", "subscriptionId", "eventId", "status"],
        ...["type", "since"],
      ].map((name): [string, Call] => [
        `${list}.list: ${name}`,
        ({ webhooks }, value) => webhooks[list].list(name === "" ? value : ({ [name]: value } as never)),
      ]),
    ),
  ),
  "start: migrate": ({ webhooks }, value) =>
    webhooks.start({ migrate: value ?? "null" }).then(() => webhooks.stop()),
  "stop: drain": ({ webhooks }, value) => webhooks.stop({ drain: value }),
  "on: name": async ({ webhooks }, value) => webhooks.on(value, () => {}),
  "on: listener": async ({ webhooks }, value) => webhooks.on("error", value),
};

/** The newest of everything that can be listed: whatever is written shows there. */
async function written({ webhooks }: Flow, subscriptionId: string): Promise<string> {
  const { version, updatedAt } = await webhooks.subscriptions.get(subscriptionId);
  const lists = [
    await webhooks.subscriptions.list({ limit: 2 }),
    await webhooks.deliveries.list({ limit: 2 }),
    await webhooks.events.list({ limit: 1 }),
  ];
  return JSON.stringify([version, updatedAt, ...lists.flatMap(({ items }) => items.map(({ id }) => id))]);
}

/** What a call ended with: nothing, or the code of its refusal. Fails for any other end. */
async function ending(call: () => unknown): Promise<{ code: WebhookErrorCode | null; answer: unknown }> {
  try {
    return { code: null, answer: await call() };
  } catch (error) {
    if (!isWebhookError(error)) throw new Error("ended with an error that is none of ours", { cause: error });
    expect(WEBHOOK_ERROR_CODES).toContain(error.code);
    expect(error.code).not.toBe("STORE_UNAVAILABLE");
    expect(error.code).not.toBe("CONFIGURATION");
    // A refusal is for people to read and for logs to hold: none grows with what was refused.
    expect(JSON.stringify(error.issues).length + error.message.length).toBeLessThan(50_000);
    expect(error.message + JSON.stringify(error.issues)).not.toContain("s3cr3t");
    return { code: error.code, answer: null };
  }
}

const postgres = async () => {
  const store = postgresStore({ db: await openPool(), schema: newSchema() });
  await store.migrate?.();
  return store as never;
};
const EVERY_STORE = [
  ...STORES.map(([name, make]) => [name, async () => make()] as const),
  ["postgres", postgres],
] as const;

describe.each(EVERY_STORE)("on %s, whatever is put into", (kind, open) => {
  test("any place is taken whole or refused with its own code, soon, and writes nothing when refused", {
    timeout: 120_000,
  }, async () => {
    const store = await open();
    const flow = flowOn(() => store, {
      autoDisable: "never",
      signatures: { acme: { sign: () => ({ "x-acme": "1" }) } },
    });
    const { id } = await flow.subscribe({ events: ["*"] });
    const wrong: string[] = [];
    const taken: string[] = [];
    for (const [place, call] of Object.entries(PLACES)) {
      let before = await written(flow, id);
      for (const [name, value] of Object.entries(VALUES)) {
        if (kind !== "memory" && !FOR_DATABASES.has(name)) continue;
        const begun = process.cpuUsage();
        try {
          const { code, answer } = await ending(() => call(flow, value as never, id));
          const after = await written(flow, id);
          if (code !== null && after !== before) wrong.push(`${place} of ${name}: ${code}, but it wrote`);
          if (code === null) taken.push(`${place} of ${name}`);
          before = after;
          if (code === null && place.startsWith("create")) {
            const { subscription } = answer as { subscription: { id: string } };
            await flow.webhooks.subscriptions.delete(subscription.id);
            before = await written(flow, id);
          }
        } catch (error) {
          const { cause, message } = error as Error;
          wrong.push(`${place} of ${name}: ${cause ?? message}`);
        }
        const { user, system } = process.cpuUsage(begun);
        if (user + system > 2_000_000) wrong.push(`${place} of ${name} took ${user + system} us of CPU`);
      }
    }
    expect(wrong).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    // Most of it is refused, and what is taken is what may be.
    expect(taken.length).toBeLessThan(Object.keys(PLACES).length * 6);
    // It still works.
    flow.answer(200);
    await flow.webhooks.subscriptions.update(id, {
      enabled: true,
      type: "event",
      format: null,
      headers: null,
    });
    await flow.webhooks.publish("order.paid", { n: 42 });
    await flow.webhooks.runUntilIdle();
    expect(flow.requests.at(-1)?.body).toContain('"n":42');
  });

  test("moments are whole and say their zone", async () => {
    const store = await open();
    const { webhooks, subscribe } = flowOn(() => store);
    const { id } = await subscribe();
    const since = "2026-01-01T00:00:00";
    for (const bad of [
      "1",
      "2026",
      "yesterday",
      since,
      `${since}Zzz`,
      "2026-13-01",
      "+010000-01-01T00:00:00Z",
      9e15,
    ]) {
      for (const call of [
        () => webhooks.subscriptions.recover(id, { since: bad }),
        () => webhooks.events.list({ since: bad }),
      ])
        expect([bad, (await ending(call)).code]).toEqual([bad, "INVALID_ARGUMENT"]);
    }
    for (const good of ["2026-01-01", `${since}Z`, `${since}.123+02:00`, 0, -1, 8.64e15, new Date(0)]) {
      expect((await webhooks.events.list({ since: good })).items).toEqual([]);
      expect(await webhooks.subscriptions.recover(id, { since: good })).toBe(0);
    }
  });

  const TEXTS = [
    "NUL \0 within",
    "half \ud83d a pair",
    "whole 😀",
    "\u2028 line",
    "a\tb\nc",
    "ü".repeat(200),
  ];

  test("text survives as it is, or is refused by name", async () => {
    const store = await open();
    const signatures = { acme: { sign: () => ({ "x-acme": "1" }) } };
    const flow = flowOn(() => store, { signatures });
    for (const text of TEXTS) {
      const metadata = { [text.slice(0, 20)]: text };
      const actor = { type: "user", id: text, name: text } as const;
      const { subscription } = await flow.webhooks.subscriptions.create(
        { name: "Text", description: text, metadata },
        { actor },
      );
      expect(await flow.webhooks.subscriptions.get(subscription.id)).toMatchObject({
        description: text,
        metadata,
        createdBy: actor,
      });
      const { id } = await flow.webhooks.publish("order.shipped", { text, [text]: [text] });
      expect((await flow.webhooks.events.get(id)).data).toEqual({ text, [text]: [text] });
      const headers = { "X-Text": text };
      expect(
        (await ending(() => flow.webhooks.subscriptions.update(subscription.id, { headers }))).code,
      ).toBe("INVALID_SUBSCRIPTION");
      // Two texts that are one in UTF-8 would be one secret.
      const isWhole = text === Buffer.from(text).toString();
      for (const scheme of ["mist", "acme"]) {
        const signing = { scheme, secret: text };
        const { code } = await ending(() => flow.webhooks.subscriptions.update(subscription.id, { signing }));
        expect(code).toBe(isWhole ? null : "INVALID_SUBSCRIPTION");
      }
    }
  });
});

describe.each(STORES)("cursors on %s", (_, make) => {
  /** Two tenants with three subscriptions each, and one event for each of them. */
  async function tenants() {
    const flow = flowOn(make);
    for (const tenant of ["a", "b"]) {
      for (let count = 0; count < 3; count++) {
        flow.clock.advance("1s");
        await flow.subscribe({ name: `Of ${tenant}`, scope: `organization:${tenant}` });
      }
      await flow.webhooks.publish("order.paid", { n: 1 }, { scope: `organization:${tenant}` });
    }
    return flow;
  }
  /** What anyone can make who has read the source: nothing in a cursor is a secret. */
  const forged = (kind: string, filters: unknown[], at: number, id: string) => {
    const tag = createHash("sha256")
      .update(JSON.stringify([kind, filters]))
      .digest("base64url")
      .slice(0, 12);
    return Buffer.from(JSON.stringify([tag, at, id])).toString("base64url");
  };

  test("of another list, of other filters, or changed, are refused", async () => {
    const { webhooks } = await tenants();
    const { subscriptions, deliveries, events } = webhooks;
    const own = (await subscriptions.list({ scope: "organization:a", limit: 1 })).next ?? "";
    const other = (await deliveries.list({ scope: "organization:a", limit: 1 })).next ?? "";
    expect([own, other]).not.toContain("");
    expect((await subscriptions.list({ scope: "organization:a", limit: 1, cursor: own })).items).toHaveLength(
      1,
    );
    const refusals = [
      () => subscriptions.list({ scope: "organization:b", cursor: own }),
      () => subscriptions.list({ cursor: own }),
      () => subscriptions.list({ scope: "organization:a", descendants: true, cursor: own }),
      () => subscriptions.list({ scope: "organization:a", enabled: true, cursor: own }),
      () => deliveries.list({ scope: "organization:a", cursor: own }),
      () => events.list({ scope: "organization:a", cursor: other }),
      () => deliveries.list({ scope: "organization:b", cursor: other }),
      () => deliveries.list({ scope: "organization:a", status: "pending", cursor: other }),
      () => subscriptions.list({ scope: "organization:a", cursor: own.slice(0, -1) }),
      () => subscriptions.list({ scope: "organization:a", cursor: `${own}A` }),
      () => subscriptions.list({ scope: "organization:a", cursor: own.toUpperCase() }),
      () => subscriptions.list({ scope: "organization:a", cursor: "A".repeat(100_000) }),
    ];
    for (const [index, refusal] of refusals.entries())
      expect([index, (await ending(refusal)).code]).toEqual([index, "INVALID_CURSOR"]);
  });

  test("that are forged, or come from another installation, show nothing that the filters do not", async () => {
    const { webhooks, clock } = await tenants();
    const theirs = (await webhooks.subscriptions.list({ scope: "organization:b" })).items;
    const positions: [number, string][] = [
      [Number.MAX_SAFE_INTEGER, "~"],
      [clock.now(), "sub_~"],
      [0, "!"],
      [-1, "!"],
      ...theirs.map(({ id, createdAt }): [number, string] => [Date.parse(createdAt), id]),
    ];
    const a = { scope: "organization:a" };
    let shown = 0;
    for (const [at, id] of positions) {
      const lists = await Promise.all([
        webhooks.subscriptions.list({
          ...a,
          cursor: forged("subscriptions", [["scopes", ["organization:a"]]], at, id),
        }),
        webhooks.deliveries.list({
          ...a,
          cursor: forged("deliveries", [["under", "organization:a"]], at, id),
        }),
        webhooks.events.list({ ...a, cursor: forged("events", [["under", "organization:a"]], at, id) }),
      ]);
      const text = JSON.stringify(lists.map(({ items }) => items));
      expect(text).not.toContain("organization:b");
      for (const { id: their } of theirs) expect(text).not.toContain(their);
      shown += lists.reduce((sum, { items }) => sum + items.length, 0);
    }
    expect(shown).toBeGreaterThan(3);
  });
});
