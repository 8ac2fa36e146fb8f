import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient, isClientError } from "../../src/client/index.js";
import { there } from "../flow/harness.js";
import { answering, BASE, clientOf, DELIVERY, refusing, rejection, SUBSCRIPTION } from "./support.js";

/** What goes over the wire. */

afterEach(() => {
  vi.unstubAllGlobals();
});

const served = (options: Partial<ClientOptions> = {}) =>
  clientOf(({ method }) => {
    if (method === "DELETE") return new Response(null, { status: 204 });
    return answering({ ...SUBSCRIPTION, ...DELIVERY, items: [], next: null, events: 0, kind: "" });
  }, options);

describe("addresses", () => {
  it.each([
    ["a/b", "a%2Fb"],
    ["a?b#c", "a%3Fb%23c"],
    ["../x", "..%2Fx"],
    ["%2e%2e", "%252e%252e"],
    ["ü \u{1f600}", "%C3%BC%20%F0%9F%98%80"],
    ["...", "..."],
  ])("have the id %j in them as %j", async (id, encoded) => {
    const { client, sent } = served();
    await client.deliveries.get(id);
    expect(there(sent[0]).url).toBe(`${BASE}/deliveries/${encoded}`);
  });

  it.each(["", ".", "..", "\ud800", undefined, null, 7, {}])("are not made of the id %j", async (id) => {
    const { client, sent } = served();
    const { subscriptions, deliveries, events } = client;
    const calls = [
      () => subscriptions.get(id as string),
      () => subscriptions.update(id as string, {}),
      () => subscriptions.enable(id as string),
      () => subscriptions.delete(id as string),
      () => subscriptions.rotateSecret(id as string),
      () => subscriptions.sendTest(id as string),
      () => subscriptions.flush(id as string),
      () => subscriptions.recover(id as string, { since: 0 }),
      () => subscriptions.pendingEvents(id as string),
      () => subscriptions.eachPendingEvent(id as string).next(),
      () => subscriptions.statistics(id as string),
      () => deliveries.get(id as string),
      () => deliveries.retry(id as string),
      () => deliveries.cancel(id as string),
      () => events.get(id as string),
    ];
    for (const call of calls) {
      // Never thrown at once: a caller that only catches rejections must see it, too.
      expect(await rejection(call())).toMatchObject({ code: "INVALID_ARGUMENT", status: null });
    }
    expect(sent).toEqual([]);
  });

  it("have what is asked for in the query, and nothing of what is undefined", async () => {
    const { client, sent } = served();
    await client.deliveries.list({
      status: "failed",
      scope: "organization:a/b c",
      cursor: undefined,
      limit: 5,
    });
    await client.deliveries.list({ status: undefined });
    await client.subscriptions.list({ enabled: false, descendants: true });
    await client.events.list({ since: Date.UTC(2026, 0, 1), type: "a&b" });
    await client.catalogue("");
    await client.catalogue();
    expect(sent.map(({ url }) => url.slice(BASE.length))).toEqual([
      "/deliveries?status=failed&scope=organization%3Aa%2Fb+c&limit=5",
      "/deliveries",
      "/subscriptions?enabled=false&descendants=true",
      "/events?type=a%26b&since=2026-01-01T00%3A00%3A00.000Z",
      "/catalogue?scope=",
      "/catalogue",
    ]);
  });

  it("do not lose a cursor that is null", async () => {
    const { client, sent } = served();
    await client.deliveries.list({ cursor: null as unknown as string });
    expect(there(sent[0]).url).toBe(`${BASE}/deliveries?cursor=null`);
  });

  it.each([Number.NaN, new Date(Number.NaN), Number.POSITIVE_INFINITY])(
    "are not made of the moment %s",
    async (since) => {
      const { client, sent } = served();
      expect(await rejection(client.events.list({ since }))).toMatchObject({
        code: "INVALID_ARGUMENT",
        errors: [{ parameter: "since" }],
      });
      expect(await rejection(client.subscriptions.statistics("x", { until: since }))).toMatchObject({
        code: "INVALID_ARGUMENT",
        errors: [{ parameter: "until" }],
      });
      expect(sent).toEqual([]);
    },
  );
});

describe("baseUrl", () => {
  it.each([
    ["https://a.example/api/", "https://a.example/api"],
    ["http://a.example:8080", "http://a.example:8080"],
    ["HTTPS://A.example//x//", "https://a.example//x"],
  ])("%s is asked at %s", async (baseUrl, base) => {
    const { client, sent } = served({ baseUrl });
    await client.deliveries.get("d");
    expect(there(sent[0]).url).toBe(`${base}/deliveries/d`);
  });

  it.each([
    "",
    "api/webhooks",
    "//evil.example/api",
    "/\\evil.example",
    "ftp://a.example",
    "https://",
    "https:///x",
    "https://a.example/api?x=1",
    "https://a.example/api#x",
    "/api?x",
    "https://ada:s3cret@a.example/",
    "https://ada@a.example/",
    "https://:s3cret@a.example/",
    "https://a b/",
    undefined,
    7,
  ])("%j is refused at once", (baseUrl) => {
    try {
      createClient({ baseUrl: baseUrl as string });
    } catch (error) {
      expect(isClientError(error, "CONFIGURATION")).toBe(true);
      expect(String(error)).not.toContain("s3cret");
      return;
    }
    expect.unreachable();
  });

  it("may be a path on the page that is open, and nowhere else", async () => {
    const { client, sent } = served({ baseUrl: "/api/webhooks/" });
    expect(await rejection(client.deliveries.get("d"))).toMatchObject({ code: "CONFIGURATION" });
    vi.stubGlobal("location", { href: "https://app.example.com/admin/page?tab=1#top" });
    await client.deliveries.get("d");
    expect(there(sent[0]).url).toBe("https://app.example.com/api/webhooks/deliveries/d");
    const root = served({ baseUrl: "/" });
    await root.client.deliveries.get("d");
    expect(there(root.sent[0]).url).toBe("https://app.example.com/deliveries/d");
  });
});

describe("headers", () => {
  it("are the caller's, and ours over them", async () => {
    const { client, sent } = served({
      headers: {
        Authorization: "Bearer t",
        "If-Match": '"99"',
        "Idempotency-Key": "theirs",
        accept: "text/html",
      },
    });
    await client.subscriptions.update("s", { name: "New name" }, { ifVersion: 3 });
    await client.subscriptions.flush("s", { idempotencyKey: "mine" });
    const [patch, post] = sent.map(({ headers }) => headers);
    expect(patch?.get("authorization")).toBe("Bearer t");
    expect(patch?.get("if-match")).toBe('"3"');
    expect(patch?.get("accept")).toBe("application/json, application/problem+json");
    expect(patch?.get("content-type")).toBe("application/json");
    expect(post?.get("idempotency-key")).toBe("mine");
    expect(post?.has("content-type")).toBe(false);
  });

  it("are asked for anew at each call", async () => {
    let number = 0;
    const { client, sent } = served({ headers: async () => ({ authorization: `Bearer ${++number}` }) });
    await client.deliveries.list();
    await client.deliveries.list();
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer 1", "Bearer 2"]);
  });

  it("that cannot be had are the caller's own error", async () => {
    const own = new Error("No token");
    const { client, sent } = served({
      headers: () => {
        throw own;
      },
    });
    expect(await rejection(client.deliveries.list())).toBe(own);
    expect(sent).toEqual([]);
  });

  it.each([{ authorization: "s3cret\nx" }, { "bad name": "s3cret" }, { x: "s3cret\u2603" }])(
    "that HTTP cannot carry are refused and not quoted",
    async (headers) => {
      const { client, sent } = served({ headers });
      const error = await rejection(client.deliveries.list());
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
      // With its cause and whatever else it holds.
      expect(inspect(error, { depth: 9 })).not.toContain("s3cret");
      expect(sent).toEqual([]);
    },
  );

  it("have no If-Match unless a version is given, which must be one", async () => {
    const { client, sent } = served();
    await client.subscriptions.update("s", {});
    await client.subscriptions.update("s", {}, { ifVersion: undefined });
    expect(sent.map(({ headers }) => headers.has("if-match"))).toEqual([false, false]);
    for (const ifVersion of [0, -1, 1.5, Number.NaN, null, "3"]) {
      const call = client.subscriptions.update("s", {}, { ifVersion: ifVersion as number });
      expect(await rejection(call)).toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(sent).toHaveLength(2);
  });

  it("have a key of its own for each POST and none for others", async () => {
    const { client, sent } = served();
    const { subscriptions, deliveries } = client;
    await deliveries.retry("d");
    await deliveries.retry("d");
    await deliveries.cancel("d");
    await subscriptions.flush("s");
    await subscriptions.recover("s", { since: 0 });
    await subscriptions.sendTest("s");
    const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    expect(new Set(keys).size).toBe(keys.length);
    await deliveries.get("d");
    await subscriptions.update("s", {});
    await subscriptions.delete("s");
    expect(sent.slice(keys.length).map(({ headers }) => headers.has("idempotency-key"))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("have a key, too, on a page without HTTPS", async () => {
    const getRandomValues = crypto.getRandomValues.bind(crypto);
    vi.stubGlobal("crypto", { getRandomValues });
    const { client, sent } = served();
    await client.deliveries.retry("d");
    await client.deliveries.retry("d");
    const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe("bodies", () => {
  it("are JSON, dates as texts, and nothing where there is nothing", async () => {
    const { client, sent } = served();
    await client.subscriptions.recover("s", { since: new Date(0), until: undefined });
    await client.subscriptions.sendTest("s", { type: "order.paid" });
    await client.subscriptions.sendTest("s");
    await client.subscriptions.enable("s");
    const bodies = await Promise.all(sent.map((request) => request.text()));
    expect(bodies).toEqual([
      '{"since":"1970-01-01T00:00:00.000Z"}',
      '{"type":"order.paid"}',
      "",
      '{"enabled":true}',
    ]);
  });

  it("that JSON cannot carry are refused", async () => {
    const { client, sent } = served();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const call = client.subscriptions.create({ name: "Endpoint", metadata: circle });
    expect(await rejection(call)).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(sent).toEqual([]);
  });
});

describe("fetch", () => {
  it("is the global one of the moment, with the cookies that are asked for, and follows no redirect", async () => {
    const client = createClient({ baseUrl: BASE, credentials: "include" });
    const asked: Request[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      asked.push(request);
      return answering({ items: [], next: null });
    });
    await client.deliveries.list();
    expect(asked.map(({ credentials, redirect }) => [credentials, redirect])).toEqual([
      ["include", "manual"],
    ]);
    const { client: plain, sent } = served();
    await plain.deliveries.list();
    expect(there(sent[0]).credentials).toBe("same-origin");
  });
});

describe("options", () => {
  const bad: Partial<ClientOptions>[] = [
    { timeout: 0 },
    { timeout: -1 },
    { timeout: Number.NaN },
    { timeout: Number.POSITIVE_INFINITY },
    { timeout: 2 ** 31 },
    { timeout: "15s" as unknown as number },
    { timeout: "15" as unknown as number },
    { retry: -1 },
    { retry: 11 },
    { retry: 1.5 },
    { retry: { limit: Number.NaN } },
    { retry: { maxWait: -1 } },
    { retry: { maxWait: Number.POSITIVE_INFINITY } },
  ];
  it.each(bad)("%o are refused", (options) => {
    expect(() => createClient({ baseUrl: BASE, ...options })).toThrow(
      expect.objectContaining({ name: "ClientError", code: "CONFIGURATION" }),
    );
  });

  it("of a call are refused as well", async () => {
    const { client, sent } = served();
    const error = await rejection(client.deliveries.list({}, { timeout: 0 }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(sent).toEqual([]);
  });

  it("may be undefined", async () => {
    const { client } = clientOf(() => refusing("NOT_FOUND", 404), {
      headers: undefined,
      timeout: undefined,
      retry: undefined,
      credentials: undefined,
    });
    expect(isClientError(await rejection(client.deliveries.get("d")), "NOT_FOUND")).toBe(true);
  });
});
