/**
 * What the adapter needs of Node's requests and responses, and of what frameworks wrap around them. Structural, so that
 * no framework is imported: `IncomingMessage` and `Http2ServerRequest` fit, and so do the requests of Express and Nest.
 */
export interface NodeMessage {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersionMajor: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: object;
  /** Whether anybody has read any of the body. */
  readonly readableDidRead: boolean;
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  /** Whether the client went away; on HTTP/2 the body has an `end` all the same. */
  readonly aborted: boolean;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  pipe(...values: never[]): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What a body parser leaves behind, and where a router keeps the URL that it takes prefixes off. */
interface Traces {
  /** What the framework's parser made of the body. */
  readonly body?: unknown;
  /** The body before it was parsed, where the framework was asked to keep it. */
  readonly rawBody?: unknown;
  /** The URL as the client asked for it. */
  readonly originalUrl?: unknown;
}

/**
 * A request as a host has it in hand: Node's own, that of Express or Nest, or the wrapper of Fastify (`request`, with its
 * `raw`) or Koa (`ctx.request`, with its `req`), which know of the parsed body what Node's own does not.
 */
export type NodeRequest =
  | NodeMessage
  | (Traces & { readonly raw: NodeMessage })
  | (Traces & { readonly req: NodeMessage });

/** A response as Node has it: `ServerResponse` and `Http2ServerResponse` fit, and so does that of Express and Nest. */
export interface NodeResponse {
  statusCode: number;
  statusMessage: string;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
  removeHeader(name: string): unknown;
  flushHeaders?(): void;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** Node's own request behind the one given. */
export function messageOf(request: NodeRequest): NodeMessage {
  if ("pipe" in request) return request;
  return "raw" in request ? request.raw : request.req;
}

/** What others have left on the request: the wrapper's before Node's own. */
export function tracesOf(request: NodeRequest): Traces {
  const wrapper = request as Traces;
  const own = messageOf(request) as Traces;
  return {
    body: wrapper.body ?? own.body,
    rawBody: wrapper.rawBody ?? own.rawBody,
    originalUrl: wrapper.originalUrl ?? own.originalUrl,
  };
}
