import { bodyOf, type NodeBody } from "./node/body.js";
import { messageOf, type NodeRequest, type NodeResponse } from "./node/message.js";
import { fetchRequest } from "./node/request.js";
import { type RespondOptions, respond } from "./node/respond.js";
import { isBelow, targetOf } from "./node/url.js";
import { HttpProblem, problemOf } from "./problem.js";
import { tell } from "./tell.js";

export type { NodeMessage, NodeRequest, NodeResponse } from "./node/message.js";
export { nodeRequest } from "./node/request.js";

/** Options of {@link toNodeHandler}. */
export interface NodeHandlerOptions {
  /**
   * What is not below it is passed on to `next`, untouched, where the framework gives one; the same as the handler's own
   * `basePath`. Without it every request is the handler's.
   *
   * @default undefined
   */
  readonly basePath?: string;
  /**
   * Whether the last value of `X-Forwarded-Proto` and of `X-Forwarded-Host` is believed. Only behind a proxy that sets
   * or removes both, for anybody can send them.
   *
   * @default false
   */
  readonly trustProxy?: boolean;
  /** Told what the handler threw, or what broke its answer off, for the host's log. @default silent */
  readonly onError?: (error: unknown, request: NodeRequest) => void;
}

/** A handler as Node and its frameworks call it. Rejects with nothing but what `next` rejects with. */
export type NodeHandler = (
  request: NodeRequest,
  response: NodeResponse,
  next?: () => unknown,
) => Promise<void>;

/**
 * Makes a handler of Fetch requests one of Node's: for `node:http`, `node:http2`, Express 4 and 5, Fastify, Koa and Nest.
 *
 *     app.use("/api/webhooks", toNodeHandler(handler));                                     // Express
 *     fastify.all("/api/webhooks/*", (request, reply) => {                                  // Fastify
 *       reply.hijack();
 *       return nodeHandler(request, reply.raw);
 *     });
 *
 * The URL is the one that the client asked for (`originalUrl`), so the handler's `basePath` is the path as it is seen
 * from outside, whatever prefix it is mounted under. A body that a parser has read is written anew; see {@link bodyOf}.
 * The parser's limit applies then, and its own answer to what is no JSON. The request's signal is aborted when the client
 * goes away. What is no request is answered 400, what the handler throws 500, without detail; when headers are sent
 * already, the connection is cut, so that nobody takes half an answer for a whole one.
 */
export function toNodeHandler(
  handler: (request: Request) => Response | Promise<Response>,
  options: NodeHandlerOptions = {},
): NodeHandler {
  const { basePath, trustProxy = false } = options;
  return async (source, out, next) => {
    if (next !== undefined && basePath !== undefined && !isBelow(basePath, targetOf(source))) {
      await next();
      return;
    }
    const message = messageOf(source);
    const signal = signalOf(message, out);
    const how = { isHead: message.method === "HEAD", isHttp2: message.httpVersionMajor >= 2, signal };
    const report = (error: unknown) => {
      if (!signal.aborted) tell(options.onError, error, source);
    };
    let body: NodeBody | undefined;
    try {
      body = bodyOf(source);
      const request = fetchRequest(source, body, { trustProxy, signal });
      await respond(await handler(request), out, how);
    } catch (error) {
      if (!(error instanceof HttpProblem)) report(error);
      await refuse(error, out, how).catch(report);
    }
    body?.release();
  };
}

/** Aborted when the connection goes before the answer is sent. */
function signalOf(message: { on: NodeResponse["on"] }, out: NodeResponse): AbortSignal {
  const gone = new AbortController();
  let isFinished = false;
  out.on("finish", () => {
    isFinished = true;
  });
  out.on("close", () => {
    if (!isFinished) gone.abort();
  });
  // HTTP/2 tells of "finish" also when nothing is sent any more.
  message.on("aborted", () => gone.abort());
  // A connection that breaks is told by "close"; as an "error" that nobody hears it would end the process.
  for (const stream of [message, out]) stream.on("error", () => undefined);
  return gone.signal;
}

/** Answers in the handler's place, or breaks off what it has begun. */
async function refuse(error: unknown, out: NodeResponse, how: RespondOptions): Promise<void> {
  if (out.headersSent) {
    if (!out.writableEnded) cut(out);
    return;
  }
  const known = error instanceof HttpProblem ? error : new HttpProblem("INTERNAL", "Something failed here.");
  const { problem, headers } = problemOf(known, { isConditional: false, isQuery: true });
  const body = JSON.stringify(problem);
  const response = new Response(body, {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
  await respond(response, out, how);
}

/** INTERNAL_ERROR of RFC 9113 section 7: without a code, HTTP/2 would end the stream as if all were there. */
const H2_INTERNAL_ERROR = 2;

function cut(out: NodeResponse): void {
  const { stream } = out as { stream?: { close?(code: number): void } };
  if (stream?.close === undefined) out.destroy();
  else stream.close(H2_INTERNAL_ERROR);
}
