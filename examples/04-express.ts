// The management API and the portal in Express, behind the host's own login. With PORT it stays up for curl and friends:
//   PORT=3000 npx tsx examples/04-express.ts
import type { AddressInfo } from "node:net";
import express from "express";
import { createHandler, nodeRequest, toNodeHandler } from "hookwright/http";
import { createPortal } from "hookwright/portal";
import { authorizationOf, signedIn, signIn, type User } from "./shop/login.js";
import { tour } from "./shop/tour.js";
import { webhooks } from "./shop/webhooks.js";

const app = express();

// The host's own: a parser of bodies, a login, and a middleware that knows who is calling.
app.use(express.json());
app.post("/login", (request, response) => {
  const cookie = signIn(request.body?.name);
  if (cookie === null) response.sendStatus(401);
  else response.setHeader("set-cookie", cookie).sendStatus(204);
});
app.use((request, _response, next) => {
  Object.assign(request, { user: signedIn(request.headers.cookie) });
  next();
});

const mine = {
  authorize: (request: Request) => authorizationOf(nodeRequest<{ user: User | null }>(request)?.user),
  onError: (error: unknown) => console.error(error),
};
const handler = createHandler(webhooks, { basePath: "/api/webhooks", publish: true, ...mine });
app.use("/api/webhooks", toNodeHandler(handler));
app.use("/webhooks", toNodeHandler(createPortal(webhooks, { basePath: "/webhooks", ...mine })));

await webhooks.start();
const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1", async () => {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (process.env.PORT !== undefined) {
    console.log(
      `Listening: POST {"name":"ann"} to ${origin}/login, then ${origin}/api/webhooks/openapi.json and ${origin}/webhooks/`,
    );
    return;
  }
  await tour(origin);
  server.closeAllConnections();
  server.close();
  await webhooks.stop();
});
