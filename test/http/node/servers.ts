import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A server of a test on this machine. */
export interface Running {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback. */
export async function listen(server: Server, close?: () => unknown): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections();
      await close?.();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What came back, read to its end. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** One request by `node:http`, which sends whatever it is told to, on a connection of its own. */
export function ask(
  url: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer; path?: string } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body, path } = options;
    const sent = httpRequest(
      url,
      { method, headers, agent: false, ...(path === undefined ? {} : { path }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Writes text on a socket as it is, and answers all that comes back until the server closes it. */
export function say(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    let heard = "";
    socket.setEncoding("latin1");
    socket.on("data", (data: string) => {
      heard += data;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });
}

/** A promise and what settles it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
