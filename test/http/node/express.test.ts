import { createServer, type RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import express5, { type RequestHandler } from "express";
import express4 from "express4";
import { describe, expect, it } from "vitest";
import { nodeRequest, toNodeHandler } from "../../../src/http/node.js";
import { ask, listen } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

const versions = { "Express 5": express5, "Express 4": express4 };

for (const [name, express] of Object.entries(versions)) {
  const parsers = () => [express.json({ limit: "2mb" }), express.urlencoded({ extended: true })];
  const app = (set: (app: ReturnType<typeof express>) => void) => {
    const made = express();
    // Express logs what its parsers refuse, but for tests.
    made.set("env", "test");
    set(made);
    return listen(createServer(made as RequestListener));
  };
  const own = (made: ReturnType<typeof express>) => {
    made.get("/own", (_request, response) => void response.send("own"));
    made.post("/own", express.text({ type: "*/*" }), (request, response) => {
      response.send(typeof request.body === "string" ? request.body : JSON.stringify(request.body));
    });
  };

  const first: Mount = (handler) =>
    app((made) => {
      made.use(toNodeHandler(handler, { basePath: "/api/webhooks" }));
      own(made);
    });
  const behindParsers: Mount = (handler) =>
    app((made) => {
      made.use(...parsers());
      made.use("/api/webhooks", toNodeHandler(handler));
      own(made);
    });
  const inRouter: Mount = (handler) =>
    app((made) => {
      const router = express.Router();
      router.use("/webhooks", toNodeHandler(handler));
      made.use("/api", router);
      own(made);
    });
  describeMount(`${name}, for the whole app`, first);
  describeMount(`${name}, under a prefix behind its parsers`, behindParsers, { isParsed: true });
  describeMount(`${name}, under a prefix in a router`, inRouter);

  describe(`${name}, a body that a parser has read`, () => {
    const echo = async (use: RequestHandler[], sent: Parameters<typeof ask>[1]) => {
      const server = await app((made) => {
        for (const one of use) made.use(one);
        made.use(
          "/api",
          toNodeHandler(async (request) =>
            Response.json({
              body: request.body === null ? null : await request.text(),
              headers: Object.fromEntries(request.headers),
            }),
          ),
        );
      });
      try {
        const got = await ask(`${server.url}/api`, { method: "POST", ...sent });
        return { status: got.status, ...JSON.parse(got.body) };
      } finally {
        await server.close();
      }
    };

    it("is written anew, its size and encoding with it", async () => {
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      const got = await echo(parsers(), { headers, body: gzipSync('{ "a" : "ä" }') });
      expect(got.body).toBe('{"a":"ä"}');
      expect(got.headers).toMatchObject({ "content-length": "10", "content-type": "application/json" });
      expect(got.headers["content-encoding"]).toBeUndefined();
    });

    it("is left alone where the parsers did", async () => {
      const got = await echo(parsers(), { headers: { "content-type": "text/plain" }, body: "plain" });
      expect(got.body).toBe("plain");
      expect(got.headers["content-length"]).toBe("5");
    });

    it("may be a form, a text, bytes, or none", async () => {
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const body = "a=1&b%5Bc%5D=2&b%5Bd%5D%5B0%5D%5Be%5D=%26&f=1&f=2";
      expect((await echo(parsers(), { headers: form, body })).body).toBe(body);
      expect((await echo([express.text({ type: "*/*" })], { headers: form, body })).body).toBe(body);
      expect(
        (await echo([express.raw({ type: "*/*" })], { headers: form, body: Buffer.from([0x61, 0xc3, 0xa4]) }))
          .body,
      ).toBe("aä");
      const json = { "content-type": "application/json", "content-length": "0" };
      expect((await echo(parsers(), { headers: json })).body).toBeNull();
      const chunked = { "content-type": "application/json", "transfer-encoding": "chunked" };
      expect((await echo(parsers(), { headers: chunked })).body).toBeNull();
    });

    it("is the same bytes where the host kept them", async () => {
      const keep = express.json({
        verify: (request, _response, bytes) => void Object.assign(request, { rawBody: bytes }),
      });
      const headers = { "content-type": "application/json" };
      expect((await echo([keep], { headers, body: '{ "a": 1.0 }' })).body).toBe('{ "a": 1.0 }');
    });

    it("is not taken for none where nothing is left of it", async () => {
      const swallow: RequestHandler = (request, _response, next) => {
        request.on("end", next).resume();
      };
      const errors: unknown[] = [];
      const server = await app((made) => {
        made.use(swallow);
        const onError = (error: unknown) => errors.push(error);
        made.use(toNodeHandler(() => new Response("took it"), { onError }));
      });
      expect((await ask(server.url, { method: "POST", body: "x" })).status).toBe(500);
      expect(String(errors)).toContain("mount the handler before whatever reads it");
      await server.close();
    });
  });

  it(`${name}: what its middleware has left is seen, and what it has replaced is not`, async () => {
    const login: RequestHandler = (request, _response, next) => {
      request.headers["x-user"] = "ann";
      Object.assign(request, { user: { id: "ann" } });
      next();
    };
    const server = await app((made) => {
      made.use(login, (_request, response, next) => {
        response.setHeader("set-cookie", "session=1");
        response.setHeader("vary", "Origin");
        next();
      });
      made.use(
        toNodeHandler((request) => {
          const { user } = nodeRequest<{ user?: { id: string } }>(request) ?? {};
          const headers = { "set-cookie": "a=1", vary: "Accept" };
          return Response.json({ user: user?.id, header: request.headers.get("x-user") }, { headers });
        }),
      );
    });
    const got = await ask(server.url, { headers: { "X-User": "mallory" } });
    expect(JSON.parse(got.body)).toEqual({ user: "ann", header: "ann" });
    expect(got.headers["set-cookie"]).toEqual(["session=1", "a=1"]);
    expect(got.headers.vary).toBe("Origin, Accept");
    await server.close();
  });
}
