import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Client, type ClientOptions, isClientError } from "../../src/client/index.js";
import { answering, clientOf, DELIVERY, type Respond, refusing, rejection, SUBSCRIPTION } from "./support.js";

/** What is tried again, when, and what is not. Time is held: waits are read from the timers. */

const START = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  // Full jitter at its most.
  vi.spyOn(Math, "random").mockReturnValue(1);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const good = () => answering({ ...SUBSCRIPTION, ...DELIVERY, items: [], next: null, events: 2 });
const broken = () => Promise.reject(new TypeError("fetch failed"));

/** A client, when each of its requests was made, and how to let a call run to its end. */
function timed(respond: Respond, options: Partial<ClientOptions> = {}) {
  const at: number[] = [];
  const start = Date.now();
  const { client, sent } = clientOf((request, number) => {
    at.push(Date.now() - start);
    return respond(request, number);
  }, options);
  async function run<T>(call: (client: Client) => Promise<T>): Promise<T> {
    const result = call(client);
    result.catch(() => {});
    await vi.runAllTimersAsync();
    return result;
  }
  return { client, sent, at, run };
}

/** Fails the first `times` requests. */
const failing =
  (times: number, failure: () => Response | Promise<Response>): Respond =>
  (_, number) =>
    number <= times ? failure() : good();

const unavailable = () => refusing("STORE_UNAVAILABLE", 503);

type Call = (client: Client) => Promise<unknown>;

describe("is tried again", () => {
  it.each<[string, Call]>([
    ["GET", (client: Client) => client.deliveries.get("x")],
    ["GET of a list", (client: Client) => client.deliveries.list()],
    ["POST", (client: Client) => client.subscriptions.flush("x")],
    ["PATCH with ifVersion", (client: Client) => client.subscriptions.enable("x", { ifVersion: 3 })],
  ])("%s, after 0.3 and 0.6 s", async (_, call) => {
    for (const failure of [unavailable, broken]) {
      const { at, run } = timed(failing(2, failure));
      await run(call);
      expect(at).toEqual([0, 300, 900]);
    }
  });

  it.each([408, 429, 502, 503, 504])("after %i", async (status) => {
    const { at, run } = timed(failing(1, () => new Response("<html>", { status })));
    await run((client) => client.deliveries.get("x"));
    expect(at).toEqual([0, 300]);
  });

  it("a POST with one key and one body", async () => {
    const { sent, run } = timed(failing(2, broken));
    await run((client) => client.subscriptions.create({ name: "Endpoint" }).catch(() => {}));
    expect(new Set(sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
    expect(await Promise.all(sent.map((request) => request.text()))).toEqual(
      Array(3).fill('{"name":"Endpoint"}'),
    );
  });

  it("a POST whose first request is under way still", async () => {
    const inUse = () => refusing("IDEMPOTENCY_KEY_IN_USE", 409, { "retry-after": "1" });
    const { at, run } = timed(failing(1, inUse));
    expect(await run((client) => client.subscriptions.flush("x"))).toBe(2);
    expect(at).toEqual([0, 1_000]);
  });

  it("an answer that breaks off", async () => {
    const cut = () =>
      new Response(
        new ReadableStream({ start: (controller) => controller.error(new TypeError("terminated")) }),
      );
    const { at, run } = timed(failing(1, cut));
    await run((client) => client.deliveries.get("x"));
    expect(at).toEqual([0, 300]);
  });

  it("sooner than that by chance", async () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    const { at, run } = timed(failing(2, broken));
    await run((client) => client.deliveries.get("x"));
    expect(at).toEqual([0, 150, 450]);
  });
});

describe("is not tried again", () => {
  it.each<[string, Call]>([
    ["DELETE", (client: Client) => client.subscriptions.delete("x")],
    ["PATCH for any version", (client: Client) => client.subscriptions.update("x", {})],
  ])("%s", async (_, call) => {
    for (const failure of [unavailable, broken]) {
      const { at, run } = timed(failing(9, failure));
      expect(isClientError(await rejection(run(call)))).toBe(true);
      expect(at).toEqual([0]);
    }
  });

  it.each([
    ["INVALID_STATE", 409],
    ["VERSION_CONFLICT", 409],
    ["VERSION_CONFLICT", 412],
    ["NOT_FOUND", 404],
    ["INVALID_DATA", 422],
    ["PAYLOAD_TOO_LARGE", 413],
    ["UNAUTHENTICATED", 401],
    ["INTERNAL", 500],
  ])("%s with %i", async (code, status) => {
    const { at, run } = timed(failing(9, () => refusing(code, status, { "retry-after": "1" })));
    expect(await rejection(run((client) => client.deliveries.retry("x")))).toMatchObject({ code, status });
    expect(at).toEqual([0]);
  });

  it("an answer that is none of the API's", async () => {
    const { at, run } = timed(failing(9, () => new Response("<html>")));
    const error = await rejection(run((client) => client.deliveries.get("x")));
    expect(isClientError(error, "BAD_RESPONSE")).toBe(true);
    expect(at).toEqual([0]);
  });

  it("more often than is allowed, and the last answer counts", async () => {
    const { at, run } = timed((_, number) => (number < 3 ? unavailable() : refusing("INVALID_STATE", 409)));
    expect(await rejection(run((client) => client.deliveries.retry("x")))).toMatchObject({
      code: "INVALID_STATE",
    });
    expect(at).toHaveLength(3);
    for (const retry of [0, 1, 4]) {
      const limited = timed(failing(99, unavailable), { retry });
      expect(await rejection(limited.run((client) => client.deliveries.get("x")))).toMatchObject({
        code: "STORE_UNAVAILABLE",
        status: 503,
      });
      expect(limited.at).toHaveLength(retry + 1);
    }
  });

  it("once the network failed last, though something was answered before", async () => {
    const { run } = timed((_, number) => (number === 1 ? unavailable() : broken()));
    expect(await rejection(run((client) => client.deliveries.get("x")))).toMatchObject({
      code: "NETWORK",
      status: null,
    });
  });
});

describe("waits", () => {
  it.each([
    ["2", 2_000],
    ["10", 10_000],
    [new Date(START + 5_000).toUTCString(), 5_000],
    ["0", 0],
  ])("as long as Retry-After %s asks", async (header, wait) => {
    const { at, run } = timed(
      failing(1, () => refusing("STORE_UNAVAILABLE", 503, { "retry-after": header })),
    );
    await run((client) => client.deliveries.get("x"));
    expect(at).toEqual([0, wait]);
  });

  it("no longer than it may: what asks for more is not tried again", async () => {
    for (const [header, maxWait] of [
      ["11", undefined],
      ["2", 1_999],
      [new Date(START + 60_000).toUTCString(), undefined],
    ] as const) {
      const { at, run } = timed(
        failing(1, () => refusing("STORE_UNAVAILABLE", 503, { "retry-after": header })),
        { retry: { maxWait } },
      );
      const error = await rejection(run((client) => client.deliveries.get("x")));
      expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", retryAfter: expect.any(Number) });
      expect(at).toEqual([0]);
    }
  });

  it("no longer than it may, however often it failed", async () => {
    const { at, run } = timed(failing(5, broken), { retry: { limit: 5, maxWait: 1_000 } });
    await run((client) => client.deliveries.get("x"));
    expect(at).toEqual([0, 300, 900, 1_900, 2_900, 3_900]);
  });
});

/** A server that never answers, and does not look at the signal. */
const silent = () => new Promise<Response>(() => {});

/** One that answers and then never ends, and does not look at the signal. */
const endless = () =>
  new Response(
    new ReadableStream({
      pull: () => new Promise(() => {}),
      start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
    }),
  );

describe("TIMEOUT", () => {
  it.each([
    ["no answer", silent],
    ["an answer without an end", endless],
  ])("comes for %s, once", async (_, respond) => {
    const { at, run } = timed(respond, { timeout: 1_500, headers: { authorization: "s3cret" } });
    const error = await rejection(run((client) => client.deliveries.get("x")));
    expect(error).toMatchObject({ code: "TIMEOUT", status: null });
    expect(inspect(error, { depth: 9 })).not.toContain("s3cret");
    expect(Date.now() - START).toBe(1_500);
    expect(at).toEqual([0]);
  });

  it("comes after 30 s, for a test after 75 s, or what the client or the call says", async () => {
    const get = (timeout?: number) => (client: Client) => client.deliveries.get("x", { timeout });
    const test = (timeout?: number) => (client: Client) =>
      client.subscriptions.sendTest("x", {}, { timeout });
    const cases = [
      [undefined, get(), 30_000],
      [undefined, test(), 75_000],
      [1_000, get(), 1_000],
      [1_000, test(), 1_000],
      [1_000, get(2_000), 2_000],
      [undefined, test(2_000), 2_000],
    ] as const;
    for (const [timeout, call, after] of cases) {
      vi.setSystemTime(START);
      const { run } = timed(silent, { timeout });
      expect(isClientError(await rejection(run(call)), "TIMEOUT")).toBe(true);
      expect(Date.now() - START).toBe(after);
    }
  });

  it("leaves no timer behind when the answer came", async () => {
    const { client } = timed(good);
    await client.deliveries.get("x");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("ABORTED", () => {
  const reason = new Error("Gone to another page");

  it("comes before anything is sent", async () => {
    const { sent, run } = timed(good);
    const signal = AbortSignal.abort(reason);
    const error = await rejection(run((client) => client.deliveries.get("x", { signal })));
    expect(error).toMatchObject({ code: "ABORTED", status: null, cause: reason });
    expect(sent).toEqual([]);
  });

  it.each([
    ["no answer came", silent],
    ["the answer is being read", endless],
  ])("comes at once while %s", async (_, respond) => {
    const { client, at } = timed(respond);
    const abort = new AbortController();
    const result = rejection(client.deliveries.get("x", { signal: abort.signal }));
    await vi.advanceTimersByTimeAsync(100);
    abort.abort(reason);
    expect(await result).toMatchObject({ code: "ABORTED", cause: reason });
    expect(at).toEqual([0]);
  });

  it("comes at once in a wait between two tries, whatever was answered", async () => {
    const { client, at } = timed(unavailable);
    const abort = new AbortController();
    const result = rejection(client.deliveries.get("x", { signal: abort.signal }));
    await vi.advanceTimersByTimeAsync(100);
    abort.abort(reason);
    expect(await result).toMatchObject({ code: "ABORTED", status: null });
    await vi.runAllTimersAsync();
    expect(at).toEqual([0]);
  });

  it("reaches the fetch that is under way", async () => {
    let seen: AbortSignal | undefined;
    const { client } = timed((request) => {
      seen = request.signal;
      return silent();
    });
    const abort = new AbortController();
    const result = rejection(client.deliveries.get("x", { signal: abort.signal }));
    await vi.advanceTimersByTimeAsync(100);
    expect(seen?.aborted).toBe(false);
    abort.abort();
    await result;
    expect(seen?.aborted).toBe(true);
  });
});
