import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type Answer, giveAnswer } from "./answer.js";

/** A request as it arrived. `verify(request, secret)` of `hookwright/verify` takes it as it is. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as UTF-8. */
  readonly body: string;
  /** The body byte for byte. */
  readonly rawBody: Uint8Array;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  /** Resolves when that connection is closed. */
  readonly closed: Promise<void>;
  /** The body parsed as JSON. Throws `SyntaxError` when it is none. */
  json(): unknown;
}

/**
 * What to answer: always the same, a list to go through (its last entry holds from then on), or a function of the
 * request. A function that throws makes a 500.
 */
export type Answers = Answer | readonly Answer[] | ((request: ReceivedRequest) => Answer | Promise<Answer>);

/** A small HTTP server on this machine that stands for somebody's webhook endpoint. */
export interface Receiver {
  /** Such as `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /**
   * The request with this number, counted from 1, as soon as it is there. Without a number: the first one that no
   * earlier `next()` answered. Rejects when the receiver is closed before.
   */
  next(number?: number): Promise<ReceivedRequest>;
  /** Answers like this from now on. */
  answer(answers: Answers): void;
  /** Closes every connection and stops listening. */
  close(): Promise<void>;
}

/** Options of {@link startReceiver}. */
export interface ReceiverOptions {
  /** Key and certificate in PEM; with them it speaks HTTPS. @default plain HTTP */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** @default any free port */
  readonly port?: number;
  /** The address it listens on. @default "127.0.0.1" */
  readonly host?: string;
}

/**
 * Starts a receiver.
 *
 *     const receiver = await startReceiver([503, { status: 200, body: "thanks" }]);
 *     // ... deliver to `${receiver.url}/in` ...
 *     const { headers, body } = await receiver.next();
 *     await receiver.close();
 *
 * @param answers - What to answer. @default 204
 */
export async function startReceiver(
  answers: Answers = 204,
  options: ReceiverOptions = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const waiting: { number: number; resolve(request: ReceivedRequest): void; reject(error: Error): void }[] =
    [];
  const sockets = new Set<Socket>();
  const known = new WeakMap<Socket, Connection>();
  let connections = 0;
  let handedOut = 0;
  let isClosed = false;
  let pick = picker(answers);

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // Senders go away in the middle; that is theirs to report.
    for (const one of [incoming, response]) one.on("error", () => undefined);
    const request = await receive(incoming, known.get(incoming.socket));
    if (request === null) return;
    requests.push(request);
    const number = requests.length;
    for (const one of waiting.filter((entry) => entry.number === number)) one.resolve(request);
    try {
      await giveAnswer(await pick(request), response);
    } catch (error) {
      if (!response.headersSent) await giveAnswer({ status: 500, body: String(error) }, response);
    }
  }

  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => void handle(incoming, response);
  const server = options.tls ? createHttps(options.tls, onRequest) : createHttp(onRequest);
  // Listeners once for each connection: a kept one carries any number of requests.
  server.on(options.tls ? "secureConnection" : "connection", (socket: Socket) => {
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    known.set(socket, { number: ++connections, closed });
    socket.on("error", () => undefined);
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `${options.tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    next(number = handedOut + 1) {
      handedOut = Math.max(handedOut, number);
      const found = requests[number - 1];
      if (found) return Promise.resolve(found);
      if (isClosed) return Promise.reject(tooFew(requests.length, number));
      return new Promise((resolve, reject) => waiting.push({ number, resolve, reject }));
    },
    answer(next) {
      pick = picker(next);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await ended;
      for (const { number, reject } of waiting) reject(tooFew(requests.length, number));
    },
  };
}

interface Connection {
  readonly number: number;
  readonly closed: Promise<void>;
}

function picker(answers: Answers): (request: ReceivedRequest) => Answer | Promise<Answer> {
  if (typeof answers === "function") return answers;
  const list: readonly Answer[] = Array.isArray(answers) ? answers : [answers as Answer];
  let index = 0;
  return () => list[Math.min(index++, list.length - 1)] ?? 204;
}

/** The whole request; `null` when the sender went away before its end. */
async function receive(
  incoming: IncomingMessage,
  on: Connection | undefined,
): Promise<ReceivedRequest | null> {
  const { number: connection, closed } = on ?? { number: 0, closed: Promise.resolve() };
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
  } catch {
    return null;
  }
  const rawBody = Buffer.concat(chunks);
  const body = rawBody.toString("utf8");
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(incoming.headersDistinct))
    headers[name] = values.join(", ");
  return {
    method: incoming.method ?? "",
    url: incoming.url ?? "",
    headers,
    body,
    rawBody,
    connection,
    closed,
    json: () => JSON.parse(body),
  };
}

function tooFew(there: number, wanted: number): Error {
  return new Error(`The receiver was closed after ${there} requests; number ${wanted} never came.`);
}
