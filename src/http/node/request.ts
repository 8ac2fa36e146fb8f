import { HttpProblem } from "../problem.js";
import type { NodeBody } from "./body.js";
import { messageOf, type NodeMessage, type NodeRequest } from "./message.js";
import { absoluteUrl } from "./url.js";

/** Methods that a Fetch `Request` cannot have (https://fetch.spec.whatwg.org/#forbidden-method). */
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);

const nodeRequests = new WeakMap<Request, NodeRequest>();

/**
 * The Fetch `Request` of a request of Node's.
 *
 * @throws HttpProblem 400 or 405 for what cannot be one.
 */
export function fetchRequest(
  source: NodeRequest,
  body: NodeBody,
  options: { readonly trustProxy: boolean; readonly signal: AbortSignal },
): Request {
  const message = messageOf(source);
  const method = message.method ?? "GET";
  if (FORBIDDEN.has(method.toUpperCase())) {
    const headers = { allow: "GET, HEAD, POST, PATCH, DELETE, OPTIONS" };
    throw new HttpProblem("METHOD_NOT_ALLOWED", `${method} is not answered here.`, { headers });
  }
  const request = new Request(absoluteUrl(source, options.trustProxy), {
    method,
    headers: headersOf(message, body),
    signal: options.signal,
    ...(body.content === null ? {} : { body: body.content, duplex: "half" }),
  });
  nodeRequests.set(request, source);
  return request;
}

/**
 * What the adapter made this Fetch `Request` of: the request of Express or Nest, Fastify's `request`, Koa's
 * `ctx.request`, or Node's own; `undefined` for a `Request` that it did not make. For an `authorize` that relies on what
 * the host's login has left there.
 *
 *     authorize: (request) => permissionsOf(nodeRequest<express.Request>(request)?.user)
 *
 * @typeParam T - What the host knows it to be; nothing checks it.
 */
export function nodeRequest<T extends object = NodeRequest>(request: Request): T | undefined {
  return nodeRequests.get(request) as T | undefined;
}

/**
 * The headers as the rest of the host sees them, with what its middleware has set or taken off. Never the raw ones: they
 * would bring back an `x-user` that a login has replaced. Repeated ones are joined by Node, or by `Headers`.
 */
function headersOf(message: NodeMessage, body: NodeBody): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headers)) {
    if (values === undefined || name.startsWith(":")) continue;
    for (const value of typeof values === "object" ? values : [values]) append(headers, name, value);
  }
  if (body.isRestored && body.content instanceof Uint8Array) {
    headers.delete("content-encoding");
    headers.delete("transfer-encoding");
    headers.set("content-length", String(body.content.byteLength));
  }
  return headers;
}

function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    throw new HttpProblem("INVALID_ARGUMENT", "A header holds characters that it must not hold.");
  }
}
