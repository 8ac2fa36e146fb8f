import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { LookupAddress } from "node:dns";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import type { EndpointOptions } from "../../src/endpoints/options.js";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { startEvilReceiver } from "../../src/testing/evil/receiver.js";
import { type Receiver, type ReceiverOptions, startReceiver } from "../../src/testing/receiver.js";
import { LOOPBACK_ENDPOINTS, post } from "../../src/testing/transport/case.js";
import { transportCases } from "../../src/testing/transport/cases.js";
import { testAuthority } from "../../src/testing/transport/certificate.js";
import { kyTransport } from "../../src/transports/ky.js";
import type { ConnectionOptions } from "../../src/transports/options.js";
import { undiciTransport } from "../../src/transports/undici.js";
import { rounds } from "../make.js";
import { type ProxyOptions, startProxy, type TestProxy } from "../support/connect-proxy.js";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (let step = cleanUps.pop(); step; step = cleanUps.pop()) await step();
});

async function proxying(options?: ProxyOptions): Promise<TestProxy> {
  const proxy = await startProxy(options);
  cleanUps.push(() => proxy.close());
  return proxy;
}

async function receiving(options?: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(200, options);
  cleanUps.push(() => receiver.close());
  return receiver;
}

const ipv4 = (address: string): LookupAddress => ({ address, family: 4 });
const ipv6 = (address: string): LookupAddress => ({ address, family: 6 });
const neverAsked = () => Promise.reject(new Error("DNS was asked"));
const authority = testAuthority();

describe.each([
  ["undici", undiciTransport],
  ["ky", kyTransport],
])("%s through an egress proxy", (_, make) => {
  function over(
    endpoints: EndpointOptions,
    resolve: (host: string) => Promise<readonly LookupAddress[]> = neverAsked,
    options: ConnectionOptions = {},
  ) {
    const transport = make(options);
    transport.use(createEndpointPolicy(endpoints, { resolve, ownAddresses: () => [] }));
    cleanUps.push(() => transport.close?.());
    return transport;
  }

  test("a plain and a secure target are both reached by CONNECT, also where the proxy speaks TLS", async () => {
    const plain = await receiving();
    const secure = await receiving({ tls: authority.issue(["127.0.0.1"]) });
    for (const tls of [undefined, authority.issue(["127.0.0.1"])]) {
      const proxy = await proxying(tls === undefined ? {} : { tls });
      const transport = over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url }, neverAsked, { ca: authority.cert });
      const body = "é".repeat(100_000);
      expect(await post(transport, `${plain.url}/a`, { body })).toMatchObject({ status: 200 });
      expect(await post(transport, `${secure.url}/b`, { body })).toMatchObject({ status: 200 });
      // The connection is kept, and with it the way through, once it is free again.
      await rounds();
      expect(await post(transport, `${secure.url}/c`)).toMatchObject({ status: 200 });
      expect(proxy.requests.map(({ line }) => line)).toEqual([
        `CONNECT 127.0.0.1:${plain.port} HTTP/1.1`,
        `CONNECT 127.0.0.1:${secure.port} HTTP/1.1`,
      ]);
      expect(plain.requests.at(-1)).toMatchObject({ url: "/a", body });
      expect(secure.requests.map(({ url }) => url).slice(-2)).toEqual(["/b", "/c"]);
    }
  });

  test("credentials go to the proxy, decoded, and nowhere else", async () => {
    const receiver = await receiving();
    const proxy = await proxying();
    const url = proxy.url.replace("//", "//us%20er:s3cret%3A%C3%BC@");
    const transport = over({ ...LOOPBACK_ENDPOINTS, proxy: url });
    expect(await post(transport, receiver.url)).toMatchObject({ status: 200 });
    const basic = `Basic ${Buffer.from("us er:s3cret:ü").toString("base64")}`;
    expect(proxy.requests[0]?.head).toContain(`\r\nproxy-authorization: ${basic}\r\n`);
    const { headers } = await receiver.next();
    expect(JSON.stringify(headers)).not.toMatch(/proxy|s3cret/i);
    expect(JSON.stringify(headers)).not.toContain(basic.slice(6));
  });

  test("the address that was judged is what the proxy is told; the name stays in Host and in TLS", async () => {
    const receiver = await receiving({ tls: authority.issue(["hooks.example"]) });
    const proxy = await proxying({ route: () => ({ host: "127.0.0.1", port: receiver.port }) });
    const answers = [[ipv4("10.0.0.1"), ipv4("8.8.8.8")], [ipv4("10.0.0.1")]];
    const asked: string[] = [];
    const transport = over(
      { proxy: proxy.url },
      async (host) => answers[asked.push(host) - 1] ?? [ipv4("8.8.4.4")],
      { ca: authority.cert },
    );
    expect(await post(transport, `https://hooks.example:${receiver.port}/`)).toMatchObject({ status: 200 });
    expect(proxy.requests.map(({ authority }) => authority)).toEqual([`8.8.8.8:${receiver.port}`]);
    expect((await receiver.next()).headers.host).toBe(`hooks.example:${receiver.port}`);
    expect(asked).toEqual(["hooks.example"]);
    // A new connection asks again; by now the name leads inside.
    await transport.close?.();
    const refused = await post(transport, `https://hooks.example:${receiver.port}/`);
    expect(refused).toMatchObject({ reason: "refused-by-policy" });
    expect(asked).toHaveLength(2);
    expect(proxy.requests).toHaveLength(1);
  });

  test("TLS is told the name of the URL and no other, directly and through the proxy", async () => {
    const told: unknown[] = [];
    const server = createServer(authority.issue(["hooks.example", "127.0.0.1"]), (_, response) =>
      response.end(),
    );
    server.on("secureConnection", (socket) => told.push(socket.servername));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    cleanUps.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const proxy = await proxying();
    for (const options of [
      {},
      { proxy: proxy.url },
      { proxy: { url: proxy.url, resolve: "here" as const } },
    ]) {
      const transport = over({ ...LOOPBACK_ENDPOINTS, ...options }, async () => [ipv4("127.0.0.1")], {
        ca: authority.cert,
      });
      for (const host of ["hooks.example", "HOOKS.example.", "127.0.0.1"]) {
        expect(await post(transport, `https://${host}:${port}/`)).toMatchObject({ status: 200 });
      }
    }
    expect(told).toEqual([1, 2, 3].flatMap(() => ["hooks.example", "hooks.example", false]));
  });

  test("the certificate must be the name's, through the proxy too", async () => {
    const receiver = await receiving({ tls: authority.issue(["hooks.example"]) });
    const proxy = await proxying({ route: () => ({ host: "127.0.0.1", port: receiver.port }) });
    const transport = over({ proxy: proxy.url }, async () => [ipv4("8.8.8.8")], { ca: authority.cert });
    for (const host of ["other.example", "8.8.8.8"]) {
      expect(await post(transport, `https://${host}:${receiver.port}/`)).toMatchObject({
        reason: "tls",
        message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
      });
    }
    expect(receiver.requests).toEqual([]);
  });

  test.each([
    "https://10.0.0.1/",
    "https://[::ffff:7f00:1]/",
    "https://169.254.169.254/",
    "https://metadata.google.internal/",
    "https://localhost/",
    "https://intranet/",
    "http://hooks.example/",
  ])("the target %s is refused, whoever resolves, and the proxy hears nothing of it", async (url) => {
    const proxy = await proxying();
    for (const resolve of ["here", "proxy"] as const) {
      const transport = over({ proxy: { url: proxy.url, resolve } });
      expect(await post(transport, url)).toMatchObject({ reason: "refused-by-policy" });
    }
    expect(proxy.connections).toBe(0);
  });

  test("an operator's network is open through the proxy, and an IPv6 address is in brackets", async () => {
    const receiver = await receiving();
    const proxy = await proxying({ route: () => ({ host: "127.0.0.1", port: receiver.port }) });
    const endpoints = { allowHttp: true, allowNetworks: ["10.1.0.0/16"], proxy: proxy.url };
    const transport = over(endpoints, async () => [ipv6("2606:4700::1111")]);
    expect(await post(transport, "http://10.1.2.3:8080/")).toMatchObject({ status: 200 });
    expect(await post(transport, "http://[2606:4700:0::5]/")).toMatchObject({ status: 200 });
    expect(await post(transport, "http://hooks.example/")).toMatchObject({ status: 200 });
    expect(proxy.requests.map(({ authority }) => authority)).toEqual([
      "10.1.2.3:8080",
      "[2606:4700::5]:80",
      "[2606:4700::1111]:80",
    ]);
  });

  test("a resolver that fails is dns, and the proxy hears nothing of it", async () => {
    const proxy = await proxying();
    const down = Object.assign(new Error("down"), { code: "EAI_AGAIN" });
    const transport = over({ proxy: proxy.url }, () => Promise.reject(down));
    expect(await post(transport, "https://hooks.example/")).toMatchObject({
      reason: "dns",
      message: expect.stringContaining("EAI_AGAIN"),
    });
    expect(proxy.connections).toBe(0);
  });

  test('with `resolve: "proxy"` the proxy is told the name, and DNS is not asked here', async () => {
    const receiver = await receiving();
    const proxy = await proxying({ route: () => ({ host: "127.0.0.1", port: receiver.port }) });
    const transport = over({ allowHttp: true, proxy: { url: proxy.url, resolve: "proxy" } });
    expect(await post(transport, `http://hooks.example.:${receiver.port}/`)).toMatchObject({ status: 200 });
    expect(proxy.requests[0]?.authority).toBe(`hooks.example:${receiver.port}`);
  });

  test("a proxy that cannot reach one address is asked for the next, the families taking turns", async () => {
    const receiver = await receiving();
    const proxy = await proxying({
      route: () => ({ host: "127.0.0.1", port: receiver.port }),
      answer: ({ authority }) => (authority.startsWith("8.") ? null : "HTTP/1.1 503 No route\r\n\r\n"),
    });
    const found = [ipv6("2606:4700::1"), ipv6("2606:4700::2"), ipv6("2606:4700::3"), ipv4("8.8.8.8")];
    const transport = over({ allowHttp: true, proxy: proxy.url }, async () => found);
    expect(await post(transport, "http://hooks.example/")).toMatchObject({ status: 200 });
    expect(proxy.requests.map(({ authority }) => authority)).toEqual(["[2606:4700::1]:80", "8.8.8.8:80"]);
  });

  test("four addresses are tried and no more; wrong credentials end it at once", async () => {
    const found = Array.from({ length: 9 }, (_, index) => ipv4(`8.8.8.${index + 1}`));
    const busy = await proxying({ answer: () => "HTTP/1.0 503 Busy\r\nx: y\r\n\r\nbody" });
    expect(
      await post(
        over({ proxy: busy.url }, async () => found),
        "https://hooks.example/",
      ),
    ).toMatchObject({ reason: "connect", message: expect.stringContaining("the egress proxy answered 503") });
    expect(busy.requests).toHaveLength(4);
    const locked = await proxying({ answer: () => "HTTP/1.1 407 Who are you\r\n\r\n" });
    expect(
      await post(
        over({ proxy: locked.url }, async () => found),
        "https://hooks.example/",
      ),
    ).toMatchObject({ reason: "connect", message: expect.stringContaining("endpoints.proxy") });
    expect(locked.requests).toHaveLength(1);
  });

  test.each<[string, string, string, boolean?]>([
    ["407", "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "answered 407"],
    ["403", "HTTP/1.1 403 Filtered\r\ncontent-length: 9999999999\r\n\r\n<html>", "answered 403"],
    ["405", "HTTP/1.1 405 No\r\n\r\n", "answered 405: it does not allow CONNECT"],
    ["502", "HTTP/1.0 502 Bad Gateway\r\n\r\n", "answered 502", true],
    ["302", "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n", "answered 302"],
    ["another protocol", "SSH-2.0-OpenSSH_9.9\r\n", "something that is not HTTP"],
    ["a status that is none", "HTTP/1.1 999 Odd\r\n\r\n", "something that is not HTTP"],
    ["a line that is none", "HTTP/1.1 2000 Odd\r\n\r\n", "something that is not HTTP"],
    ["headers without end", `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(10_000)}`, "something that is not HTTP"],
    ["interim answers without end", "HTTP/1.1 100 Go\r\n\r\n".repeat(2_000), "something that is not HTTP"],
    ["bytes in the target's mouth", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "that is not HTTP"],
    ["half an answer", "HTTP/1.1 200 OK\r\n", "closed the connection without an answer", true],
    ["nothing", "", "closed the connection without an answer", true],
  ])("a proxy that answers with %s: connect, and that it was the proxy", async (_, answer, words, closes) => {
    const receiver = await receiving();
    const proxy = await proxying({ answer: () => answer, closes: closes ?? false });
    const url = proxy.url.replace("//", "//user:s3cret@");
    const result = await post(over({ ...LOOPBACK_ENDPOINTS, proxy: url }), receiver.url);
    expect(result).toMatchObject({ kind: "failure", reason: "connect" });
    expect(JSON.stringify(result)).toMatch(/the egress proxy/);
    expect(JSON.stringify(result)).toContain(words);
    expect(JSON.stringify(result)).not.toMatch(/s3cret|user:|127\.0/);
    expect(receiver.connections).toBe(0);
  });

  test("an interim answer is passed over", async () => {
    const receiver = await receiving();
    const proxy = await proxying({ success: "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 299 Fine\r\na: b\r\n\r\n" });
    const transport = over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url });
    expect(await post(transport, receiver.url)).toMatchObject({ status: 200 });
  });

  test("nobody listens where the proxy should be", async () => {
    const proxy = await proxying();
    await proxy.close();
    expect(
      await post(over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url }), "http://127.0.0.1:8080/"),
    ).toMatchObject({
      reason: "connect",
      message: "No connection could be made. (the egress proxy could not be connected to: ECONNREFUSED)",
    });
  });

  test("the proxy's certificate is checked, also where the endpoint's is not, by authorities of its own", async () => {
    const receiver = await receiving({ tls: authority.issue(["127.0.0.1"]) });
    const proxy = await proxying({ tls: testAuthority().issue(["127.0.0.1"]) });
    const unknown = over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url }, neverAsked, { ca: authority.cert });
    expect(await post(unknown, receiver.url, { tls: { verify: false } })).toMatchObject({
      reason: "connect",
      message: expect.stringContaining("the egress proxy could not be connected to"),
    });
    expect(proxy.requests).toEqual([]);
    const other = testAuthority();
    const named = await proxying({ tls: other.issue(["127.0.0.1"]) });
    for (const ca of [other.cert, [other.cert]]) {
      const endpoints = { ...LOOPBACK_ENDPOINTS, proxy: { url: named.url, ca } };
      const transport = over(endpoints, neverAsked, { ca: authority.cert });
      expect(await post(transport, receiver.url)).toMatchObject({ status: 200 });
    }
  });

  describe("time", () => {
    const silent = () => proxying({ answer: () => new Promise(() => {}) });

    test("the attempt's limit covers CONNECT, and says that it was the proxy; the connection is closed", async () => {
      const proxy = await silent();
      const time = new AbortController();
      const transport = over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url }, neverAsked, { connectTimeout: 0 });
      const sent = post(transport, "http://127.0.0.1:8080/", {}, time.signal);
      await proxy.asked;
      time.abort();
      expect(await sent).toMatchObject({
        reason: "connect",
        message: expect.stringContaining("the egress proxy did not answer in time"),
      });
    });

    test("connecting has a limit of its own, which says so too", async () => {
      const proxy = await silent();
      const transport = over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url }, neverAsked, { connectTimeout: 30 });
      expect(await post(transport, "http://127.0.0.1:8080/")).toMatchObject({
        reason: "connect",
        message: expect.stringContaining("the egress proxy did not answer in time"),
      });
    });

    test("while DNS is asked it is nobody's fault, and an answer that comes too late opens nothing", async () => {
      const proxy = await proxying();
      let answer: (found: LookupAddress[]) => void = () => {};
      let asked = () => {};
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const transport = over({ proxy: proxy.url }, () => {
        asked();
        return new Promise((resolve) => {
          answer = resolve;
        });
      });
      const time = new AbortController();
      const sent = post(transport, "https://hooks.example/", {}, time.signal);
      await isAsked;
      time.abort();
      expect(await sent).toMatchObject({ reason: "timeout" });
      answer([ipv4("8.8.8.8")]);
      const sockets: unknown[] = [];
      const onSocket = (message: unknown) => sockets.push(message);
      subscribe("net.client.socket", onSocket);
      await rounds();
      unsubscribe("net.client.socket", onSocket);
      expect(sockets).toEqual([]);
      expect(proxy.connections).toBe(0);
    });

    test("behind the proxy the endpoint is slow by itself", async () => {
      const evil = await startEvilReceiver();
      cleanUps.push(() => evil.close());
      const proxy = await proxying();
      const transport = over({ ...LOOPBACK_ENDPOINTS, proxy: proxy.url }, neverAsked, { ca: evil.ca });
      for (const name of ["silent", "tls-silent", "trickled-answer"] as const) {
        const time = new AbortController();
        const sent = post(transport, evil.url(name), {}, time.signal);
        await (await evil.visit(name)).underWay;
        time.abort();
        expect(await sent, name).toMatchObject({ reason: "timeout" });
      }
    });
  });

  test("two owners whose proxies differ, in a password too, do not share a transport", () => {
    const transport = make();
    const policy = (proxy?: EndpointOptions["proxy"]) =>
      createEndpointPolicy(proxy === undefined ? {} : { proxy });
    transport.use(policy("http://u:one@proxy.example"));
    transport.use(policy("http://u:one@proxy.example:80"));
    for (const other of [
      policy(),
      policy("http://u:two@proxy.example"),
      policy("https://u:one@proxy.example:80"),
      policy({ url: "http://u:one@proxy.example", resolve: "proxy" }),
    ]) {
      expect(() => transport.use(other)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    }
  });
});

describe("undici through an egress proxy, as without one", () => {
  for (const { name, run } of transportCases) {
    test(name, async () => {
      const proxy = await proxying();
      const through = (ca?: string) => {
        const endpoints = { ...LOOPBACK_ENDPOINTS, proxy: proxy.url };
        const transport = undiciTransport({ endpoints, ...(ca === undefined ? {} : { ca }) });
        cleanUps.push(() => transport.close?.());
        return transport;
      };
      const strict = undiciTransport({ endpoints: { proxy: proxy.url } });
      await run({ transport: through(), strict, trusting: through });
    });
  }
});

test("a policy that is printed shows no password", () => {
  const policy = createEndpointPolicy({ proxy: "http://user:s3cret@proxy.example:3128" });
  expect(policy.proxy).toMatchObject({ host: "proxy.example", port: 3128 });
  const basic = Buffer.from("user:s3cret").toString("base64");
  for (const text of [JSON.stringify(policy), inspect(policy, { depth: 9, showHidden: true })]) {
    expect(text).toContain("proxy.example");
    expect(text).not.toMatch(/s3cret/);
    expect(text).not.toContain(basic);
  }
});
