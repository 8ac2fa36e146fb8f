import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Echo, echoHandler } from "./echo.js";
import { ask, type Running, say } from "./servers.js";

/** How a framework mounts the handler at /api/webhooks; it answers /own itself, with "own". */
export type Mount = (handler: Echo["handler"]) => Promise<Running>;

/** What differs between frameworks. */
export interface Differences {
  /** A parser reads the body first: what is no JSON never arrives, and a lost client is not told mid-body. */
  readonly isParsed?: boolean;
  /** What answers a target that is no path; the framework, where it looks at it first. @default [400] */
  readonly garbage?: readonly number[];
  /** What the framework makes of 127.0.0.1 in the URL. @default "127.0.0.1" */
  readonly host?: string;
  /** What a handler throws is the framework's to answer: there is no adapter. */
  readonly isNative?: boolean;
}

const MIB = 2 ** 20;

/** What every framework must do, over the loopback. */
export function describeMount(name: string, mount: Mount, differences: Differences = {}): void {
  describe(name, () => {
    const { isParsed = false, garbage = [400], isNative = false, host = "127.0.0.1" } = differences;
    let echo: Echo;
    let server: Running;
    beforeEach(async () => {
      echo = echoHandler();
      server = await mount(echo.handler);
    });
    afterEach(() => server.close());

    it("GET, with the URL as it is seen from outside", async () => {
      const got = await ask(`${server.url}/api/webhooks/echo?a=1&b=%20`, { headers: { "x-a": ["1", "2"] } });
      expect(got.status).toBe(200);
      const seen = JSON.parse(got.body);
      expect(seen).toMatchObject({
        method: "GET",
        url: `http://${host}:${server.port}/api/webhooks/echo?a=1&b=%20`,
        body: null,
      });
      expect(seen.headers["x-a"]).toBe("1, 2");
    });

    it("POST with JSON", async () => {
      const body = JSON.stringify({ name: "Zoë ☃", list: [1, { a: null }] });
      const headers = { "content-type": "application/json" };
      const got = await ask(`${server.url}/api/webhooks/echo`, { method: "POST", headers, body });
      expect(JSON.parse(got.body)).toMatchObject({ method: "POST", body });
      expect(JSON.parse(got.body).headers).toMatchObject({
        "content-type": "application/json",
      });
    });

    it("POST without a body, PATCH and DELETE", async () => {
      for (const method of ["POST", "PATCH", "DELETE"]) {
        const got = await ask(`${server.url}/api/webhooks/echo`, {
          method,
          headers: { "content-length": "0" },
        });
        expect(JSON.parse(got.body), method).toMatchObject({ method });
        expect(JSON.parse(got.body).body ?? "", method).toBe("");
      }
    });

    it("a body of 1 MB", async () => {
      const body = JSON.stringify("x".repeat(MIB)).replace(/^/, '{"a":').concat("}");
      const headers = { "content-type": "application/json" };
      const got = await ask(`${server.url}/api/webhooks/size`, { method: "POST", headers, body });
      expect(JSON.parse(got.body)).toEqual({ bytes: body.length });
    });

    it("a body in chunks of no announced length", async () => {
      const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
      const got = await ask(`${server.url}/api/webhooks/echo`, { method: "POST", headers, body: '{"a":1}' });
      expect(JSON.parse(got.body).body).toBe('{"a":1}');
    });

    it("status, headers and each cookie", async () => {
      const got = await ask(`${server.url}/api/webhooks/cookies`);
      expect(got).toMatchObject({ status: 201, body: "ok" });
      expect(got.headers["x-one"]).toBe("1");
      expect(got.headers["set-cookie"]).toEqual([
        "a=1; Path=/",
        "b=2; Expires=Sat, 21 Nov 2026 12:00:00 GMT",
      ]);
    });

    it("HEAD without a body", async () => {
      const text = `HEAD /api/webhooks/cookies HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;
      const heard = await say(server.port, text);
      expect(heard).toMatch(/^HTTP\/1\.1 201 /);
      expect(heard).toMatch(/\r\nx-one: 1\r\n/i);
      expect(heard.endsWith("\r\n\r\n")).toBe(true);
    });

    it("404 of the handler as it is, and what is not ours to others", async () => {
      const got = await ask(`${server.url}/api/webhooks/nowhere`);
      expect(got).toMatchObject({ status: 404, body: '{"code":"NOT_FOUND"}' });
      expect(await ask(`${server.url}/own`)).toMatchObject({ status: 200, body: "own" });
      const headers = { "content-type": "application/json" };
      expect(await ask(`${server.url}/own`, { method: "POST", headers, body: '{"a":1}' })).toMatchObject({
        status: 200,
        body: '{"a":1}',
      });
    });

    it("a stream, chunk by chunk", async () => {
      const response = await fetch(`${server.url}/api/webhooks/stream`);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect(await reader?.read()).toEqual({ done: false, value: "first" });
      echo.release();
      expect(await reader?.read()).toEqual({ done: false, value: "second" });
      expect(await reader?.read()).toEqual({ done: true, value: undefined });
    });

    it("malformed requests, one after the other, and the server lives", async () => {
      const status = async (text: string) => Number((await say(server.port, text)).split(" ")[1]);
      const get = (target: string, host: string) =>
        `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
      for (const host of ["a b", "a@b", "a/b", "[::", "a:99999", "a:b", ""]) {
        expect([400], `Host: ${host}`).toContain(await status(get("/api/webhooks/echo", host)));
      }
      for (const target of ["/api/webhooks/..\\echo", "/api/webhooks/%2e%2E/echo"]) {
        expect(garbage, target).toContain(await status(get(target, "a")));
      }
      expect(await status("GET /api/webhooks/echo HTTP/1.1\r\n\r\n")).toBe(400);
      expect(await status("nonsense\r\n\r\n")).toBe(400);
      const broken =
        "POST /api/webhooks/echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nconnection: close\r\n";
      expect(await status(`${broken}content-length: x\r\n\r\n`)).toBe(400);
      const notJson = await status(`${broken}content-length: 2\r\n\r\n{x`);
      expect(notJson).toBe(isParsed ? 400 : 200);
      expect((await ask(`${server.url}/api/webhooks/echo`)).status).toBe(200);
    });

    it("what the handler throws, without detail", async () => {
      const got = await ask(`${server.url}/api/webhooks/throw`);
      expect(got.status).toBe(500);
      expect(got.body).not.toContain("hunter2");
      if (!isNative) expect(JSON.parse(got.body)).toMatchObject({ code: "INTERNAL", status: 500 });
    });

    it("a client that goes away in the middle of its body", async () => {
      const socket = connect(server.port, "127.0.0.1");
      const head = `POST /api/webhooks/abort HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n`;
      socket.write(`${head}content-type: application/json\r\n\r\n{"half":`);
      if (!isParsed) {
        await echo.reading;
        socket.destroy();
        expect(await echo.aborted).toBe(true);
      } else socket.destroy();
      expect((await ask(`${server.url}/api/webhooks/echo`)).status).toBe(200);
    });
  });
}
