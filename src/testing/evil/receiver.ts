import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { testAuthority } from "../transport/certificate.js";
import { AT_CONNECT, atConnect, behaveWell, byPath, evilOfPath } from "./behaviour.js";
import type { EvilName } from "./list.js";
import { HOST_HEADER, tlsServers } from "./tls.js";
import { type EvilVisit, Visit } from "./visit.js";

/** A server on this machine that misbehaves in every way there is a name for. */
export interface EvilReceiver {
  /** Where that evil is met. Those of plain HTTP that begin with the answer share a port and are told apart by the path. */
  url(evil: EvilName): string;
  /** An endpoint without fault, which answers 204. */
  readonly plainUrl: string;
  /** The same over TLS, with a certificate that {@link EvilReceiver.ca} vouches for. */
  readonly tlsUrl: string;
  /** The authority of its certificates, in PEM. A sender that trusts it refuses each `tls-` evil for that evil alone. */
  readonly ca: string;
  /** What a `Host` header would have to say for the certificate of `tls-host-header` to fit. */
  readonly hostHeader: string;
  /** Connections to the private address that redirects lead to. */
  readonly strays: number;
  /** Everyone who came so far, oldest first. */
  readonly visits: readonly EvilVisit[];
  /** Resolves with the first visit to that evil that no earlier call answered, as soon as it is there. Rejects when the receiver is closed before. */
  visit(evil: EvilName): Promise<EvilVisit>;
  /** Closes every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts an evil receiver, for the tests of whatever sends requests to strangers.
 *
 *     const receiver = await startEvilReceiver();
 *     for (const { name, what, ends } of evils) {
 *       // send to receiver.url(name) with a deadline: it ends as one of `ends`, and never hangs or throws
 *     }
 *     await receiver.close();
 *
 * What it writes without end it writes no faster than it is read; memory stays bounded on its side.
 */
export async function startEvilReceiver(): Promise<EvilReceiver> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const ports = new Map<EvilName, number>();
  const visits: Visit[] = [];
  const handedOut = new Set<Visit>();
  const waiting = new Set<{ evil: EvilName; resolve(visit: EvilVisit): void; reject(error: Error): void }>();
  let isClosed = false;
  let strays = 0;

  async function listen(server: Server, onSocket: (socket: Socket) => void = () => {}): Promise<number> {
    servers.push(server);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket)).on("error", () => undefined);
      onSocket(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  function arrive(evil: EvilName | null, socket: Socket): Visit {
    const visit = new Visit(evil, socket);
    visits.push(visit);
    for (const one of waiting) {
      if (one.evil !== evil) continue;
      waiting.delete(one);
      handedOut.add(visit);
      one.resolve(visit);
      break;
    }
    return visit;
  }

  const strayPort = await listen(
    createServer((socket) => socket.destroy()),
    () => strays++,
  );
  const strayUrl = `http://127.0.0.1:${strayPort}/latest/meta-data/`;
  const onPath = (socket: Socket) =>
    readRequest(socket, (path) => {
      const evil = evilOfPath(path);
      const visit = arrive(evil, socket);
      if (evil === null) behaveWell(visit);
      else byPath[evil](visit, strayUrl);
    });
  const port = await listen(createServer(onPath));
  for (const evil of AT_CONNECT) {
    ports.set(
      evil,
      await listen(createServer(), (socket) => atConnect[evil](arrive(evil, socket), strayUrl)),
    );
  }
  const authority = testAuthority();
  let tlsPort = 0;
  const serve = (socket: Socket) => {
    socket.on("error", () => undefined);
    readRequest(socket, () => behaveWell(new Visit(null, socket)));
  };
  for (const [evil, server] of tlsServers(authority, serve)) {
    const listening = await listen(server, (socket) => {
      const visit = arrive(evil, socket);
      if (evil === "tls-silent") socket.once("data", () => visit.stall());
    });
    if (evil === null) tlsPort = listening;
    else ports.set(evil, listening);
  }

  return {
    url(evil) {
      const own = ports.get(evil);
      if (own === undefined) return `http://127.0.0.1:${port}/${evil}`;
      return `${evil.startsWith("tls-") ? "https" : "http"}://127.0.0.1:${own}/${evil}`;
    },
    plainUrl: `http://127.0.0.1:${port}/`,
    tlsUrl: `https://127.0.0.1:${tlsPort}/`,
    ca: authority.cert,
    hostHeader: HOST_HEADER,
    visits,
    get strays() {
      return strays;
    },
    visit(evil) {
      const found = visits.find((visit) => visit.evil === evil && !handedOut.has(visit));
      if (found) {
        handedOut.add(found);
        return Promise.resolve(found);
      }
      if (isClosed) return Promise.reject(new Error(`The receiver was closed; nobody came to ${evil}.`));
      return new Promise((resolve, reject) => waiting.add({ evil, resolve, reject }));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      const ended = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const socket of sockets) socket.destroy();
      await Promise.all(ended);
      for (const { evil, reject } of waiting) {
        reject(new Error(`The receiver was closed; nobody came to ${evil}.`));
      }
    },
  };
}

/** Reads one request, its body by `Content-Length`, and tells its path; what comes after it is read and dropped. */
function readRequest(socket: Socket, onRequest: (path: string) => void): void {
  let read = "";
  let isTold = false;
  socket.on("data", (chunk: Buffer) => {
    if (isTold) return;
    read += chunk.toString("latin1");
    const end = read.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [, length = "0"] = /\r\ncontent-length: *(\d+)/i.exec(read.slice(0, end)) ?? [];
    if (read.length < end + 4 + Number(length)) return;
    isTold = true;
    onRequest(/^\S+ (\S+)/.exec(read)?.[1] ?? "/");
    read = "";
  });
}
