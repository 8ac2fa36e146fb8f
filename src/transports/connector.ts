import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { buildConnector } from "undici";
import type { EndpointPolicy } from "../endpoints/policy.js";
import { EndpointRefusedError } from "../endpoints/refused.js";
import type { TransportFailureReason } from "../model/transport.js";
import { ConnectFailure } from "./failure.js";

/** TLS sessions remembered by one connector, so that the next connection to a host is cheaper. */
const SESSIONS = 100;

/** How a guarded connector connects. */
export interface ConnectorSettings {
  readonly policy: EndpointPolicy;
  /** Whether the certificate must be valid for the host. */
  readonly verify: boolean;
  readonly ca: string[] | undefined;
  /** Milliseconds for DNS, TCP and TLS together; 0 is no limit. */
  readonly timeout: number;
  /** Told of each socket as soon as it exists, before it is connected. */
  onSocket?(socket: Socket): void;
}

/**
 * A connector for undici that goes only where the policy lets it: the host is judged, then each address DNS answers
 * (or the literal, for which `lookup` is never called), then the address that the socket says it has reached.
 * Fails with {@link ConnectFailure}, which knows how far it came.
 *
 * Its own rather than undici's `buildConnector`, which does not say which step failed and hands out no socket to
 * destroy when the attempt's time is up while connecting.
 */
export function guardedConnector(settings: ConnectorSettings): buildConnector.connector {
  const { policy, verify, ca, timeout } = settings;
  const sessions = new Map<string, Buffer>();

  return ({ hostname, protocol, port }, callback) => {
    if (!policy.allowsHost(hostname)) {
      callback(new ConnectFailure("refused-by-policy"), null);
      return;
    }
    const isSecure = protocol === "https:";
    let step: TransportFailureReason = "connect";
    const lookup: LookupFunction = (name, options, answer) => {
      step = "dns";
      policy.lookup(name, options, (error, address, family) => {
        step = error instanceof EndpointRefusedError ? "refused-by-policy" : error ? "dns" : "connect";
        answer(error, address, family);
      });
    };
    const target = { host: hostname, port: Number(port || (isSecure ? 443 : 80)), lookup };
    const key = `${hostname}:${target.port}`;
    const socket = isSecure
      ? connectTls({
          ...target,
          // From the URL and nowhere else; a name indicated has no trailing dot, an address is not indicated at all.
          servername: isIP(hostname) === 0 ? hostname.replace(/\.$/, "") : "",
          rejectUnauthorized: verify,
          ALPNProtocols: ["http/1.1"],
          session: sessions.get(key),
          ...(ca === undefined ? {} : { ca }),
        }).on("session", (session) => remember(sessions, key, session))
      : connectTcp(target);

    let timer: NodeJS.Timeout | undefined;
    let isDone = false;
    const done = (failed: ConnectFailure | null) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      if (!failed) callback(null, socket);
      else {
        socket.destroy();
        callback(failed, null);
      }
    };
    if (timeout > 0) timer = setTimeout(() => done(new ConnectFailure("timeout")), timeout);
    socket.setNoDelay(true);
    socket
      .once("connect", () => {
        if (!policy.allowsAddress(socket.remoteAddress ?? "", hostname))
          done(new ConnectFailure("refused-by-policy"));
        else if (isSecure) step = "tls";
      })
      .once(isSecure ? "secureConnect" : "connect", () => done(null))
      .on("error", (error) => done(new ConnectFailure(step, error)))
      .once("close", () => done(new ConnectFailure(step)));
    settings.onSocket?.(socket);
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
