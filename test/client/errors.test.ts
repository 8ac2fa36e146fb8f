import { inspect } from "node:util";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterEach, describe, expect, it } from "vitest";
import {
  CLIENT_ERROR_CODES,
  type Client,
  ClientError,
  createClient,
  isClientError,
} from "../../src/client/index.js";
import { cleanAll } from "../flow/harness.js";
import { answering, BASE, clientOf, mounted, refusing, rejection } from "./support.js";

/** What a call that fails rejects with. */

afterEach(cleanAll);

const TOKEN = "tok-s3cret";

const of = (respond: () => Response | Promise<Response>) =>
  clientOf(respond, { retry: 0, headers: { authorization: TOKEN } }).client;

/** One call of each kind of answer: an object, a page, a count, nothing. */
const CALLS: readonly (readonly [string, (client: Client) => Promise<unknown>])[] = [
  ["object", (client) => client.subscriptions.get("x")],
  ["object of a POST", (client) => client.deliveries.retry("x")],
  ["page", (client) => client.deliveries.list()],
  ["count", (client) => client.subscriptions.flush("x")],
  ["nothing", (client) => client.subscriptions.delete("x")],
];

describe("ClientError", () => {
  it("is told from others, by its code too, and across copies of the package", () => {
    const error = new ClientError("NOT_FOUND", "There is none.", { status: 404 });
    expect(error).toMatchObject({ message: "There is none.", detail: "There is none.", errors: [] });
    expect(isClientError(error)).toBe(true);
    expect(isClientError(error, "NOT_FOUND")).toBe(true);
    expect(isClientError(error, "NETWORK")).toBe(false);
    const copy = Object.assign(new Error(), { name: "ClientError", code: "NETWORK" });
    expect(isClientError(copy, "NETWORK")).toBe(true);
    for (const other of [new Error("x"), { name: "ClientError", code: "NETWORK" }, null, undefined])
      expect(isClientError(other)).toBe(false);
  });
});

describe("problems", () => {
  it("of the API come with their code, status and bad fields", async () => {
    const { client } = await mounted();
    const error = await rejection(
      client.subscriptions.create({ name: "x", retry: { schedule: ["1m", "1m", "x" as "1m"] } }),
    );
    expect(error).toMatchObject({ code: "INVALID_SUBSCRIPTION", status: 422, retryAfter: null });
    expect((error as ClientError).errors.map((one) => "pointer" in one && one.pointer).sort()).toEqual([
      "#/name",
      "#/retry/schedule/2",
    ]);
    expect((error as ClientError).detail).toBe((error as ClientError).message);
    expect(await rejection(client.deliveries.list({ limit: 0 }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      status: 400,
      errors: [{ parameter: "limit" }],
    });
    expect(await rejection(client.deliveries.list({ cursor: "forged" }))).toMatchObject({
      code: "INVALID_CURSOR",
      status: 400,
    });
    const key = await rejection(client.deliveries.retry("x", { idempotencyKey: "" }));
    expect(key).toMatchObject({ code: "INVALID_ARGUMENT", errors: [{ header: "Idempotency-Key" }] });
  });

  it("of those who may not are told apart", async () => {
    const { as } = await mounted();
    const reader = as({ permissions: ["read"] });
    expect(await rejection(reader.subscriptions.create({ name: "Endpoint" }))).toMatchObject({
      code: "FORBIDDEN",
      status: 403,
    });
    const stranger = as({}, { fetch: async () => new Response("Who?", { status: 401 }) });
    expect(await rejection(stranger.deliveries.list())).toMatchObject({
      code: "UNAUTHENTICATED",
      status: 401,
    });
  });

  it("of a newer server keep a code that is not known here", async () => {
    expect(await rejection(of(() => refusing("BRAND_NEW", 418)).deliveries.get("x"))).toMatchObject({
      code: "BRAND_NEW",
      status: 418,
      detail: "This is BRAND_NEW.",
    });
  });

  it.each([
    [{ code: "A", title: "In short" }, "In short", []],
    [{ code: "A", title: 7, detail: null }, "A", []],
    [{ code: "A", detail: "" }, "", []],
    [{ code: "A", detail: "d", errors: "none" }, "d", []],
    [
      {
        code: "A",
        detail: "d",
        errors: [null, 1, { pointer: "#/x" }, { detail: "x" }, { pointer: "#/y", detail: "y" }],
      },
      "d",
      [{ pointer: "#/y", detail: "y" }],
    ],
  ])("are read as far as they are whole: %j", async (body, detail, errors) => {
    const answer = answering(body, 400, { "content-type": "application/problem+json; charset=utf-8" });
    expect(await rejection(of(() => answer).deliveries.get("x"))).toMatchObject({
      code: "A",
      detail,
      errors,
    });
  });

  it.each([
    ["30", 30_000],
    ["0", 0],
    [" 5 ", 5_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", null],
    ["", null],
  ])("say when to try again: %j", async (header, retryAfter) => {
    const client = of(() => refusing("STORE_UNAVAILABLE", 503, { "retry-after": header }));
    expect(await rejection(client.deliveries.get("x"))).toMatchObject({
      code: "STORE_UNAVAILABLE",
      retryAfter,
    });
  });
});

describe("answers that are not the API's", () => {
  const HTML = { "content-type": "text/html; charset=utf-8" };
  const PROBLEM = { "content-type": "application/problem+json" };
  const page = `<!doctype html><title>${TOKEN}</title>`;
  const BAD: readonly (readonly [string, number | null, () => Response])[] = [
    ["a proxy's 502", 502, () => new Response(page, { status: 502, headers: HTML })],
    ["a 404 of the host's own", 404, () => new Response(page, { status: 404, headers: HTML })],
    ["an empty 500", 500, () => new Response(null, { status: 500 })],
    ["a problem without a code", 504, () => answering({ title: "Timeout" }, 504, PROBLEM)],
    ["a problem whose code is no text", 500, () => answering({ code: 7 }, 500, PROBLEM)],
    ["a problem with an empty code", 500, () => answering({ code: "" }, 500, PROBLEM)],
    ["a problem that is a list", 500, () => answering([{ code: "A" }], 500, PROBLEM)],
    ["a problem that breaks off", 500, () => new Response('{"code":"NOT', { status: 500, headers: PROBLEM })],
    ["JSON with a code that is none of ours", 500, () => answering({ code: "ECONNREFUSED" }, 500)],
    ["a redirect", 302, () => new Response(null, { status: 302, headers: { location: "/login" } })],
    ["a login page", 200, () => new Response(page, { headers: HTML })],
    ["JSON that breaks off", 200, () => new Response('{"id":"x","items":[', { headers: PROBLEM })],
    ["nothing", 200, () => new Response("")],
    ["another's JSON", 200, () => answering({ ok: true })],
    ["JSON null", 200, () => answering(null)],
    ["a JSON list", 200, () => answering([])],
    ["a JSON text", 200, () => answering("id")],
  ];

  it.each(BAD)("%s", async (_, status, respond) => {
    for (const [what, call] of CALLS) {
      const error = await rejection(call(of(respond)));
      expect(error, what).toMatchObject({ name: "ClientError", code: "BAD_RESPONSE", status, errors: [] });
      expect(inspect(error, { depth: 9 }), what).not.toContain(TOKEN);
    }
  });

  it("do not pass for a page or a count because they have the fields", async () => {
    for (const body of [
      { items: {}, next: null },
      { items: [], next: 7 },
      { items: [], next: undefined },
      { events: "3" },
    ]) {
      const client = of(() => answering(body));
      expect(isClientError(await rejection(client.deliveries.list()), "BAD_RESPONSE")).toBe(true);
      expect(isClientError(await rejection(client.subscriptions.flush("x")), "BAD_RESPONSE")).toBe(true);
    }
  });

  it("that a browser hides behind status 0", async () => {
    const hidden = Object.defineProperty(new Response(null), "status", { value: 0 });
    Object.defineProperty(hidden, "ok", { value: false });
    expect(await rejection(of(() => hidden).deliveries.get("x"))).toMatchObject({
      code: "BAD_RESPONSE",
      status: null,
      message: expect.stringContaining("a redirect"),
    });
  });

  it("204 is no answer where one is due", async () => {
    const client = of(() => new Response(null, { status: 204 }));
    expect(isClientError(await rejection(client.deliveries.get("x")), "BAD_RESPONSE")).toBe(true);
    expect(await client.subscriptions.delete("x")).toBeUndefined();
  });
});

describe("over the network", () => {
  const server = setupServer();

  async function served<T>(handlers: Parameters<typeof server.use>, work: () => Promise<T>): Promise<T> {
    server.listen({ onUnhandledRequest: "error" });
    server.use(...handlers);
    try {
      return await work();
    } finally {
      server.close();
      server.resetHandlers();
    }
  }

  const client = createClient({ baseUrl: BASE, retry: 0, headers: { authorization: TOKEN } });

  it("a failure is NETWORK, with its cause and without what was sent", async () => {
    const error = await served([http.get(`${BASE}/deliveries`, () => HttpResponse.error())], () =>
      rejection(client.deliveries.list()),
    );
    expect(error).toMatchObject({ code: "NETWORK", status: null, cause: expect.any(TypeError) });
    expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
  });

  it("an answer that breaks off is NETWORK", async () => {
    const body = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"items":['));
          controller.error(new TypeError("terminated"));
        },
      });
    const error = await served(
      [http.get(`${BASE}/deliveries`, () => new HttpResponse(body(), { status: 200 }))],
      () => rejection(client.deliveries.list()),
    );
    expect(isClientError(error, "NETWORK")).toBe(true);
  });

  it("a redirect is not followed with the caller's headers", async () => {
    let followed = 0;
    const error = await served(
      [
        http.get(`${BASE}/deliveries`, () => HttpResponse.redirect("https://elsewhere.example/x", 307)),
        http.get("https://elsewhere.example/x", () => {
          followed++;
          return HttpResponse.json({ items: [], next: null });
        }),
      ],
      () => rejection(client.deliveries.list()),
    );
    expect(error).toMatchObject({ code: "BAD_RESPONSE", status: 307 });
    expect(followed).toBe(0);
  });

  it("a good answer is read", async () => {
    const page = { items: [{ id: "dlv_1" }], next: null };
    const got = await served([http.get(`${BASE}/deliveries`, () => HttpResponse.json(page))], () =>
      client.deliveries.list(),
    );
    expect(got).toEqual(page);
  });

  it("has codes of its own, each once", () => {
    expect([...CLIENT_ERROR_CODES]).toEqual(["NETWORK", "TIMEOUT", "ABORTED", "BAD_RESPONSE"]);
  });
});
