// The management API and the portal in Fastify, behind the host's own login: plugins, so that their rules are their own.
import Fastify, { type FastifyPluginAsync } from "fastify";
import { createHandler, type Handler, nodeRequest, toNodeHandler } from "hookwright/http";
import { createPortal } from "hookwright/portal";
import { authorizationOf, signedIn, signIn, type User } from "./shop/login.js";
import { tour } from "./shop/tour.js";
import { webhooks } from "./shop/webhooks.js";

const fastify = Fastify();

// The host's own: a login, and a hook that knows who is calling.
fastify.post("/login", (request, reply) => {
  const cookie = signIn((request.body as { name?: unknown } | null)?.name);
  return cookie === null ? reply.code(401).send() : reply.header("set-cookie", cookie).code(204).send();
});
fastify.decorateRequest("user", null);
fastify.addHook("onRequest", async (request) => {
  Object.assign(request, { user: signedIn(request.headers.cookie) });
});

const mine = {
  authorize: (request: Request) => authorizationOf(nodeRequest<{ user: User | null }>(request)?.user),
  onError: (error: unknown) => console.error(error),
};
const plugin = (handler: Handler): FastifyPluginAsync => {
  const nodeHandler = toNodeHandler(handler);
  return async (scope) => {
    // Bodies stay as they are, so that limits and refusals are those of the API.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    for (const path of ["/", "/*"]) {
      scope.all(path, (request, reply) => {
        reply.hijack();
        return nodeHandler(request, reply.raw);
      });
    }
  };
};
fastify.register(plugin(createHandler(webhooks, { basePath: "/api/webhooks", ...mine })), {
  prefix: "/api/webhooks",
});
fastify.register(plugin(createPortal(webhooks, { basePath: "/webhooks", ...mine })), { prefix: "/webhooks" });

await webhooks.start();
await tour(await fastify.listen({ port: 0, host: "127.0.0.1" }));
await fastify.close();
await webhooks.stop();
