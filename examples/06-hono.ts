// The management API and the portal in Hono, behind the host's own login. Hono speaks Fetch, as they do: no adapter.
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createHandler } from "hookwright/http";
import { createPortal } from "hookwright/portal";
import { authorizationOf, signedIn, signIn } from "./shop/login.js";
import { tour } from "./shop/tour.js";
import { webhooks } from "./shop/webhooks.js";

const app = new Hono();

// The host's own login.
app.post("/login", async (c) => {
  const cookie = signIn((await c.req.json()).name);
  return cookie === null ? c.body(null, 401) : c.body(null, 204, { "set-cookie": cookie });
});

const mine = {
  authorize: (request: Request) => authorizationOf(signedIn(request.headers.get("cookie"))),
  onError: (error: unknown) => console.error(error),
};
const handler = createHandler(webhooks, { basePath: "/api/webhooks", ...mine });
const portal = createPortal(webhooks, { basePath: "/webhooks", ...mine });
app.all("/api/webhooks/*", (c) => handler(c.req.raw));
app.all("/webhooks/*", (c) => portal(c.req.raw));

await webhooks.start();
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, async ({ port }: AddressInfo) => {
  await tour(`http://127.0.0.1:${port}`);
  server.close();
  await webhooks.stop();
});
