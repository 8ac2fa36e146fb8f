import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { EgressProxy } from "../endpoints/proxy.js";
import { ConnectFailure } from "./failure.js";

/** Addresses of one name that are tried one after another: a proxy without IPv6 must still reach what has both. */
const TRIES = 4;

/** Bytes of a proxy's answer, interim ones included, after which it is taken for none. */
const LONGEST_ANSWER = 16_384;

/** What was read of a proxy's answer so far: its status, that more is to come, or that it is none. */
export type ConnectAnswer = number | "more" | "invalid";

/** A way through the proxy to be opened. */
export interface TunnelRequest {
  readonly proxy: EgressProxy;
  /** Authorities to trust for a proxy that names none of its own. */
  readonly ca: readonly string[] | undefined;
  /** Hosts to ask for in turn until the proxy reaches one: addresses, or one name. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Told of each socket as soon as it exists. */
  onSocket(socket: Socket): void;
}

/**
 * Opens a way through the proxy by `CONNECT` (RFC 9110, section 9.3.6). The socket that comes back speaks to the
 * target and has no listeners left.
 *
 * @throws ConnectFailure `connect`, with a detail that says that it was the proxy. Names neither the proxy nor its credentials.
 */
export async function openTunnel(request: TunnelRequest): Promise<Socket> {
  let first: ProxyRefusal | null = null;
  for (const host of request.hosts.slice(0, TRIES)) {
    try {
      return await openTo(host, request);
    } catch (error) {
      if (!(error instanceof ProxyRefusal) || error.status === 407) throw error;
      first ??= error;
    }
  }
  throw first ?? proxyFailure("was given no address");
}

/** The failure of a proxy that did what the words say. */
export function proxyFailure(what: string, cause?: unknown): ConnectFailure {
  return new ConnectFailure("connect", cause, `the egress proxy ${what}`);
}

/** The proxy answered, but not with a way through. */
class ProxyRefusal extends ConnectFailure {
  constructor(readonly status: number) {
    super("connect", undefined, `the egress proxy answered ${status}${HINTS[status] ?? ""}`);
  }
}

const HINTS: Readonly<Record<number, string>> = {
  403: ": its rules refuse this host or port",
  405: ": it does not allow CONNECT",
  407: ": it asks for the user and password of `endpoints.proxy`, or for others",
};

function openTo(host: string, { proxy, ca, port, onSocket }: TunnelRequest): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const trusted = proxy.ca ?? ca;
    const socket = proxy.isSecure
      ? connectTls({
          host: proxy.host,
          port: proxy.port,
          servername: isIP(proxy.host) === 0 ? proxy.host : "",
          ALPNProtocols: ["http/1.1"],
          ...(trusted === undefined ? {} : { ca: [...trusted] }),
        })
      : connectTcp({ host: proxy.host, port: proxy.port });
    let isConnected = false;
    let read = Buffer.alloc(0);
    const end = (failed: ConnectFailure | null) => {
      socket
        .off("readable", onReadable)
        .off("error", onError)
        .off("close", onClose)
        .off(proxy.isSecure ? "secureConnect" : "connect", onConnect);
      if (failed === null) return resolve(socket);
      socket.on("error", () => undefined).destroy();
      reject(failed);
    };
    const onConnect = () => {
      isConnected = true;
      socket.write(connectRequest(host, port, proxy.authorization()));
    };
    const onReadable = () => {
      for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
        read = Buffer.concat([read, chunk]);
        const answer = readConnectAnswer(read);
        if (answer === "more") continue;
        if (answer === "invalid") return end(proxyFailure("answered with something that is not HTTP"));
        return end(answer < 300 ? null : new ProxyRefusal(answer));
      }
    };
    const onError = (error: Error) =>
      end(proxyFailure(isConnected ? "broke the connection" : "could not be connected to", error));
    const onClose = () => end(proxyFailure("closed the connection without an answer"));
    socket
      .setNoDelay(true)
      .on("readable", onReadable)
      .on("error", onError)
      .on("close", onClose)
      .on(proxy.isSecure ? "secureConnect" : "connect", onConnect);
    onSocket(socket);
  });
}

function connectRequest(host: string, port: number, authorization: string | null): string {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const credentials = authorization === null ? "" : `proxy-authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`;
}

/**
 * Reads the answer to `CONNECT`. Pure. Interim answers are passed over; the body of a refusal is not waited for. After
 * a success nothing may follow: in HTTP and in TLS it is the client that speaks first, so what follows would be the
 * proxy's own words in the target's mouth.
 */
export function readConnectAnswer(bytes: Buffer): ConnectAnswer {
  const text = bytes.toString("latin1");
  for (let start = 0; ; ) {
    const rest = text.slice(start);
    if (!"HTTP/1.".startsWith(rest.slice(0, 7))) return "invalid";
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0 || end > LONGEST_ANSWER) return text.length > LONGEST_ANSWER ? "invalid" : "more";
    const [, digits] = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r\n/.exec(rest) ?? [];
    if (digits === undefined) return "invalid";
    const status = Number(digits);
    start += end + 4;
    if (status >= 200) return status < 300 && start < text.length ? "invalid" : status;
  }
}
