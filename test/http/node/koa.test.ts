import { createServer } from "node:http";
import Koa from "koa";
import { toNodeHandler } from "../../../src/http/node.js";
import { listen } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

/** What the body parsers of Koa do: they leave what they have read on `ctx.request`. */
const parser: Koa.Middleware = async (ctx, next) => {
  if (ctx.request.is("json")) {
    const chunks: Buffer[] = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    try {
      Object.assign(ctx.request, { body: text === "" ? {} : JSON.parse(text) });
    } catch {
      ctx.throw(400, "not JSON");
    }
  }
  await next();
};

const mount =
  (...before: Koa.Middleware[]): Mount =>
  (handler) => {
    const koa = new Koa();
    koa.silent = true;
    const ours = toNodeHandler(handler);
    for (const one of before) koa.use(one);
    koa.use(async (ctx, next) => {
      if (!ctx.path.startsWith("/api/webhooks/")) return next();
      ctx.respond = false;
      await ours(ctx.request, ctx.res);
    });
    koa.use((ctx) => {
      const { body } = ctx.request as { body?: unknown };
      ctx.body = ctx.method === "GET" ? "own" : body === undefined ? ctx.req : JSON.stringify(body);
    });
    return listen(createServer(koa.callback()));
  };

describeMount("Koa", mount());
describeMount("Koa, behind a body parser", mount(parser), { isParsed: true });
