import { createServer } from "node:http";
import { NextRequest } from "next/server.js";
import { describe, expect, it } from "vitest";
import { toNodeHandler } from "../../../src/http/node.js";
import { listen } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

type Route = (request: NextRequest, context: { params: Promise<{ path: string[] }> }) => Promise<Response>;

/** What a route module of the app router exports, called as Next calls it: a `NextRequest`, and where it is mounted. */
const mount: Mount = (handler) => {
  const route = { GET: handler, HEAD: handler, POST: handler, PATCH: handler, DELETE: handler };
  const methods = new Map<string, Route>(Object.entries(route));
  const next = toNodeHandler(
    (request) => {
      const call = methods.get(request.method);
      if (call === undefined) return new Response(null, { status: 405 });
      return call(new NextRequest(request), { params: Promise.resolve({ path: ["echo"] }) });
    },
    { basePath: "/api/webhooks" },
  );
  return listen(
    createServer((request, response) =>
      next(request, response, () =>
        request.method === "POST" ? request.pipe(response) : response.end("own"),
      ),
    ),
  );
};

describeMount("Next, with its own NextRequest", mount, { host: "localhost" });

describe("examples/07-next", () => {
  it("exports each method of the API from its route, behind its login", async () => {
    const webhooks: Record<string, Route> = await import(
      "../../../examples/07-next/app/api/webhooks/[...path]/route.js"
    );
    const login = await import("../../../examples/07-next/app/login/route.js");
    expect(Object.keys(webhooks).sort()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST"]);
    const url = "http://localhost:3000/api/webhooks/subscriptions";
    const context = { params: Promise.resolve({ path: ["subscriptions"] }) };
    expect((await webhooks.GET?.(new NextRequest(url), context))?.status).toBe(401);

    const body = JSON.stringify({ name: "ann" });
    const signedIn = await login.POST(
      new NextRequest("http://localhost:3000/login", { method: "POST", body }),
    );
    const headers = { cookie: signedIn.headers.get("set-cookie") ?? "", "content-type": "application/json" };
    const name = JSON.stringify({ name: "Ledger" });
    const created = await webhooks.POST?.(
      new NextRequest(url, { method: "POST", headers, body: name }),
      context,
    );
    expect(created?.status).toBe(201);
    const listed = await webhooks.GET?.(new NextRequest(url, { headers }), context);
    expect(await listed?.json()).toMatchObject({ items: [{ name: "Ledger" }] });
  });
});
