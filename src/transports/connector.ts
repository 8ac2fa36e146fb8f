import { isIP } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import type { EndpointPolicy } from "../endpoints/policy.js";
import { Connection, type ConnectionParts } from "./connection.js";
import { ConnectFailure } from "./failure.js";

/** TLS sessions remembered by one connector, so that the next connection to a host is cheaper. */
const SESSIONS = 100;

/** How a guarded connector connects. */
export interface ConnectorSettings {
  readonly policy: EndpointPolicy;
  /** Whether the certificate must be valid for the host. */
  readonly verify: boolean;
  readonly ca: string[] | undefined;
  /** Milliseconds for DNS, proxy, TCP and TLS together; 0 is no limit. */
  readonly timeout: number;
  /** Told of each connection as soon as it begins, in the same turn. */
  onConnection?(connection: Connection): void;
  /** Told when a connection is over: closed, or never made. */
  onEnd?(connection: Connection): void;
}

/**
 * A connector for undici that goes only where the policy lets it: the host is judged, then each address DNS answers
 * (or the literal, for which `lookup` is never called), then the address that the socket says it has reached. Through
 * an egress proxy there is no such last step: what the proxy is told to reach was judged, the proxy itself is the
 * operator's. Fails with {@link ConnectFailure}, which knows how far it came.
 *
 * Its own rather than undici's `buildConnector`, which does not say which step failed and hands out no socket to
 * destroy when the attempt's time is up while connecting; and rather than undici's `ProxyAgent`, which leaves names to
 * the proxy and does not send plain HTTP through `CONNECT`.
 */
export function guardedConnector(settings: ConnectorSettings): buildConnector.connector {
  const { policy, timeout, ca } = settings;
  const parts: ConnectionParts = { policy, timeout, ca, secure: tlsTo(settings) };
  return ({ hostname, protocol, port }, callback) => {
    if (!policy.allowsHost(hostname)) {
      callback(new ConnectFailure("refused-by-policy"), null);
      return;
    }
    const isSecure = protocol === "https:";
    const connection = new Connection(
      parts,
      { hostname, port: Number(port || (isSecure ? 443 : 80)), isSecure },
      callback,
      () => settings.onEnd?.(connection),
    );
    settings.onConnection?.(connection);
    connection.open();
  };
}

function tlsTo({ verify, ca }: ConnectorSettings): ConnectionParts["secure"] {
  const sessions = new Map<string, Buffer>();
  return ({ hostname, port }, over): TLSSocket => {
    const key = `${hostname}:${port}`;
    const socket = connectTls({
      ...over,
      // Beside a socket that is there the host only says whose certificate it must be.
      host: hostname,
      port,
      // From the URL and nowhere else; a name indicated has no trailing dot, an address is not indicated at all.
      servername: isIP(hostname) === 0 ? hostname.replace(/\.$/, "") : "",
      rejectUnauthorized: verify,
      ALPNProtocols: ["http/1.1"],
      session: sessions.get(key),
      ...(ca === undefined ? {} : { ca }),
    });
    socket.setNoDelay(true);
    return socket.on("session", (session) => remember(sessions, key, session));
  };
}

function remember(sessions: Map<string, Buffer>, key: string, session: Buffer): void {
  sessions.delete(key);
  sessions.set(key, session);
  if (sessions.size <= SESSIONS) return;
  for (const oldest of sessions.keys()) {
    sessions.delete(oldest);
    return;
  }
}
