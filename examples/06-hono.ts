// The management API in Hono, behind the host's own login. Hono speaks Fetch, as the handler does: no adapter.
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createHandler } from "hookwright/http";
import { authorizationOf, signedIn, signIn } from "./shop/login.js";
import { tour } from "./shop/tour.js";
import { webhooks } from "./shop/webhooks.js";

const app = new Hono();

// The host's own login.
app.post("/login", async (c) => {
  const cookie = signIn((await c.req.json()).name);
  return cookie === null ? c.body(null, 401) : c.body(null, 204, { "set-cookie": cookie });
});

const handler = createHandler(webhooks, {
  basePath: "/api/webhooks",
  authorize: (request) => authorizationOf(signedIn(request.headers.get("cookie"))),
  onError: (error) => console.error(error),
});
app.all("/api/webhooks/*", (c) => handler(c.req.raw));

await webhooks.start();
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, async ({ port }: AddressInfo) => {
  await tour(`http://127.0.0.1:${port}`);
  server.close();
  await webhooks.stop();
});
