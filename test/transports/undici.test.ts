import type { LookupAddress } from "node:dns";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { EndpointOptions } from "../../src/endpoints/options.js";
import { createEndpointPolicy, type EndpointPolicy } from "../../src/endpoints/policy.js";
import { LOOPBACK_ENDPOINTS, post, withReceiver } from "../../src/testing/transport/case.js";
import { transportCases } from "../../src/testing/transport/cases.js";
import { selfSigned } from "../../src/testing/transport/certificate.js";
import { type UndiciTransportOptions, undiciTransport } from "../../src/transports/undici.js";

const opened: { close?(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close?.())));

/** A transport whose DNS answers come from here. `endpoints` default to plain HTTP without any open network. */
function resolving(
  resolve: (host: string) => Promise<readonly LookupAddress[]>,
  endpoints: EndpointOptions = { allowHttp: true },
  options: UndiciTransportOptions = {},
) {
  const transport = undiciTransport(options);
  transport.use(createEndpointPolicy(endpoints, { resolve, ownAddresses: () => [] }));
  opened.push(transport);
  return transport;
}

const ipv4 = (address: string): LookupAddress => ({ address, family: 4 });

describe("every transport", () => {
  const transport = undiciTransport({ endpoints: LOOPBACK_ENDPOINTS });
  const strict = undiciTransport();
  afterAll(() => Promise.all([transport.close?.(), strict.close?.()]));

  const trusting = (ca: string) => undiciTransport({ endpoints: LOOPBACK_ENDPOINTS, ca });
  for (const { name, run } of transportCases) test(name, () => run({ transport, strict, trusting }));
});

describe("DNS", () => {
  test("the address that was judged is the one connected to, and it is asked for once", () =>
    withReceiver(200, async ({ port, next }) => {
      const asked: string[] = [];
      const answers = [ipv4("127.0.0.1"), ipv4("10.255.255.1")];
      const transport = resolving(async (host) => [answers[asked.push(host) - 1] ?? ipv4("8.8.8.8")], {
        allowHttp: true,
        allowNetworks: ["127.0.0.0/8"],
      });
      expect(await post(transport, `http://rebind.example:${port}/`)).toMatchObject({ status: 200 });
      expect((await next()).headers.host).toBe(`rebind.example:${port}`);
      expect(asked).toEqual(["rebind.example"]);
      // A new connection asks again, and is judged again: the second answer is private.
      await transport.close?.();
      expect(await post(transport, `http://rebind.example:${port}/`)).toMatchObject({
        reason: "refused-by-policy",
      });
    }));

  test("a public name with a private address is refused, and nothing is connected to", () =>
    withReceiver(200, async (receiver) => {
      const transport = resolving(async () => [ipv4("127.0.0.1")]);
      const result = await post(transport, `http://rebind.example:${receiver.port}/`);
      expect(result).toMatchObject({ kind: "failure", reason: "refused-by-policy" });
      expect(JSON.stringify(result)).not.toMatch(/127|rebind/);
      expect(receiver.connections).toBe(0);
    }));

  test("of mixed answers only the allowed are tried", () =>
    withReceiver(200, async (receiver) => {
      const transport = resolving(async () => [ipv4("127.0.0.9"), ipv4("127.0.0.1")], {
        allowHttp: true,
        allowNetworks: ["127.0.0.1/32"],
      });
      expect(await post(transport, `http://a.example:${receiver.port}/`)).toMatchObject({ status: 200 });
    }));

  test("an opened host may be private", () =>
    withReceiver(200, async (receiver) => {
      const transport = resolving(async () => [ipv4("127.0.0.1")], {
        allowHttp: true,
        allowHosts: ["intranet"],
      });
      expect(await post(transport, `http://intranet:${receiver.port}/`)).toMatchObject({ status: 200 });
      expect(await post(transport, `http://other:${receiver.port}/`)).toMatchObject({
        reason: "refused-by-policy",
      });
    }));

  test("a resolver that fails: dns, and the next attempt asks again", () =>
    withReceiver(200, async (receiver) => {
      let calls = 0;
      const transport = resolving(
        async () => {
          if (calls++ === 0) throw Object.assign(new Error("down"), { code: "EAI_AGAIN" });
          return [ipv4("127.0.0.1")];
        },
        { allowHttp: true, allowHosts: ["a.example"] },
      );
      const result = await post(transport, `http://a.example:${receiver.port}/`);
      expect(result).toMatchObject({ reason: "dns", message: expect.stringContaining("EAI_AGAIN") });
      expect(await post(transport, `http://a.example:${receiver.port}/`)).toMatchObject({ status: 200 });
    }));

  test("the deadline holds while the resolver is silent, and the next attempt is not held up", () =>
    withReceiver(200, async (receiver) => {
      let asked = () => {};
      const first = new Promise<void>((resolve) => {
        asked = resolve;
      });
      let calls = 0;
      const transport = resolving(
        () => {
          asked();
          return calls++ === 0 ? new Promise(() => {}) : Promise.resolve([ipv4("127.0.0.1")]);
        },
        { allowHttp: true, allowHosts: ["a.example"] },
        { connections: 1, connectTimeout: 0 },
      );
      const time = new AbortController();
      const sent = post(transport, `http://a.example:${receiver.port}/`, {}, time.signal);
      await first;
      time.abort();
      expect(await sent).toMatchObject({ reason: "timeout", message: expect.stringContaining("connecting") });
      expect(await post(transport, `http://a.example:${receiver.port}/`)).toMatchObject({ status: 200 });
    }));

  test("connecting has a limit of its own", async () => {
    const transport = resolving(() => new Promise(() => {}), undefined, { connectTimeout: 20 });
    expect(await post(transport, "http://a.example/")).toMatchObject({ reason: "timeout" });
  });
});

test("the address a socket has reached is judged too", () =>
  withReceiver(200, async (receiver) => {
    const real = createEndpointPolicy(LOOPBACK_ENDPOINTS);
    // A policy that takes the name, whose look-up is not guarded.
    const policy: EndpointPolicy = {
      ...real,
      allowsAddress: () => false,
      allowsHost: () => true,
      checkUrl: (raw) => ({ url: new URL(raw), credentials: null }),
    };
    const transport = undiciTransport();
    transport.use(policy);
    opened.push(transport);
    expect(await post(transport, receiver.url)).toMatchObject({ reason: "refused-by-policy" });
    expect(receiver.requests).toEqual([]);
  }));

describe("certificates", () => {
  const tls = selfSigned(["hooks.example"]);
  const endpoints = { allowHosts: ["*.example"], allowInsecureTls: true };

  test("must be for the host of the URL", () =>
    withReceiver(
      200,
      async ({ port, requests }) => {
        const transport = resolving(async () => [ipv4("127.0.0.1")], endpoints, { ca: tls.cert });
        expect(await post(transport, `https://hooks.example:${port}/`)).toMatchObject({ status: 200 });
        expect(await post(transport, `https://hooks.example.:${port}/`)).toMatchObject({ status: 200 });
        expect(await post(transport, `https://other.example:${port}/`)).toMatchObject({
          reason: "tls",
          message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
        });
        expect(requests).toHaveLength(2);
      },
      { tls },
    ));

  test("a session is taken up again, and still only for its host", async () => {
    const reused: boolean[] = [];
    const server = createServer(tls, (_, response) => response.setHeader("connection", "close").end());
    server.on("secureConnection", (socket) => reused.push(socket.isSessionReused()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const transport = resolving(async () => [ipv4("127.0.0.1")], endpoints, { ca: [tls.cert] });
    for (let index = 0; index < 2; index++) {
      expect(await post(transport, `https://hooks.example:${port}/`)).toMatchObject({ status: 200 });
    }
    expect(reused).toEqual([false, true]);
    expect(await post(transport, `https://other.example:${port}/`)).toMatchObject({ reason: "tls" });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("the policy of the composition root", () => {
  test("replaces the transport's own, and closes what was connected under it", () =>
    withReceiver(200, async (receiver) => {
      const transport = undiciTransport({ endpoints: LOOPBACK_ENDPOINTS });
      opened.push(transport);
      expect(await post(transport, receiver.url)).toMatchObject({ status: 200 });
      // The address stays open: only the verdict about the URL, which was remembered, is another.
      transport.use(createEndpointPolicy({ allowNetworks: ["127.0.0.0/8"] }));
      expect(await post(transport, receiver.url)).toMatchObject({ reason: "refused-by-policy" });
      await (await receiver.next()).closed;
    }));

  test("is not shared by two owners who differ", () => {
    const transport = undiciTransport();
    transport.use(createEndpointPolicy({ allowHttp: true }));
    transport.use(createEndpointPolicy({ allowHttp: true }));
    expect(() => transport.use(createEndpointPolicy())).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
  });
});

test("a time-out says how far the request came; early hints are no answer", async () => {
  const time = new AbortController();
  const raw = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
  const onChunk = (count: number) => count === 5 && time.abort();
  await withReceiver({ raw, everyMs: 1, onChunk }, async (receiver) => {
    const transport = undiciTransport({ endpoints: LOOPBACK_ENDPOINTS });
    opened.push(transport);
    const result = await post(transport, receiver.url, {}, time.signal);
    expect(result).toMatchObject({ message: "The time for this attempt was up. (waiting for the answer)" });
  });
});

test("a message has no detail where there is none", async () => {
  expect(await post(undiciTransport(), "https://localhost/")).toMatchObject({
    message: expect.stringMatching(/`endpoints` options\.$/),
  });
});

describe("limits", () => {
  test.each(["connections", "keepAliveTimeout", "maxOrigins", "maxSockets"] as const)(
    "%s must be whole",
    (field) => {
      for (const bad of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
        expect(() => undiciTransport({ [field]: bad })).toThrow(
          expect.objectContaining({ code: "CONFIGURATION" }),
        );
      }
    },
  );

  test("beyond maxOrigins the least recently used connections are closed", () =>
    withReceiver(200, (a) =>
      withReceiver(200, (b) =>
        withReceiver(200, async (c) => {
          const transport = undiciTransport({
            endpoints: LOOPBACK_ENDPOINTS,
            maxOrigins: 2,
            keepAliveTimeout: 60_000,
          });
          opened.push(transport);
          for (const { url } of [a, b, a, c]) await post(transport, url);
          await (await b.next()).closed;
          await post(transport, a.url);
          expect([a.connections, b.connections, c.connections]).toEqual([1, 1, 1]);
        }),
      ),
    ));

  test("beyond maxSockets too, but never one with a request under way", () =>
    withReceiver({ hang: true }, (busy) =>
      withReceiver(200, (idle) =>
        withReceiver(200, async (other) => {
          const transport = undiciTransport({
            endpoints: LOOPBACK_ENDPOINTS,
            maxSockets: 1,
            keepAliveTimeout: 60_000,
          });
          opened.push(transport);
          const time = new AbortController();
          const slow = post(transport, busy.url, {}, time.signal);
          await busy.next();
          await post(transport, idle.url);
          await post(transport, other.url);
          await post(transport, other.url);
          await (await idle.next()).closed;
          time.abort();
          expect(await slow).toMatchObject({ reason: "timeout" });
          expect(busy.connections).toBe(1);
        }),
      ),
    ));

  test("requests beyond `connections` wait; one whose time is up while it waits is not sent", () =>
    withReceiver({ hang: true }, async (receiver) => {
      const transport = undiciTransport({ endpoints: LOOPBACK_ENDPOINTS, connections: 1 });
      opened.push(transport);
      const [first, second] = [new AbortController(), new AbortController()];
      const sent = [
        post(transport, `${receiver.url}/1`, {}, first.signal),
        post(transport, `${receiver.url}/2`, {}, second.signal),
        post(transport, `${receiver.url}/3`),
      ];
      await receiver.next();
      second.abort();
      expect(await sent[1]).toMatchObject({ reason: "timeout" });
      receiver.answer(200);
      first.abort();
      expect(await sent[0]).toMatchObject({ reason: "timeout" });
      expect(await sent[2]).toMatchObject({ status: 200 });
      expect(receiver.requests.map(({ url }) => url)).toEqual(["/1", "/3"]);
    }));
});
