import ky from "ky";
import { delay, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, describe, expect, test } from "vitest";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { LOOPBACK_ENDPOINTS, post, withReceiver } from "../../src/testing/transport/case.js";
import { transportCases } from "../../src/testing/transport/cases.js";
import { assertGuardedFetch, kyTransport } from "../../src/transports/ky.js";

describe("every transport", () => {
  const transport = kyTransport({ endpoints: LOOPBACK_ENDPOINTS });
  const strict = kyTransport();
  afterAll(() => Promise.all([transport.close?.(), strict.close?.()]));

  const trusting = (ca: string) => kyTransport({ endpoints: LOOPBACK_ENDPOINTS, ca });
  for (const { name, run } of transportCases) test(name, () => run({ transport, strict, trusting }));
});

describe("the connector guards what fetch is given", () => {
  test("a name with a private address is refused, the judged address is the one connected to", () =>
    withReceiver(200, async (receiver) => {
      const answers = ["127.0.0.1", "10.0.0.1"];
      let calls = 0;
      const resolve = async () => [{ address: answers[calls++] ?? "", family: 4 }];
      const transport = kyTransport();
      transport.use(createEndpointPolicy(LOOPBACK_ENDPOINTS, { resolve }));
      expect(await post(transport, `http://rebind.example:${receiver.port}/`)).toMatchObject({ status: 200 });
      expect(calls).toBe(1);
      await transport.close?.();
      expect(await post(transport, `http://rebind.example:${receiver.port}/`)).toMatchObject({
        reason: "refused-by-policy",
      });
    }));

  test("also where a hook sends the request elsewhere", () =>
    withReceiver(200, async (receiver) => {
      const elsewhere = `http://127.0.0.1:${receiver.port}/`;
      const client = ky.create({
        hooks: { beforeRequest: [() => new Request(elsewhere, { method: "POST" })] },
      });
      const transport = kyTransport({ ky: client, endpoints: { allowHttp: true } });
      expect(await post(transport, "http://example.com/")).toMatchObject({ reason: "refused-by-policy" });
      expect(receiver.connections).toBe(0);
    }));
});

describe("ky's own ways", () => {
  const server = setupServer();
  afterAll(() => server.close());

  test("hooks run; an instance's retries, time limit and thrown statuses are overridden", async () => {
    server.listen({ onUnhandledRequest: "bypass" });
    let calls = 0;
    server.use(
      http.post("https://example.com/in", async ({ request }) => {
        calls++;
        await delay(20);
        return HttpResponse.text(request.headers.get("x-traced") ?? "none", {
          status: 503,
          headers: { "retry-after": "0" },
        });
      }),
    );
    const client = ky.create({
      retry: { limit: 3, methods: ["post"], statusCodes: [503] },
      timeout: 1,
      throwHttpErrors: true,
      hooks: { beforeRequest: [(request) => request.headers.set("x-traced", "yes")] },
    });
    const result = await post(kyTransport({ ky: client }), "https://example.com/in");
    expect(result).toMatchObject({ kind: "response", status: 503, body: "yes" });
    expect(calls).toBe(1);
  });

  test("an instance that repeats after a broken connection does not", () =>
    withReceiver([{ closeEarly: "before-answer" }, 200], async (receiver) => {
      const client = ky.create({ retry: { limit: 2, methods: ["post"], delay: () => 0 } });
      const transport = kyTransport({ ky: client, endpoints: LOOPBACK_ENDPOINTS });
      expect(await post(transport, receiver.url)).toMatchObject({ reason: "reset" });
      expect(receiver.requests).toHaveLength(1);
    }));

  test("a hook that throws ends as a failure, without its message", async () => {
    const beforeRequest = () => {
      throw new Error("secret of the hook");
    };
    const client = ky.create({ hooks: { beforeRequest: [beforeRequest] } });
    const result = await post(kyTransport({ ky: client }), "https://example.com/in");
    expect(result).toMatchObject({ kind: "failure" });
    expect(JSON.stringify(result)).not.toContain("secret");
  });

  test("a hook that never ends is cut by the signal", async () => {
    const time = new AbortController();
    const client = ky.create({
      hooks: {
        beforeRequest: [
          () => {
            time.abort();
            return new Promise<undefined>(() => {});
          },
        ],
      },
    });
    const result = await post(kyTransport({ ky: client }), "https://example.com/in", {}, time.signal);
    expect(result).toMatchObject({ reason: "timeout" });
  });
});

test("gzip is cut at the limit after it was inflated", async () => {
  const { gzipSync } = await import("node:zlib");
  const body = gzipSync("a".repeat(50_000_000));
  await withReceiver({ body, headers: { "content-encoding": "gzip" } }, async (receiver) => {
    const transport = kyTransport({ endpoints: LOOPBACK_ENDPOINTS });
    const result = await post(transport, receiver.url, { maxResponseBytes: 10 });
    expect(result).toMatchObject({ status: 200, body: "aaaaaaaaaa", truncated: true });
    await transport.close?.();
  });
});

test("where fetch ignores the dispatcher there is no transport", () => {
  expect(() => assertGuardedFetch({ Bun: {} })).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(() => assertGuardedFetch({ Deno: {} })).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(() => assertGuardedFetch({})).not.toThrow();
});

test("an owner's policy is not shared with one who differs", () => {
  const transport = kyTransport();
  transport.use(createEndpointPolicy({ allowHttp: true }));
  expect(() => transport.use(createEndpointPolicy())).toThrow(
    expect.objectContaining({ code: "CONFIGURATION" }),
  );
});
