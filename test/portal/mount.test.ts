import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { createAdaptorServer } from "@hono/node-server";
import express5 from "express";
import express4 from "express4";
import Fastify, { type FastifyPluginCallback } from "fastify";
import { Hono } from "hono";
import { NextRequest } from "next/server.js";
import { afterEach, describe, expect, it } from "vitest";
import type { Handler } from "../../src/http/handler.js";
import { nodeRequest, toNodeHandler } from "../../src/http/node.js";
import { cleanAll, cleanUp } from "../flow/harness.js";
import { ask, listen, type Running } from "../http/node/servers.js";
import { ADA, portalHouse, referencesIn, SCRIPT, sessionIn } from "./support.js";

afterEach(cleanAll);

/** How a framework mounts the portal at /tools/hooks. */
type Mount = (portal: Handler) => Promise<Running>;

const inExpress =
  (express: typeof express5): Mount =>
  (portal) => {
    const app = express();
    app.use(express.json());
    app.use("/tools/hooks", toNodeHandler(portal));
    return listen(createServer(app as RequestListener));
  };

const mounts: Readonly<Record<string, Mount>> = {
  "node:http": (portal) => listen(createServer(toNodeHandler(portal))),
  "Express 5": inExpress(express5),
  "Express 4": inExpress(express4 as unknown as typeof express5),
  async Fastify(portal) {
    const fastify = Fastify({ forceCloseConnections: true });
    const ours = toNodeHandler(portal);
    for (const path of ["/tools/hooks", "/tools/hooks/*"]) {
      fastify.all(path, (request, reply) => {
        reply.hijack();
        return ours(request, reply.raw);
      });
    }
    const url = await fastify.listen({ port: 0, host: "127.0.0.1" });
    return { url, port: Number(new URL(url).port), close: () => fastify.close() };
  },
  async "Fastify, as a plugin"(portal) {
    const fastify = Fastify({ forceCloseConnections: true });
    const ours = toNodeHandler(portal);
    const plugin: FastifyPluginCallback = (scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
      for (const path of ["/", "/*"]) {
        scope.all(path, (request, reply) => {
          reply.hijack();
          return ours(request, reply.raw);
        });
      }
      done();
    };
    fastify.register(plugin, { prefix: "/tools/hooks" });
    const url = await fastify.listen({ port: 0, host: "127.0.0.1" });
    return { url, port: Number(new URL(url).port), close: () => fastify.close() };
  },
  Hono(portal) {
    const hono = new Hono();
    hono.all("/tools/hooks/*", (c) => portal(c.req.raw));
    return listen(createAdaptorServer(hono) as Server);
  },
  "Next, with its own NextRequest": (portal) =>
    listen(createServer(toNodeHandler((request) => portal(new NextRequest(request))))),
  "a proxy that takes a prefix off": async (portal) => {
    const inner = await listen(createServer(toNodeHandler(portal)));
    return listen(
      createServer((request, response) => {
        const url = inner.url + (request.url ?? "").replace(/^\/tools/, "");
        const { method = "GET", headers } = request;
        const sent = httpRequest(url, { method, headers, agent: false }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        request.pipe(sent);
      }),
      inner.close,
    );
  },
};

describe.each(Object.entries(mounts))("the portal in %s", (name, mount) => {
  const basePath = name.startsWith("a proxy") ? "/hooks" : "/tools/hooks";
  const start = async (options = {}) => {
    const { portal, told } = await portalHouse({ basePath, ...options });
    const server = await mount(portal);
    cleanUp(() => server.close());
    return { url: `${server.url}/tools/hooks`, told };
  };

  it("has its page with a slash and without, and the files that each names", async () => {
    const { url } = await start();
    for (const address of [`${url}?a=1`, `${url}/?a=1`]) {
      const page = await fetch(address);
      expect(page.status, address).toBe(200);
      const [, script = ""] = /<script type="module" src="([^"]+)"/.exec(await page.text()) ?? [];
      expect((await fetch(new URL(script, page.url))).status, script).toBe(200);
    }
  });

  it("shows pages whose every reference is there", async () => {
    const { url } = await start();
    for (const path of ["/", "/new", "/subscriptions/1/deliveries/2"]) {
      const got = await ask(url + path);
      expect([got.status, got.headers["content-type"]], path).toEqual([200, "text/html; charset=utf-8"]);
      expect(got.headers["content-security-policy"]).toContain("script-src 'self';");
      expect(sessionIn(got.body).actor.id).toBe("ada");
      for (const reference of referencesIn(got.body)) {
        const file = await ask(new URL(reference, url + path).href);
        expect([file.status, file.headers["cache-control"]], reference).toEqual([
          200,
          "public, max-age=31536000, immutable",
        ]);
      }
    }
  });

  it("sends files as they are stored, and HEAD without them", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/assets/main-1a2b.js`, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.text()).toBe(SCRIPT);
    const raw = await new Promise<Buffer>((resolve, reject) => {
      httpRequest(
        `${url}/assets/main-1a2b.js`,
        { headers: { "accept-encoding": "gzip" }, agent: false },
        (got) => {
          const chunks: Buffer[] = [];
          got
            .on("data", (chunk: Buffer) => chunks.push(chunk))
            .on("end", () => resolve(Buffer.concat(chunks)));
        },
      )
        .on("error", reject)
        .end();
    });
    expect(gunzipSync(raw).toString()).toBe(SCRIPT);
    expect((await ask(`${url}/assets/main-1a2b.js`)).body).toBe(SCRIPT);
    const head = await ask(`${url}/assets/main-1a2b.js`, { method: "HEAD" });
    expect([head.status, head.body, head.headers["content-type"]]).toEqual([
      200,
      "",
      "text/javascript; charset=utf-8",
    ]);
  });

  it("has the API beside them", async () => {
    const { url } = await start();
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name: "Ledger" });
    expect((await ask(`${url}/api/subscriptions`, { method: "POST", headers, body })).status).toBe(201);
    expect(JSON.parse((await ask(`${url}/api/subscriptions`)).body)).toMatchObject({
      items: [{ name: "Ledger" }],
    });
    const forged = { ...headers, "sec-fetch-site": "cross-site" };
    expect((await ask(`${url}/api/subscriptions`, { method: "POST", headers: forged, body })).status).toBe(
      403,
    );
  });

  it("refuses who is not signed in, and other methods", async () => {
    const { url, told } = await start({ authorize: () => null });
    expect((await ask(`${url}/`)).status).toBe(401);
    expect((await ask(`${url}/api/subscriptions`)).status).toBe(401);
    const posted = await ask(`${url}/`, { method: "POST", headers: { "content-length": "0" } });
    expect([posted.status, posted.headers.allow]).toEqual([405, "GET, HEAD"]);
    expect(told).toEqual([]);
  });
});

it("authorize sees what the host's middleware left, for pages and the API", async () => {
  const authorize = (request: Request) =>
    nodeRequest<{ user?: string }>(request)?.user === "ada" ? ADA : null;
  const { portal } = await portalHouse({ authorize });
  const app = express5();
  app.use((request, _response, next) => {
    Object.assign(request, { user: request.headers["x-user"] });
    next();
  });
  app.use("/hooks", toNodeHandler(portal));
  const server = await listen(createServer(app));
  cleanUp(() => server.close());
  for (const path of ["/hooks/", "/hooks/api/subscriptions"]) {
    expect((await ask(server.url + path, { headers: { "x-user": "ada" } })).status, path).toBe(200);
    expect((await ask(server.url + path, { headers: { "x-user": "eve" } })).status, path).toBe(401);
  }
});

describe("examples/07-next", () => {
  it("exports each method of the portal from its route, behind its login", async () => {
    const portal: Record<string, (request: NextRequest) => Promise<Response>> = await import(
      "../../examples/07-next/app/webhooks/[[...path]]/route.js"
    );
    const login = await import("../../examples/07-next/app/login/route.js");
    expect(Object.keys(portal).sort()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST"]);
    const url = "http://localhost:3000/webhooks";
    expect((await portal.GET?.(new NextRequest(url)))?.status).toBe(401);
    expect((await portal.GET?.(new NextRequest(`${url}/`)))?.status).toBe(401);
    const body = JSON.stringify({ name: "eve" });
    const signedIn = await login.POST(
      new NextRequest("http://localhost:3000/login", { method: "POST", body }),
    );
    const headers = { cookie: signedIn.headers.get("set-cookie") ?? "" };
    const page = await portal.GET?.(new NextRequest(`${url}/`, { headers }));
    expect(sessionIn((await page?.text()) ?? "")).toMatchObject({
      scope: "merchant:acme",
      actor: { type: "user", id: "eve" },
      permissions: ["read"],
    });
    const listed = await portal.GET?.(new NextRequest(`${url}/api/subscriptions`, { headers }));
    expect(await listed?.json()).toMatchObject({ items: [] });
  });
});
