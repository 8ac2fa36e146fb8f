import type { TransportFailureReason } from "../../model/transport.js";

/** How an attempt may end: with an answer, or for one of the reasons for which there is none. */
export type EvilEnd = "response" | TransportFailureReason;

interface Described {
  readonly name: string;
  /** Which kind of URL leads there. */
  readonly scheme: "http" | "https";
  /** What it does, in a sentence. */
  readonly what: string;
  /** How an attempt of a sender that keeps the rules ends. Where `timeout` is among them, its own deadline is all that ends it. */
  readonly ends: readonly EvilEnd[];
}

/** Before anything is answered. */
const SILENT = [
  http("silent", "reads the request and never answers", "timeout"),
  http("close-on-connect", "closes the connection as soon as it is there", "reset"),
  http("close-in-request", "closes the connection in the middle of the request", "reset"),
  http("close-before-answer", "closes the connection once it has the request", "reset"),
] as const;

/** Answers without end. */
const ENDLESS = [
  http("trickled-answer", "answers a byte at a time, without end", "timeout"),
  http("endless-103", "sends 103 Early Hints without end, and so never an answer", "timeout"),
  http("trickled-headers", "sends one header now and then, without end", "timeout"),
  http("endless-headers", "sends headers without end, as fast as they are read", "protocol", "reset"),
  http("endless-body", "sends a body without end, as fast as it is read", "response"),
  http("endless-chunks", "sends one chunk after another without end, as fast as they are read", "response"),
  http("chunked-without-end", "sends two chunks and never the last one", "timeout"),
  http("huge-content-length", "announces 10 GB, sends a kilobyte of it, and no more", "timeout"),
  http("gzip-bomb", "sends 50 KB of gzip that become 50 MB", "response"),
] as const;

/** Answers that are broken, or cut off. */
const BROKEN = [
  http("close-in-headers", "closes the connection in the middle of the headers", "reset"),
  http("close-in-body", "closes the connection in the middle of the body", "reset"),
  http("close-in-chunk", "closes the connection in the middle of a chunk", "reset"),
  http("two-lengths", "gives two different Content-Length headers", "protocol", "reset"),
  http("length-and-chunks", "gives a Content-Length and a Transfer-Encoding", "protocol", "reset"),
  http("bare-line-feeds", "ends lines without carriage returns", "response", "protocol", "reset"),
  http("status-099", "answers with status 099", "protocol", "reset"),
  http("status-999", "answers with status 999", "response", "protocol", "reset"),
] as const;

/** Redirects into a private network. */
const REDIRECTS = [
  http("redirect-301", "redirects with 301 to a private address", "response"),
  http("redirect-302", "redirects with 302 to a private address", "response"),
  http("redirect-303", "redirects with 303 to a private address", "response"),
  http("redirect-307", "redirects with 307, body and all, to a private address", "response"),
  http("redirect-308", "redirects with 308, body and all, to a private address", "response"),
] as const;

/** TLS that must not be trusted, each for one reason only where the receiver's authority is trusted. */
const UNTRUSTED = [
  https("tls-silent", "accepts the connection and never answers the TLS handshake", "timeout"),
  https("tls-wrong-name", "has a certificate for another name", "tls"),
  https(
    "tls-host-header",
    "has a certificate for what a `Host` header may say, not for the URL's host",
    "tls",
  ),
  https("tls-expired", "has a certificate that ended in 2001", "tls"),
  https("tls-self-signed", "has a certificate that nobody vouches for", "tls"),
  https("tls-old-protocol", "speaks TLS 1.0 and 1.1 only", "tls"),
] as const;

const ALL = [...SILENT, ...ENDLESS, ...BROKEN, ...REDIRECTS, ...UNTRUSTED] as const;

/** The name of one of {@link evils}. */
export type EvilName = (typeof ALL)[number]["name"];

/** One way in which a receiver misbehaves. */
export interface Evil extends Described {
  readonly name: EvilName;
}

/**
 * Every way in which an evil receiver misbehaves. A sender that keeps the rules ends each as one of `ends` by its own
 * deadline, keeps no more of a body than it was told to, closes the connection, and follows no redirect.
 */
export const evils: readonly Evil[] = ALL;

function http<N extends string>(name: N, what: string, ...ends: EvilEnd[]) {
  return { name, scheme: "http" as const, what, ends };
}

function https<N extends string>(name: N, what: string, ...ends: EvilEnd[]) {
  return { name, scheme: "https" as const, what, ends };
}
