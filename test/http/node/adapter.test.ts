import { once } from "node:events";
import {
  Agent,
  createServer,
  get,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { connect as connectHttp2, createServer as createHttp2 } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { bodyOf } from "../../../src/http/node/body.js";
import { type NodeHandlerOptions, nodeRequest, toNodeHandler } from "../../../src/http/node.js";
import { ask, deferred, listen, type Running, say } from "./servers.js";

let server: Running | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Handler = (request: Request) => Response | Promise<Response>;

/** Serves it, and collects what `onError` is told. */
async function serve(handler: Handler, options: NodeHandlerOptions = {}) {
  const errors: unknown[] = [];
  const ours = toNodeHandler(handler, { onError: (error) => errors.push(error), ...options });
  const done: Promise<void>[] = [];
  server = await listen(createServer((request, response) => done.push(ours(request, response))));
  return { ...server, errors, done };
}

const CHUNK = new Uint8Array(2 ** 16);

describe("toNodeHandler", () => {
  it("leaves a body that nobody reads on the wire, and the connection fit for the next request", async () => {
    const { url } = await serve(async (request) => {
      if (request.headers.get("x-read") === "some") {
        const reader = request.body?.getReader();
        await reader?.read();
        if (request.headers.has("x-cancel")) await reader?.cancel();
      }
      return new Response("enough", { status: 413 });
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number>();
    for (const headers of [{}, { "x-read": "some" }, { "x-read": "some", "x-cancel": "1" }, {}]) {
      const sent = httpRequest(url, { method: "POST", headers, agent });
      sent.end(Buffer.alloc(2 ** 22));
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      ports.add(response.socket.localPort ?? 0);
      expect([response.statusCode, await text(response)]).toEqual([413, "enough"]);
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it("reads no more of an answer than the client takes, and stops when it goes away", async () => {
    let made = 0;
    const stopped = deferred<unknown>();
    const full = deferred();
    const { url, done, errors } = await serve(
      () =>
        new Response(
          new ReadableStream<Uint8Array>(
            {
              pull(controller) {
                made += 1;
                controller.enqueue(CHUNK);
                // Far more than sockets buffer: whoever gets here is not waiting for anybody.
                if (made < 4000) return;
                full.resolve();
                controller.close();
              },
              cancel: (reason) => stopped.resolve(reason),
            },
            { highWaterMark: 0 },
          ),
        ),
    );
    const sent = get(url, { agent: false });
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.pause();
    response.on("error", () => undefined);
    // A full round trip of another request: plenty of turns for an adapter that does not wait.
    for (let round = 0; round < 20; round += 1) await say(Number(new URL(url).port), "x\r\n\r\n");
    sent.destroy();
    expect(await Promise.race([stopped.promise, full.promise.then(() => "ran away")])).toMatchObject({
      name: "AbortError",
    });
    await done[0];
    expect(made).toBeLessThan(4000);
    expect(errors).toEqual([]);
  });

  it.each(["", "body"])(
    "wakes a handler whose client has gone while it thinks, and tells nobody: %j",
    async (body) => {
      const started = deferred();
      const { port, done, errors } = await serve(async (request) => {
        await request.text();
        started.resolve();
        await new Promise((_resolve, reject) =>
          request.signal.addEventListener("abort", () => reject(request.signal.reason)),
        );
        return new Response();
      });
      const socket = connect(port, "127.0.0.1");
      socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      await started.promise;
      socket.destroy();
      await done[0];
      expect(errors).toEqual([]);
    },
  );

  it("does not abort what was answered in full", async () => {
    let signal: AbortSignal | undefined;
    const { url, done, port } = await serve((request) => {
      signal = request.signal;
      return new Response("ok");
    });
    await ask(url);
    await done[0];
    await say(port, "x\r\n\r\n");
    expect(signal?.aborted).toBe(false);
  });

  it("breaks the body of a request off when the client does", async () => {
    const failed = deferred<unknown>();
    const { port, done } = await serve(async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      socket.destroy();
      await reader?.read().catch(failed.resolve);
      return new Response();
    });
    const socket = connect(port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf");
    expect(String(await failed.promise)).toContain("went away");
    await done[0];
  });

  it("breaks the body off also when the client was gone before it was read", async () => {
    const failed = deferred<unknown>();
    const { port } = await serve(async (request) => {
      socket.destroy();
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      await request.text().catch(failed.resolve);
      return new Response();
    });
    const socket = connect(port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf");
    expect(String(await failed.promise)).toMatch(/went away|abort/);
  });

  it("sends the headers of an answer that lets its body wait", async () => {
    const go = deferred();
    const { url } = await serve(
      () =>
        new Response(
          new ReadableStream({
            async start(controller) {
              await go.promise;
              controller.close();
            },
          }),
          { headers: { "x-early": "1" } },
        ),
    );
    const response = await fetch(url);
    expect(response.headers.get("x-early")).toBe("1");
    go.resolve();
    expect(await response.text()).toBe("");
  });

  it("cuts an answer off that breaks in the middle, and says 500 where it has not begun", async () => {
    const broken = (chunks: number) => () => {
      let left = chunks;
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (left-- > 0) controller.enqueue(CHUNK);
            else throw new Error("hunter2");
          },
        }),
        { headers: { "x-mine": "1" } },
      );
    };
    const half = await serve(broken(2));
    await expect(ask(half.url)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect(String(half.errors)).toBe("Error: hunter2");
    await half.close();
    const none = await serve(broken(0));
    const got = await ask(none.url);
    expect(got.status).toBe(500);
    expect(got.headers["x-mine"]).toBeUndefined();
    expect(got.body).not.toContain("hunter2");
    expect(String(none.errors)).toBe("Error: hunter2");
  });

  it("says 500 for what is no response", async () => {
    const used = new Response("used");
    await used.text();
    for (const wrong of [undefined, {}, Response.error(), used]) {
      const { url, errors, close } = await serve(() => wrong as Response);
      expect((await ask(url)).status).toBe(500);
      expect(errors).toHaveLength(1);
      await close();
    }
  });

  it("outlives a log that throws", async () => {
    const onError = () => {
      throw new Error("no disk");
    };
    const { url, done } = await serve(() => Promise.reject(new Error("x")), { onError });
    expect((await ask(url)).status).toBe(500);
    await expect(done[0]).resolves.toBeUndefined();
  });

  it("survives a log that fails later", async () => {
    const onError = async () => {
      throw new Error("the log is away");
    };
    const { url } = await serve(() => Promise.reject(new Error("x")), { onError });
    // A rejection that nobody hears fails the run.
    expect((await fetch(url)).status).toBe(500);
  });

  it("leaves an answer alone that somebody else has given", async () => {
    const cancelled = deferred();
    const ours = toNodeHandler(() => new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
    const late = toNodeHandler(() => Promise.reject(new Error("late")));
    const first = "first".repeat(2 ** 20);
    server = await listen(
      createServer((request, response) => {
        response.end(first);
        void (request.url === "/late" ? late : ours)(request, response);
      }),
    );
    expect(await ask(server.url)).toMatchObject({ status: 200, body: first });
    await cancelled.promise;
    expect(await ask(`${server.url}/late`)).toMatchObject({ status: 200, body: first });
  });

  it("takes no more of a body than is read", async () => {
    let made = 0;
    const source = new Readable({
      read() {
        made += 1;
        this.push(made < 1000 ? Buffer.from(CHUNK) : null);
      },
    });
    const message = Object.assign(source, {
      method: "POST",
      headers: { "content-length": "1" },
      httpVersionMajor: 1,
      socket: {},
      aborted: false,
    });
    const { content } = bodyOf(message);
    const reader = content instanceof ReadableStream ? content.getReader() : undefined;
    expect(made).toBe(0);
    await reader?.read();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBeLessThan(10);
    source.destroy();
  });

  it("lets no error of a broken connection end the process", async () => {
    const ours = toNodeHandler(() => new Response("ok"));
    server = await listen(
      createServer((request, response) => {
        void ours(request, response);
        for (const stream of [request, response]) stream.emit("error", new Error("ECONNRESET"));
      }),
    );
    expect((await ask(server.url)).body).toBe("ok");
  });

  it("refuses TRACE and names what is taken", async () => {
    const { url } = await serve(() => new Response("ok"));
    const got = await ask(url, { method: "TRACE" });
    expect(got).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, POST, PATCH, DELETE, OPTIONS" } });
    expect(JSON.parse(got.body).code).toBe("METHOD_NOT_ALLOWED");
  });

  it("answers a request of HTTP/1.0", async () => {
    const { port } = await serve(() => new Response("ok"));
    expect(await say(port, "GET / HTTP/1.0\r\nhost: a\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 .*ok$/s);
    expect(await say(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("gives the reason phrase, and leaves framing to Node", async () => {
    const { port } = await serve(
      () => new Response("ok", { status: 299, statusText: "Odd", headers: { "transfer-encoding": "gzip" } }),
    );
    const heard = await say(port, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect(heard).toMatch(/^HTTP\/1\.1 299 Odd\r\n/);
    expect(heard).not.toContain("gzip");
  });

  it("joins cookies as cookies, and hides no header that was sent once", async () => {
    const { port } = await serve((request) => Response.json(Object.fromEntries(request.headers)));
    const heard = await say(
      port,
      "GET / HTTP/1.1\r\nhost: a\r\ncookie: a=1\r\ncookie: b=2\r\nx-y: \xe4\r\nconnection: close\r\n\r\n",
    );
    expect(heard).toContain('"cookie":"a=1; b=2"');
    expect(Buffer.from(heard, "latin1").toString("utf8")).toContain('"x-y":"');
  });

  it("refuses a header that middleware has made unsendable", async () => {
    const ours = toNodeHandler(() => new Response("ok"));
    server = await listen(
      createServer((request, response) => {
        request.headers["x-name"] = "☃";
        void ours(request, response);
      }),
    );
    expect(await ask(server.url)).toMatchObject({ status: 400 });
  });

  it("reads text where somebody has set an encoding", async () => {
    const ours = toNodeHandler(async (request) => new Response(await request.text()));
    server = await listen(
      createServer((request, response) => {
        request.setEncoding("utf8");
        void ours(request, response);
      }),
    );
    expect((await ask(server.url, { method: "POST", body: "ä☃" })).body).toBe("ä☃");
  });

  it("knows what it made a request of", async () => {
    let seen: unknown;
    const { url } = await serve((request) => {
      seen = nodeRequest<IncomingMessage>(request)?.socket.localAddress;
      return new Response();
    });
    await ask(url);
    expect(seen).toBe("127.0.0.1");
    expect(nodeRequest(new Request(url))).toBeUndefined();
  });

  it("rejects with what next rejects with, and only that", async () => {
    const ours = toNodeHandler(() => new Response("ok"), { basePath: "/api" });
    const outcomes: Promise<unknown>[] = [];
    server = await listen(
      createServer((request: IncomingMessage, response: ServerResponse) => {
        const next = () => {
          response.end("theirs");
          return Promise.reject(new Error("theirs"));
        };
        outcomes.push(ours(request, response, next).catch(String));
      }),
    );
    expect((await ask(`${server.url}/other`)).body).toBe("theirs");
    expect((await ask(`${server.url}/api`)).body).toBe("ok");
    expect(await Promise.all(outcomes)).toEqual(["Error: theirs", undefined]);
  });
});

describe("toNodeHandler on HTTP/2", () => {
  it("reads and answers, and cuts off what breaks", async () => {
    const ours = toNodeHandler(async (request) => {
      if (request.url.endsWith("/break")) {
        let left = 1;
        return new Response(
          new ReadableStream({
            pull: (controller) => (left-- > 0 ? controller.enqueue(CHUNK) : controller.error(new Error("x"))),
          }),
        );
      }
      const headers = { connection: "close", "x-one": "1" };
      const seen = { url: request.url, body: await request.text(), names: [...request.headers.keys()] };
      return new Response(JSON.stringify(seen), { statusText: "Fine", headers });
    });
    const h2 = createHttp2((request, response) => void ours(request, response));
    await new Promise<void>((resolve) => h2.listen(0, "127.0.0.1", resolve));
    const { port } = h2.address() as AddressInfo;
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    try {
      for (const body of ["x".repeat(2 ** 20), ""]) {
        const stream = session.request({ ":method": "POST", ":path": "/a?b" });
        stream.end(body);
        const [headers] = await once(stream, "response");
        expect(headers).toMatchObject({ ":status": 200, "x-one": "1" });
        expect(JSON.parse(await text(stream))).toEqual({
          url: `http://127.0.0.1:${port}/a?b`,
          body,
          names: [],
        });
      }
      const head = session.request({ ":method": "HEAD", ":path": "/a" });
      expect((await once(head, "response"))[0]).toMatchObject({ ":status": 200 });
      const broken = session.request({ ":path": "/break" });
      await expect(text(broken)).rejects.toThrow("NGHTTP2_INTERNAL_ERROR");
    } finally {
      session.destroy();
      await new Promise<void>((resolve) => h2.close(() => resolve()));
    }
  });

  it.each(["before", "after"])(
    "never takes half a body for a whole one, read %s the connection is lost",
    async (when) => {
      const reading = deferred();
      const failed = deferred<string>();
      const ours = toNodeHandler(async (request) => {
        const gone = new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        reading.resolve();
        if (when === "after") await gone;
        failed.resolve(await request.text().catch(String));
        return new Response();
      });
      const h2 = createHttp2((request, response) => void ours(request, response));
      await new Promise<void>((resolve) => h2.listen(0, "127.0.0.1", resolve));
      const { port } = h2.address() as AddressInfo;
      const socket = connect(port, "127.0.0.1");
      const session = connectHttp2(`http://127.0.0.1:${port}`, { createConnection: () => socket });
      session.on("error", () => undefined);
      const stream = session.request({ ":method": "POST", ":path": "/" });
      stream.on("error", () => undefined).write("half");
      await reading.promise;
      socket.destroy();
      expect(await failed.promise).toContain("went away");
      await new Promise<void>((resolve) => h2.close(() => resolve()));
    },
  );
});
