import Fastify, { type FastifyInstance, type FastifyPluginCallback } from "fastify";
import { toNodeHandler } from "../../../src/http/node.js";
import type { Running } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

async function running(fastify: FastifyInstance): Promise<Running> {
  fastify.get("/own", () => "own");
  fastify.post("/own", (request, reply) => reply.send(JSON.stringify(request.body)));
  const url = await fastify.listen({ port: 0, host: "127.0.0.1" });
  return { url, port: Number(new URL(url).port), close: () => fastify.close() };
}

const options = { bodyLimit: 2 ** 22, forceCloseConnections: true };

const parsed: Mount = (handler) => {
  const fastify = Fastify(options);
  const ours = toNodeHandler(handler);
  fastify.all("/api/webhooks/*", (request, reply) => {
    reply.hijack();
    return ours(request, reply.raw);
  });
  return running(fastify);
};

const plugin: Mount = (handler) => {
  const fastify = Fastify(options);
  const ours = toNodeHandler(handler);
  const webhooks: FastifyPluginCallback = (scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    scope.all("/*", (request, reply) => {
      reply.hijack();
      return ours(request, reply.raw);
    });
    done();
  };
  fastify.register(webhooks, { prefix: "/api/webhooks" });
  return running(fastify);
};

describeMount("Fastify, behind its JSON parser", parsed, { isParsed: true });
describeMount("Fastify, as a plugin that leaves bodies alone", plugin);
