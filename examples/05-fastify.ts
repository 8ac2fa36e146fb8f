// The management API in Fastify, behind the host's own login: a plugin, so that its rules are its own.
import Fastify, { type FastifyPluginAsync } from "fastify";
import { createHandler, nodeRequest, toNodeHandler } from "hookwright/http";
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

const nodeHandler = toNodeHandler(
  createHandler(webhooks, {
    basePath: "/api/webhooks",
    authorize: (request) => authorizationOf(nodeRequest<{ user: User | null }>(request)?.user),
    onError: (error) => console.error(error),
  }),
);
const api: FastifyPluginAsync = async (scope) => {
  // Bodies stay as they are, so that limits and refusals are those of the API.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
  scope.all("/*", (request, reply) => {
    reply.hijack();
    return nodeHandler(request, reply.raw);
  });
};
fastify.register(api, { prefix: "/api/webhooks" });

await webhooks.start();
await tour(await fastify.listen({ port: 0, host: "127.0.0.1" }));
await fastify.close();
await webhooks.stop();
