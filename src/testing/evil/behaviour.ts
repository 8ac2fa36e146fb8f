import { gzipSync } from "node:zlib";
import type { EvilName } from "./list.js";
import type { Visit } from "./visit.js";

/** The evils that are met at a port of their own, because they begin before there is a request to read. */
export const AT_CONNECT = ["close-on-connect", "close-in-request"] as const;

/** Those that are told by the path of the request. */
export type PathEvil = Exclude<EvilName, (typeof AT_CONNECT)[number] | `tls-${string}`>;

/** Misbehaves. @param strayUrl - Where redirects lead. */
export type Behaviour = (visit: Visit, strayUrl: string) => void;

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

/** One megabyte of nothing; fifty of them in a row are one gzip stream (RFC 1952, section 2.2). */
const BOMB_MEMBER = gzipSync(Buffer.alloc(1_000_000), { level: 9 });
const BOMB = Buffer.concat(Array.from({ length: 50 }, () => BOMB_MEMBER));

/** What is done on a connection, before anything is read. */
export const atConnect: Readonly<Record<(typeof AT_CONNECT)[number], Behaviour>> = {
  "close-on-connect": (visit) => visit.close(),
  "close-in-request": (visit) => void visit.socket.once("data", () => visit.close()),
};

/** What is done once the request is there. */
export const byPath: Readonly<Record<PathEvil, Behaviour>> = {
  silent: (visit) => visit.stall(),
  "close-before-answer": (visit) => visit.close(),
  "trickled-answer": (visit) => visit.trickle((count) => `${OK}\r\n`[count] ?? "."),
  "endless-103": (visit) => visit.trickle(() => "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
  "trickled-headers": (visit) => visit.trickle((count) => (count === 0 ? OK : "a: 1\r\n")),
  "endless-headers": (visit) => visit.flood(OK, "a: 1\r\n".repeat(100)),
  "endless-body": (visit) => visit.flood(`${OK}\r\n`, ".".repeat(1_024)),
  "endless-chunks": (visit) => visit.flood(CHUNKED, `400\r\n${".".repeat(1_024)}\r\n`),
  "chunked-without-end": (visit) => visit.stall(`${CHUNKED}2\r\nab\r\n2\r\ncd\r\n`),
  "huge-content-length": (visit) =>
    visit.stall(`${OK}content-length: 10000000000\r\n\r\n${".".repeat(1_024)}`),
  "gzip-bomb": (visit) => {
    const head = `${OK}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\nconnection: close\r\n\r\n`;
    visit.end(Buffer.concat([Buffer.from(head), BOMB]));
  },
  "close-in-headers": (visit) => visit.end(`${OK}content-le`),
  "close-in-body": (visit) => visit.end(`${OK}content-length: 1000\r\n\r\nonly this`),
  "close-in-chunk": (visit) => visit.end(`${CHUNKED}5\r\nab`),
  "two-lengths": (visit) => visit.end(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
  "length-and-chunks": (visit) =>
    visit.end(`${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  "bare-line-feeds": (visit) => visit.end("HTTP/1.1 200 OK\ncontent-length: 2\n\nok"),
  "status-099": (visit) => visit.end("HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n"),
  "status-999": (visit) => visit.end("HTTP/1.1 999 Odd\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"),
  "redirect-301": redirect(301),
  "redirect-302": redirect(302),
  "redirect-303": redirect(303),
  "redirect-307": redirect(307),
  "redirect-308": redirect(308),
};

/** Answers as an endpoint without fault does. */
export function behaveWell(visit: Visit): void {
  visit.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
}

/** The evil that a path names; `null` for any other path. */
export function evilOfPath(path: string): PathEvil | null {
  const name = path.slice(1).replace(/[?#].*$/, "");
  return Object.hasOwn(byPath, name) ? (name as PathEvil) : null;
}

function redirect(status: number): Behaviour {
  return (visit, strayUrl) =>
    visit.end(
      `HTTP/1.1 ${status} Moved\r\nlocation: ${strayUrl}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    );
}
