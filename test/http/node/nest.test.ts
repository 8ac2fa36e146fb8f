import "reflect-metadata";
import { All, Controller, Get, Module, Post, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import type { Request, Response } from "express";
import { type NodeHandler, toNodeHandler } from "../../../src/http/node.js";
import type { Running } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

/** Decorators as functions, so that these tests need no compiler options of their own. */
function decorate(controller: { prototype: object }, method: string, route: MethodDecorator): void {
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, method);
  if (descriptor !== undefined) route(controller.prototype, method, descriptor);
  Req()(controller.prototype, method, 0);
  Res()(controller.prototype, method, 1);
}

class OwnController {
  get(_request: Request, response: Response) {
    response.send("own");
  }
  post(request: Request, response: Response) {
    response.status(200);
    if (request.readableDidRead) response.send(JSON.stringify(request.body));
    else request.pipe(response);
  }
}
decorate(OwnController, "get", Get("own"));
decorate(OwnController, "post", Post("own"));
Controller()(OwnController);

async function nest(
  controllers: (new () => object)[],
  options: { bodyParser: boolean; use?: NodeHandler },
): Promise<Running> {
  class App {}
  Module({ controllers })(App);
  const app = await NestFactory.create<NestExpressApplication>(App, {
    logger: false,
    bodyParser: options.bodyParser,
  });
  // biome-ignore lint/correctness/useHookAtTopLevel: not a hook, though named like one.
  if (options.bodyParser) app.useBodyParser("json", { limit: "2mb" });
  if (options.use !== undefined) app.use("/api/webhooks", options.use);
  await app.listen(0, "127.0.0.1");
  const url = await app.getUrl();
  const close = () => {
    app.getHttpServer().closeAllConnections();
    return app.close();
  };
  return { url, port: Number(new URL(url).port), close };
}

const asMiddleware: Mount = (handler) =>
  nest([OwnController], { bodyParser: false, use: toNodeHandler(handler) });

const asController =
  (bodyParser: boolean): Mount =>
  (handler) => {
    const ours = toNodeHandler(handler);
    class WebhooksController {
      all(request: Request, response: Response) {
        return ours(request, response);
      }
    }
    decorate(WebhooksController, "all", All("*path"));
    Controller("api/webhooks")(WebhooksController);
    return nest([WebhooksController, OwnController], { bodyParser });
  };

describeMount("Nest, as middleware", asMiddleware);
describeMount("Nest, in a controller behind the body parser", asController(true), { isParsed: true });
describeMount("Nest, in a controller without body parser", asController(false));
