import { messageOf, type NodeMessage, type NodeRequest, tracesOf } from "./message.js";

/** The body of a request, and what it leaves behind. */
export interface NodeBody {
  /** `null` where there is none. */
  readonly content: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
  /** Whether a parser had read it before us: `content` is then decoded, and its size need not be what was sent. */
  readonly isRestored: boolean;
  /** Lets what nobody has read flow off the wire, so that the connection can carry the next request. */
  release(): void;
}

const NOTHING: NodeBody = { content: null, isRestored: false, release: () => undefined };

/**
 * The body as a stream, as long as nobody has read of it; otherwise what the parser that did left behind: the bytes or
 * the text where it kept them (`rawBody`, or a `body` that is one), else the parsed `body` written anew.
 *
 * What was sent cannot be known from a parsed body but for its content type: not its size, spaces, duplicate keys, nor
 * the digits of long numbers.
 *
 * @throws Error when it was read, and nothing was left behind.
 */
export function bodyOf(request: NodeRequest): NodeBody {
  const message = messageOf(request);
  if (message.method === "GET" || message.method === "HEAD" || !hasBody(message)) return NOTHING;
  if (!message.readableDidRead) return message.readableEnded ? NOTHING : streamOf(message);
  const { rawBody, body } = tracesOf(request);
  const content = restored(rawBody ?? body, contentTypeOf(message));
  if (content !== undefined) return { ...NOTHING, content: bytesOf(content), isRestored: true };
  throw new Error(
    "The body was read before it came here, and is not in `body`: mount the handler before whatever reads it.",
  );
}

/** HTTP/1 says that a body follows; HTTP/2 only that none does. */
function hasBody({ headers, httpVersionMajor }: NodeMessage): boolean {
  const length = headers["content-length"];
  if (length !== undefined) return length !== "0";
  return httpVersionMajor >= 2 || headers["transfer-encoding"] !== undefined;
}

function contentTypeOf({ headers }: NodeMessage): string {
  return String(headers["content-type"] ?? "");
}

function restored(left: unknown, contentType: string): Uint8Array | string | undefined {
  if (typeof left === "string" || left instanceof Uint8Array) return left;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  if (isForm && typeof left === "object" && left !== null) return formOf(left);
  return JSON.stringify(left);
}

/** A parsed form, in the brackets that parsers of nested forms understand. */
function formOf(body: object): string {
  const pairs = new URLSearchParams();
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
      for (const one of value) pairs.append(name, one);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) add(`${name}[${key}]`, inner);
    } else pairs.append(name, String(value));
  };
  for (const [name, value] of Object.entries(body)) add(name, value);
  return pairs.toString();
}

/** One chunk for each that is asked for: what is not read stays with the sender. */
function streamOf(message: NodeMessage): NodeBody {
  let stop = () => {};
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const listeners = {
      data: (chunk: unknown) => {
        message.pause();
        controller.enqueue(bytesOf(chunk as Uint8Array | string));
      },
      end: () => {
        stop();
        controller.close();
      },
      error: () => lost(),
      close: () => lost(),
    };
    const lost = () => {
      stop();
      controller.error(new Error("The client went away before the end of the body."));
    };
    stop = () => {
      stop = () => {};
      for (const [name, listener] of Object.entries(listeners)) message.off(name, listener);
    };
    for (const [name, listener] of Object.entries(listeners)) message.on(name, listener);
    if (message.destroyed || message.aborted) lost();
  };
  let isStarted = false;
  const release = () => {
    if (!isStarted) return;
    stop();
    message.resume();
  };
  const content = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!isStarted) start(controller);
        isStarted = true;
        message.resume();
      },
      cancel: () => stop(),
    },
    { highWaterMark: 0 },
  );
  return { content, isRestored: false, release };
}

function bytesOf(chunk: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return typeof chunk === "string" ? new TextEncoder().encode(chunk) : new Uint8Array(chunk);
}
