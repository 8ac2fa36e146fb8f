import fc from "fast-check";
import { createWebhooks, isWebhookError, type WebhookErrorCode } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogue, cleanAll, type Flow, flowOn, KEY, LOCAL, STORES } from "./harness.js";

/** Rejections that nobody handled, also those of promises nobody asked for. */
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

/** Everything that can be listed, as one text. */
async function written({ webhooks }: Flow): Promise<string> {
  const lists = [
    await webhooks.subscriptions.list({ limit: 200 }),
    await webhooks.deliveries.list({ limit: 200 }),
    await webhooks.events.list({ limit: 200 }),
  ];
  return JSON.stringify(lists.map(({ items }) => items));
}

/** Every public method, taking whatever it is given. */
function methodsOf({ webhooks }: Flow): Record<string, (...args: unknown[]) => unknown> {
  const loose = (target: object, prefix: string) =>
    Object.entries(target)
      .filter(([, member]) => typeof member === "function")
      .map(
        ([name, member]) => [`${prefix}${name}`, (...args: unknown[]) => member.apply(target, args)] as const,
      );
  const { deliveries } = webhooks;
  return Object.fromEntries([
    ...loose(webhooks, ""),
    ...loose(webhooks.subscriptions, "subscriptions."),
    ...loose(webhooks.events, "events."),
    ...(["list", "get", "retry", "cancel"] as const).map((name) => [
      `deliveries.${name}`,
      (...args: unknown[]) => (deliveries[name] as (...all: unknown[]) => unknown).apply(deliveries, args),
    ]),
    ...(["get", "list"] as const).map((name) => [
      `events.${name}`,
      (...args: unknown[]) =>
        (webhooks.events[name] as (...all: unknown[]) => unknown).apply(webhooks.events, args),
    ]),
  ]);
}

/** A bad call, the code it must be refused with and the way to the bad field. */
type Case = readonly [
  what: string,
  code: WebhookErrorCode,
  path: readonly (string | number)[] | null,
  call: (flow: Flow, id: string) => unknown,
];

const long = (length: number) => "x".repeat(length);
/** Types are for the compiler; JavaScript callers have none. */
const any = (value: unknown) => value as never;
const publish = (data: unknown, details?: unknown) => (flow: Flow) =>
  flow.webhooks.publish("order.paid", any(data), any(details));
const create = (change: Record<string, unknown>) => (flow: Flow) =>
  flow.subscribe({ name: "Second", ...change });
const update = (patch: unknown, context?: unknown) => (flow: Flow, id: string) =>
  flow.webhooks.subscriptions.update(id, any(patch), any(context));

const PUBLISH: readonly Case[] = [
  [
    "an unknown type",
    "UNKNOWN_EVENT_TYPE",
    null,
    ({ webhooks }) => webhooks.publish(any("order.payed"), any({})),
  ],
  [
    "a type of Object's",
    "UNKNOWN_EVENT_TYPE",
    null,
    ({ webhooks }) => webhooks.publish(any("constructor"), any({})),
  ],
  ["no type", "UNKNOWN_EVENT_TYPE", null, ({ webhooks }) => webhooks.publish(any(undefined), any({}))],
  ["data its schema refuses", "INVALID_DATA", ["n"], publish({ n: "1" })],
  ["no data", "INVALID_DATA", [], publish(undefined)],
  [
    "data that JSON cannot carry",
    "INVALID_DATA",
    ["b"],
    ({ webhooks }) => webhooks.publish("order.shipped", any({ b: 1n })),
  ],
  [
    "data that goes round in a circle",
    "INVALID_DATA",
    null,
    ({ webhooks }) => {
      const circle: Record<string, unknown> = {};
      circle.again = circle;
      return webhooks.publish("order.shipped", circle);
    },
  ],
  ["data of more than 256 KiB", "INVALID_DATA", ["data"], publish({ n: 1, note: long(256 * 1024) })],
  ["a scope of an unknown kind", "UNKNOWN_SCOPE", ["scope"], publish({ n: 1 }, { scope: "planet:earth" })],
  ["a scope without its parent", "UNKNOWN_SCOPE", ["scope"], publish({ n: 1 }, { scope: "signin:lobby" })],
  ["a scope with a bad id", "UNKNOWN_SCOPE", ["scope"], publish({ n: 1 }, { scope: "organization:a b" })],
  ["a scope with an empty id", "UNKNOWN_SCOPE", ["scope"], publish({ n: 1 }, { scope: "organization:" })],
  [
    "a scope with a long id",
    "UNKNOWN_SCOPE",
    ["scope"],
    publish({ n: 1 }, { scope: `organization:${long(129)}` }),
  ],
  ["a scope that is no text", "UNKNOWN_SCOPE", ["scope"], publish({ n: 1 }, { scope: 5 })],
  [
    "nine segments",
    "UNKNOWN_SCOPE",
    ["scope"],
    publish({ n: 1 }, { scope: Array(9).fill("organization:a").join("/") }),
  ],
  ["an id with a full stop", "INVALID_DATA", ["id"], publish({ n: 1 }, { id: "a.b" })],
  ["an id that is too long", "INVALID_DATA", ["id"], publish({ n: 1 }, { id: long(129) })],
  ["an empty id", "INVALID_DATA", ["id"], publish({ n: 1 }, { id: "" })],
  ["an id that is no text", "INVALID_DATA", ["id"], publish({ n: 1 }, { id: 7 })],
  [
    "a key that is too long",
    "INVALID_DATA",
    ["idempotencyKey"],
    publish({ n: 1 }, { idempotencyKey: long(256) }),
  ],
  ["an empty key", "INVALID_DATA", ["idempotencyKey"], publish({ n: 1 }, { idempotencyKey: "" })],
  [
    "a key beside an id",
    "INVALID_DATA",
    ["idempotencyKey"],
    publish({ n: 1 }, { id: "a", idempotencyKey: "k" }),
  ],
  ["a moment that is none", "INVALID_DATA", ["at"], publish({ n: 1 }, { at: "yesterday" })],
  ["a moment of no zone", "INVALID_DATA", ["at"], publish({ n: 1 }, { at: "2026-01-01T00:00:00" })],
  ["a moment before 1970", "INVALID_DATA", ["at"], publish({ n: 1 }, { at: -1 })],
  ["an invalid Date", "INVALID_DATA", ["at"], publish({ n: 1 }, { at: new Date(Number.NaN) })],
  ["options that are none", "INVALID_ARGUMENT", null, publish({ n: 1 }, "scope")],
  ["null for options", "INVALID_ARGUMENT", null, publish({ n: 1 }, null)],
  [
    "an option there is not",
    "INVALID_DATA",
    ["idempotency_key"],
    publish({ n: 1 }, { idempotency_key: "k" }),
  ],
  [
    "no array for publishMany",
    "INVALID_ARGUMENT",
    null,
    ({ webhooks }) => webhooks.publishMany(any({ length: 1 })),
  ],
  ["null for publishMany", "INVALID_ARGUMENT", null, ({ webhooks }) => webhooks.publishMany(any(null))],
  [
    "null among many",
    "INVALID_ARGUMENT",
    [1],
    ({ webhooks }) => webhooks.publishMany([{ type: "order.paid", data: { n: 1 } }, any(null)]),
  ],
  [
    "null for publishMany's options",
    "INVALID_ARGUMENT",
    null,
    ({ webhooks }) => webhooks.publishMany([{ type: "order.paid", data: { n: 1 } }], any(null)),
  ],
  [
    "10 001 events",
    "INVALID_ARGUMENT",
    [],
    ({ webhooks }) =>
      webhooks.publishMany(Array.from({ length: 10_001 }, () => ({ type: "order.paid", data: { n: 1 } }))),
  ],
  [
    "one bad event in a list of one",
    "INVALID_DATA",
    [0, "n"],
    ({ webhooks }) => webhooks.publishMany([{ type: "order.paid", data: any({ n: "1" }) }]),
  ],
  [
    "one unknown type of many",
    "UNKNOWN_EVENT_TYPE",
    null,
    ({ webhooks }) =>
      webhooks.publishMany([
        { type: "order.paid", data: { n: 1 } },
        { type: any("nope"), data: {} },
      ]),
  ],
];

const CREATE: readonly Case[] = [
  ["no name", "INVALID_SUBSCRIPTION", ["name"], create({ name: undefined })],
  ["a short name", "INVALID_SUBSCRIPTION", ["name"], create({ name: "ab" })],
  ["a long name", "INVALID_SUBSCRIPTION", ["name"], create({ name: long(126) })],
  ["a name with a slash", "INVALID_SUBSCRIPTION", ["name"], create({ name: "a/b/c" })],
  ["a description that is no text", "INVALID_SUBSCRIPTION", ["description"], create({ description: 5 })],
  ["an unknown delivery type", "INVALID_SUBSCRIPTION", ["type"], create({ type: "stream" })],
  ["a short url", "INVALID_SUBSCRIPTION", ["url"], create({ url: "http:/" })],
  ["a long url", "INVALID_SUBSCRIPTION", ["url"], create({ url: `https://a.example/${long(500)}` })],
  ["a url of another scheme", "URL_REFUSED", ["url"], create({ url: "ftp://a.example.com/" })],
  ["a url that is none", "URL_REFUSED", ["url"], create({ url: "not a url" })],
  ["a private address", "URL_REFUSED", ["url"], create({ url: "https://10.0.0.1/" })],
  ["a metadata address", "URL_REFUSED", ["url"], create({ url: "http://169.254.169.254/latest" })],
  ["an address in disguise", "URL_REFUSED", ["url"], create({ url: "https://[::ffff:10.0.0.1]/" })],
  ["a local name", "URL_REFUSED", ["url"], create({ url: "https://localhost/" })],
  [
    "an event type there is not",
    "UNKNOWN_EVENT_TYPE",
    ["events", 1],
    create({ events: ["order.paid", "order.payed"] }),
  ],
  ["a pattern that matches nothing", "UNKNOWN_EVENT_TYPE", ["events", 0], create({ events: ["orders.*"] })],
  [
    "a type that is not for this scope",
    "SCOPE_NOT_ALLOWED",
    ["events", 0],
    create({ events: ["guest.arrived"] }),
  ],
  [
    "a pattern that is not for this scope",
    "SCOPE_NOT_ALLOWED",
    ["events", 0],
    create({ events: ["guest.*"] }),
  ],
  ["events that are no list", "INVALID_SUBSCRIPTION", ["events"], create({ events: "order.paid" })],
  ["a scope there is not", "UNKNOWN_SCOPE", ["scope"], create({ scope: "planet:earth" })],
  ["enabling without a url", "INVALID_SUBSCRIPTION", ["url"], create({ url: undefined })],
  ["enabling without events", "INVALID_SUBSCRIPTION", ["events"], create({ events: [] })],
  ["a content type that is none", "INVALID_SUBSCRIPTION", ["contentType"], create({ contentType: "json" })],
  [
    "a content type with a line break",
    "INVALID_SUBSCRIPTION",
    ["contentType"],
    create({ contentType: "a/b\r\nx: y" }),
  ],
  ["a forbidden header", "INVALID_SUBSCRIPTION", ["headers", "Host"], create({ headers: { Host: "evil" } })],
  [
    "a header of ours",
    "INVALID_SUBSCRIPTION",
    ["headers", "webhook-id"],
    create({ headers: { "webhook-id": "1" } }),
  ],
  [
    "a header for proxies",
    "INVALID_SUBSCRIPTION",
    ["headers", "Proxy-Authorization"],
    create({ headers: { "Proxy-Authorization": "x" } }),
  ],
  [
    "a header name that is none",
    "INVALID_SUBSCRIPTION",
    ["headers", "a b"],
    create({ headers: { "a b": "1" } }),
  ],
  [
    "a header value with a line break",
    "INVALID_SUBSCRIPTION",
    ["headers", "x-a"],
    create({ headers: { "x-a": "1\r\nx-b: 2" } }),
  ],
  [
    "a header given twice",
    "INVALID_SUBSCRIPTION",
    ["headers", "x-A"],
    create({ headers: { "x-a": "1", "x-A": "2" } }),
  ],
  [
    "too many headers",
    "INVALID_SUBSCRIPTION",
    ["headers"],
    create({ headers: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`x-${n}`, "1"])) }),
  ],
  ["4 KiB of headers", "INVALID_SUBSCRIPTION", ["headers"], create({ headers: { "x-a": long(4096) } })],
  [
    "the scheme's own header",
    "INVALID_SUBSCRIPTION",
    ["headers", "X-Hub-Signature-256"],
    create({ signing: { scheme: "github" }, headers: { "X-Hub-Signature-256": "x" } }),
  ],
  ["an unknown format", "INVALID_SUBSCRIPTION", ["format"], create({ format: "xml" })],
  [
    "an unknown scheme",
    "INVALID_SUBSCRIPTION",
    ["signing", "scheme"],
    create({ signing: { scheme: "pgp" } }),
  ],
  [
    "a short secret",
    "INVALID_SUBSCRIPTION",
    ["signing", "secret"],
    create({ signing: { secret: "whsec_c2hvcnQ=" } }),
  ],
  [
    "a secret without prefix",
    "INVALID_SUBSCRIPTION",
    ["signing", "secret"],
    create({ signing: { secret: "hunter2" } }),
  ],
  ["an empty secret", "INVALID_SUBSCRIPTION", ["signing", "secret"], create({ signing: { secret: "" } })],
  [
    "a wait that is none",
    "INVALID_SUBSCRIPTION",
    ["retry", "schedule", 1],
    create({ retry: { schedule: ["1m", "soon"] } }),
  ],
  ["a long wait", "INVALID_SUBSCRIPTION", ["retry", "schedule", 0], create({ retry: { schedule: ["8d"] } })],
  ["a short time-out", "INVALID_SUBSCRIPTION", ["retry", "timeout"], create({ retry: { timeout: "999ms" } })],
  ["a long time-out", "INVALID_SUBSCRIPTION", ["retry", "timeout"], create({ retry: { timeout: "61s" } })],
  ["a rule there is not", "INVALID_SUBSCRIPTION", ["autoDisable"], create({ autoDisable: "sometimes" })],
  [
    "a rule of no failures",
    "INVALID_SUBSCRIPTION",
    ["autoDisable", "consecutive"],
    create({ autoDisable: { consecutive: 0 } }),
  ],
  [
    "no TLS check, unless the operator allows it",
    "INVALID_SUBSCRIPTION",
    ["tls", "verify"],
    create({ tls: { verify: false } }),
  ],
  ["ordered that is no boolean", "INVALID_SUBSCRIPTION", ["ordered"], create({ ordered: "yes" })],
  ["metadata that is no object", "INVALID_SUBSCRIPTION", ["metadata"], create({ metadata: [] })],
  ["4 KiB of metadata", "INVALID_SUBSCRIPTION", ["metadata"], create({ metadata: { a: long(4096) } })],
  [
    "a batch of one",
    "INVALID_SUBSCRIPTION",
    ["batch", "maxEvents"],
    create({ type: "batch", batch: { maxEvents: 1 } }),
  ],
  [
    "a batch of too many",
    "INVALID_SUBSCRIPTION",
    ["batch", "maxEvents"],
    create({ type: "batch", batch: { maxEvents: 20_001 } }),
  ],
  [
    "a batch that never ends",
    "INVALID_SUBSCRIPTION",
    ["batch", "intervalMinutes"],
    create({ type: "batch", batch: { intervalMinutes: 86_401 } }),
  ],
  ["a field there is not", "INVALID_SUBSCRIPTION", ["colour"], create({ colour: "red" })],
  [
    "null for the input",
    "INVALID_SUBSCRIPTION",
    [],
    ({ webhooks }) => webhooks.subscriptions.create(any(null)),
  ],
  [
    "an actor without id",
    "INVALID_ARGUMENT",
    ["actor", "id"],
    ({ webhooks }) => webhooks.subscriptions.create({ name: "Second" }, { actor: any({ type: "user" }) }),
  ],
];

const CHANGE: readonly Case[] = [
  ["a stale version", "VERSION_CONFLICT", ["ifVersion"], update({ name: "Other" }, { ifVersion: 7 })],
  [
    "a version that is none",
    "INVALID_ARGUMENT",
    ["ifVersion"],
    update({ name: "Other" }, { ifVersion: "1" }),
  ],
  ["a private address", "URL_REFUSED", ["url"], update({ url: "https://192.168.0.1/" })],
  ["no url while enabled", "INVALID_SUBSCRIPTION", ["url"], update({ url: null })],
  ["a name that is none", "INVALID_SUBSCRIPTION", ["name"], update({ name: null })],
  ["another scope", "INVALID_SUBSCRIPTION", ["scope"], update({ scope: "" })],
  ["another id", "INVALID_SUBSCRIPTION", ["id"], update({ id: "sub_2" })],
  ["null for the patch", "INVALID_SUBSCRIPTION", [], update(null)],
  ["credentials that are none", "INVALID_SUBSCRIPTION", ["credentials"], update({ credentials: true })],
  ["an unknown id to get", "NOT_FOUND", null, ({ webhooks }) => webhooks.subscriptions.get("sub_none")],
  ["an id that is no text", "NOT_FOUND", null, ({ webhooks }) => webhooks.subscriptions.get(any({ id: 1 }))],
  [
    "an unknown id to update",
    "NOT_FOUND",
    null,
    ({ webhooks }) => webhooks.subscriptions.update("sub_none", { name: "Other" }),
  ],
  ["an unknown id to enable", "NOT_FOUND", null, ({ webhooks }) => webhooks.subscriptions.enable("sub_none")],
  [
    "an unknown id to disable",
    "NOT_FOUND",
    null,
    ({ webhooks }) => webhooks.subscriptions.disable("sub_none"),
  ],
  ["an unknown id to delete", "NOT_FOUND", null, ({ webhooks }) => webhooks.subscriptions.delete("sub_none")],
  [
    "an unknown id to rotate",
    "NOT_FOUND",
    null,
    ({ webhooks }) => webhooks.subscriptions.rotateSecret("sub_none"),
  ],
  ["an unknown id to test", "NOT_FOUND", null, ({ webhooks }) => webhooks.subscriptions.sendTest("sub_none")],
  [
    "a test of a type there is not",
    "UNKNOWN_EVENT_TYPE",
    ["type"],
    ({ webhooks }, id) => webhooks.subscriptions.sendTest(id, { type: any("nope") }),
  ],
  [
    "null for the test's options",
    "INVALID_ARGUMENT",
    null,
    ({ webhooks }, id) => webhooks.subscriptions.sendTest(id, any(null)),
  ],
  [
    "a secret that is too short",
    "INVALID_ARGUMENT",
    ["secret"],
    ({ webhooks }, id) => webhooks.subscriptions.rotateSecret(id, { secret: "whsec_AAAA" }),
  ],
  [
    "a long overlap",
    "INVALID_ARGUMENT",
    ["overlap"],
    ({ webhooks }, id) => webhooks.subscriptions.rotateSecret(id, { overlap: "31d" }),
  ],
  [
    "an overlap that is none",
    "INVALID_ARGUMENT",
    ["overlap"],
    ({ webhooks }, id) => webhooks.subscriptions.rotateSecret(id, { overlap: any("1 day") }),
  ],
  [
    "a stale version to rotate",
    "VERSION_CONFLICT",
    ["ifVersion"],
    ({ webhooks }, id) => webhooks.subscriptions.rotateSecret(id, {}, { ifVersion: 9 }),
  ],
];

const LOOK: readonly Case[] = [
  ["an unknown delivery", "NOT_FOUND", null, ({ webhooks }) => webhooks.deliveries.get("dlv_none")],
  ["a delivery id that is no text", "NOT_FOUND", null, ({ webhooks }) => webhooks.deliveries.get(any({}))],
  [
    "an unknown delivery to retry",
    "NOT_FOUND",
    null,
    ({ webhooks }) => webhooks.deliveries.retry("dlv_none"),
  ],
  [
    "an unknown delivery to cancel",
    "NOT_FOUND",
    null,
    ({ webhooks }) => webhooks.deliveries.cancel("dlv_none"),
  ],
  [
    "a delivery id to cancel that is no text",
    "NOT_FOUND",
    null,
    ({ webhooks }) => webhooks.deliveries.cancel(any(undefined)),
  ],
  ["an unknown event", "NOT_FOUND", null, ({ webhooks }) => webhooks.events.get("evt_none")],
  ["an event id that is no text", "NOT_FOUND", null, ({ webhooks }) => webhooks.events.get(any(["evt"]))],
  ["a limit of none", "INVALID_ARGUMENT", ["limit"], ({ webhooks }) => webhooks.events.list({ limit: 0 })],
  [
    "a limit of too many",
    "INVALID_ARGUMENT",
    ["limit"],
    ({ webhooks }) => webhooks.deliveries.list({ limit: 201 }),
  ],
  [
    "a limit that is no number",
    "INVALID_ARGUMENT",
    ["limit"],
    ({ webhooks }) => webhooks.subscriptions.list({ limit: any("5") }),
  ],
  [
    "a status there is not",
    "INVALID_ARGUMENT",
    ["status"],
    ({ webhooks }) => webhooks.deliveries.list({ status: any("sent") }),
  ],
  [
    "a time that is none",
    "INVALID_ARGUMENT",
    ["since"],
    ({ webhooks }) => webhooks.events.list({ since: "yesterday" }),
  ],
  [
    "a filter that is no text",
    "INVALID_ARGUMENT",
    ["subscriptionId"],
    ({ webhooks }) => webhooks.deliveries.list({ subscriptionId: any(5) }),
  ],
  [
    "an event filter that is no text",
    "INVALID_ARGUMENT",
    ["eventId"],
    ({ webhooks }) => webhooks.deliveries.list({ eventId: any({}) }),
  ],
  [
    "a type filter that is no text",
    "INVALID_ARGUMENT",
    ["type"],
    ({ webhooks }) => webhooks.events.list({ type: any(5) }),
  ],
  [
    "null for deliveries' options",
    "INVALID_ARGUMENT",
    null,
    ({ webhooks }) => webhooks.deliveries.list(any(null)),
  ],
  ["null for events' options", "INVALID_ARGUMENT", null, ({ webhooks }) => webhooks.events.list(any(null))],
  [
    "a filter there is not",
    "INVALID_ARGUMENT",
    ["state"],
    ({ webhooks }) => webhooks.deliveries.list(any({ state: "failed" })),
  ],
  [
    "an event filter there is not",
    "INVALID_ARGUMENT",
    ["until"],
    ({ webhooks }) => webhooks.events.list(any({ until: 5 })),
  ],
  [
    "a subscription filter there is not",
    "INVALID_ARGUMENT",
    ["name"],
    ({ webhooks }) => webhooks.subscriptions.list(any({ name: "x" })),
  ],
  [
    "a scope of subscriptions there is not",
    "UNKNOWN_SCOPE",
    ["scope"],
    ({ webhooks }) => webhooks.subscriptions.list({ scope: "planet:earth" }),
  ],
  [
    "a scope of deliveries there is not",
    "UNKNOWN_SCOPE",
    ["scope"],
    ({ webhooks }) => webhooks.deliveries.list({ scope: "planet:earth" }),
  ],
  [
    "a scope of events there is not",
    "UNKNOWN_SCOPE",
    ["scope"],
    ({ webhooks }) => webhooks.events.list({ scope: any(5) }),
  ],
  [
    "a cursor that is none",
    "INVALID_CURSOR",
    ["cursor"],
    ({ webhooks }) => webhooks.events.list({ cursor: "abc" }),
  ],
  [
    "the cursor of another list",
    "INVALID_CURSOR",
    ["cursor"],
    async ({ webhooks }) =>
      webhooks.deliveries.list({ limit: 1, cursor: any((await webhooks.events.list({ limit: 1 })).next) }),
  ],
  [
    "the cursor of other filters",
    "INVALID_CURSOR",
    ["cursor"],
    async ({ webhooks }) =>
      webhooks.events.list({
        limit: 1,
        type: "order.paid",
        cursor: any((await webhooks.events.list({ limit: 1 })).next),
      }),
  ],
  [
    "a cursor changed by hand",
    "INVALID_CURSOR",
    ["cursor"],
    async ({ webhooks }) =>
      webhooks.events.list({ cursor: `A${(await webhooks.events.list({ limit: 1 })).next}` }),
  ],
  [
    "a drain that is none",
    "INVALID_ARGUMENT",
    ["drain"],
    ({ webhooks }) => webhooks.stop({ drain: any("soon") }),
  ],
  ["null for stop", "INVALID_ARGUMENT", null, ({ webhooks }) => webhooks.stop(any(null))],
  ["null for start", "INVALID_ARGUMENT", null, ({ webhooks }) => webhooks.start(any(null))],
  [
    "a listener that is none",
    "INVALID_ARGUMENT",
    ["listener"],
    ({ webhooks }) => webhooks.on("error", any("log")),
  ],
  [
    "an event there is not",
    "INVALID_ARGUMENT",
    ["name"],
    ({ webhooks }) => webhooks.on(any("delivery.sent"), () => {}),
  ],
];

describe.each(STORES)("bad input on %s", (_, makeStore) => {
  /** One subscription, one event waiting to be sent: something that could be changed. */
  async function begin() {
    const flow = flowOn(makeStore);
    const { id } = await flow.subscribe({ name: "First" });
    await flow.webhooks.publish("order.paid", { n: 1 });
    await flow.webhooks.publish("order.shipped", {});
    return { flow, id };
  }

  for (const [what, cases] of Object.entries({ PUBLISH, CREATE, CHANGE, LOOK })) {
    test.each(cases)(`${what}: %s is %s at %j, and nothing is written`, async (_what, code, path, call) => {
      const { flow, id } = await begin();
      const before = await written(flow);
      let caught: unknown = "nothing was thrown";
      try {
        await call(flow, id);
      } catch (error) {
        caught = error;
      }
      expect(caught, String(caught)).toMatchObject({ name: "WebhookError", code });
      if (!isWebhookError(caught)) return;
      expect(caught.message).toMatch(/\S \S/);
      if (path !== null) expect(caught.issues.map((issue) => issue.path)).toContainEqual(path);
      for (const issue of caught.issues) expect(issue.message).not.toBe("");
      expect(await written(flow)).toBe(before);
    });
  }

  test("all bad fields are named at once", async () => {
    const { flow } = await begin();
    const bad = create({
      name: "x",
      url: "nope",
      events: ["nope"],
      headers: { Host: "a" },
      retry: { timeout: 1 },
      ordered: 1,
    });
    const error = await Promise.resolve(bad(flow)).catch((caught: unknown) => caught);
    expect(
      isWebhookError(error, "INVALID_SUBSCRIPTION") && error.issues.map(({ path }) => path.join(".")),
    ).toEqual(
      expect.arrayContaining(["name", "url", "events.0", "headers.Host", "retry.timeout", "ordered"]),
    );
  });

  test("errors never quote a secret", async () => {
    const { flow, id } = await begin();
    const secret = "sup3r-s3cret-value";
    const calls = [
      create({ signing: { secret } }),
      create({ headers: { "x-a": `${secret}\r\n` } }),
      create({ url: `https://user:${secret}@10.0.0.1/` }),
      create({ url: `https://user:${secret}%0d%0a@a.example.com/` }),
      (current: Flow) => current.webhooks.subscriptions.rotateSecret(id, { secret }),
      publish({ n: secret }),
    ];
    for (const call of calls) {
      const error = await Promise.resolve(call(flow)).catch((caught: unknown) => caught);
      expect(isWebhookError(error)).toBe(true);
      const { message, issues, cause } = error as Error & { issues: unknown };
      expect(message + JSON.stringify(issues) + String(cause)).not.toContain(secret);
    }
  });

  test("whatever is thrown at a public method, it resolves or is a WebhookError", async () => {
    const flow = flowOn(makeStore);
    const { id } = await flow.subscribe({ name: "First" });
    await flow.webhooks.publish("order.paid", { n: 1 }, { id: "known" });
    const { items } = await flow.webhooks.deliveries.list();
    const methods = methodsOf(flow);
    const names = Object.keys(methods).filter((name) => name !== "stop" && name !== "start");
    expect(names.length).toBeGreaterThanOrEqual(20);
    // Ids that exist, names that mean something: random text alone would not get past the first check.
    const known = fc.constantFrom<unknown>(id, items[0]?.id, "known", "order.paid", "", null, undefined);
    const field = fc.constantFrom(
      "scope",
      "id",
      "at",
      "limit",
      "cursor",
      "type",
      "data",
      "url",
      "events",
      "name",
      "headers",
      "retry",
      "signing",
      "overlap",
      "secret",
      "actor",
      "ifVersion",
      "status",
      "since",
      "enabled",
      "metadata",
      "idempotencyKey",
    );
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), known);
    const object = fc.dictionary(field, value, { maxKeys: 4 });
    const argument = fc.oneof(known, object, value, fc.array(object, { maxLength: 2 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(argument, { maxLength: 3 }),
        async (name, args) => {
          try {
            await methods[name]?.(...args);
          } catch (error) {
            expect(isWebhookError(error), `${name}(${JSON.stringify(args)}) threw ${error}`).toBe(true);
            // A store that chokes on bad input is bad input that was not checked.
            expect(
              (error as { code: string }).code,
              `${name}(${JSON.stringify(args)}): ${(error as Error).cause}`,
            ).not.toBe("STORE_UNAVAILABLE");
          }
        },
      ),
      { numRuns: 1_500, ...(process.env.FC_SEED ? { seed: Number(process.env.FC_SEED) } : {}) },
    );
  });
});

describe("bad options", () => {
  const good = { catalogue, store: memoryStore(), encryptionKeys: [KEY] };
  const cases: readonly (readonly [string, readonly (string | number)[] | null, unknown])[] = [
    ["no options", [], undefined],
    ["no catalogue", ["catalogue"], { store: memoryStore() }],
    ["no store", ["store"], { catalogue }],
    ["a store that lacks a method", ["store"], { ...good, store: { ...memoryStore(), settle: undefined } }],
    ["an option there is not", ["retries"], { ...good, retries: 3 }],
    ["a schedule that is none", ["retry", "schedule", 0], { ...good, retry: { schedule: ["never"] } }],
    ["a time-out that is too short", ["retry", "timeout"], { ...good, retry: { timeout: "500ms" } }],
    ["a retention that is none", ["retention"], { ...good, retention: "long" }],
    ["no concurrency", ["dispatcher", "concurrency"], { ...good, dispatcher: { concurrency: 0 } }],
    ["a key that is too short", ["encryptionKeys", 0], { ...good, encryptionKeys: ["c2hvcnQ="] }],
    ["no key in the ring", ["encryptionKeys"], { ...good, encryptionKeys: [] }],
    [
      "a network that is none",
      ["endpoints", "allowNetworks", 0],
      { ...good, endpoints: { allowNetworks: ["home"] } },
    ],
    [
      "networks that are no list",
      ["endpoints", "allowNetworks"],
      { ...good, endpoints: { allowNetworks: "10.0.0.0/8" } },
    ],
    [
      "an endpoint option there is not",
      ["endpoints", "allowhttp"],
      { ...good, endpoints: { allowhttp: true } },
    ],
    [
      "an endpoint option that is no boolean",
      ["endpoints", "allowHttp"],
      { ...good, endpoints: { allowHttp: "no" } },
    ],
    [
      "a format without a body",
      ["formats", "slack"],
      { ...good, formats: { slack: { contentType: "text/plain" } } },
    ],
    [
      "a format that is built in",
      ["formats", "standard"],
      { ...good, formats: { standard: { contentType: "a/b", body: () => "" } } },
    ],
    ["a scheme that cannot sign", ["signatures", "acme"], { ...good, signatures: { acme: {} } }],
    ["a clock that does not go", ["clock"], { ...good, clock: {} }],
    [
      "no keys for a store that persists",
      ["encryptionKeys"],
      { catalogue, store: sqliteStore("unopened.db") },
    ],
  ];
  test.each(cases)("%s: CONFIGURATION at %j", (_what, path, options) => {
    let caught: unknown = "nothing was thrown";
    try {
      createWebhooks(any(options));
    } catch (error) {
      caught = error;
    }
    expect(caught, String(caught)).toMatchObject({ name: "WebhookError", code: "CONFIGURATION" });
    if (path !== null)
      expect(isWebhookError(caught) && caught.issues.map((issue) => issue.path)).toContainEqual(path);
  });

  test("a catalogue that declares no scopes takes none", async () => {
    const { defineCatalogue } = await import("hookwright");
    const webhooks = createWebhooks({
      catalogue: defineCatalogue({ events: { "a.b": { description: "A." } } }),
      store: memoryStore(),
      endpoints: LOCAL,
    });
    await expect(webhooks.publish("a.b", {}, { scope: "organization:acme" })).rejects.toMatchObject({
      code: "UNKNOWN_SCOPE",
    });
    await webhooks.publish("a.b", {}, { scope: "" });
  });
});
