import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from "node:net";
import { createServer as createTls, type TLSSocket } from "node:tls";

/** What a proxy was asked for. */
export interface ProxyRequest {
  /** Such as `CONNECT 127.0.0.1:443 HTTP/1.1`. */
  readonly line: string;
  readonly authority: string;
  /** The head as it was sent, lines joined by CRLF. */
  readonly head: string;
}

/** A small HTTP proxy on this machine that knows `CONNECT` and nothing else. */
export interface TestProxy {
  /** Such as `http://127.0.0.1:3128`. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ProxyRequest[];
  readonly connections: number;
  /** Resolves when the first request is there. */
  readonly asked: Promise<void>;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Key and certificate; with them the proxy itself speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Bytes to answer instead of opening the way; a promise holds the answer back. `null`: open it. */
  answer?(request: ProxyRequest, number: number): string | null | Promise<string | null>;
  /** Whether to close after such an answer. @default false */
  readonly closes?: boolean;
  /** Where the way leads. @default where it is asked to */
  readonly route?: (authority: string) => { readonly host: string; readonly port: number };
  /** What is said on success. @default "HTTP/1.1 200 Connection established\r\n\r\n" */
  readonly success?: string;
}

/** Starts one. */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const {
    answer = () => null,
    route = addressOf,
    success = "HTTP/1.1 200 Connection established\r\n\r\n",
  } = options;
  const requests: ProxyRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let onAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });

  function track(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  }

  async function serve(socket: Socket | TLSSocket, head: string): Promise<void> {
    const [line = ""] = head.split("\r\n");
    const request = { line, authority: line.split(" ")[1] ?? "", head };
    requests.push(request);
    onAsked();
    const instead = await answer(request, requests.length);
    if (instead !== null) {
      if (options.closes) socket.end(instead);
      else socket.write(instead);
      return;
    }
    const target = connect(route(request.authority));
    track(target);
    target.once("connect", () => {
      socket.write(success);
      socket.pipe(target).pipe(socket);
    });
    target.once("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"));
    target.once("close", () => socket.destroy());
    socket.once("close", () => target.destroy());
  }

  const onSocket = (socket: Socket) => {
    socket.on("error", () => undefined);
    let head = "";
    const onData = (chunk: Buffer) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", onData);
      void serve(socket, head);
    };
    socket.on("data", onData);
  };
  const server: Server = options.tls ? createTls(options.tls, onSocket) : createTcp(onSocket);
  server.on("connection", (socket: Socket) => {
    connections++;
    track(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    requests,
    asked,
    get connections() {
      return connections;
    },
    async close() {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

/** Host and port of an authority. */
export function addressOf(authority: string): { host: string; port: number } {
  const { hostname, port } = new URL(`http://${authority}`);
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 80) };
}
