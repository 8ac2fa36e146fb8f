import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { listen } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

const mount: Mount = (handler) => {
  const hono = new Hono();
  hono.all("/api/webhooks/*", (c) => handler(c.req.raw));
  hono.get("/own", (c) => c.text("own"));
  hono.post("/own", async (c) => c.body(await c.req.text()));
  hono.onError((_error, c) => c.text("failed", 500));
  return listen(createAdaptorServer(hono) as Server);
};

describeMount("Hono", mount, { isNative: true, garbage: [400, 404] });
