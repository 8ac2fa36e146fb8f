import type { LookupAddress } from "node:dns";
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import { bareHost } from "../endpoints/hosts.js";
import type { EndpointPolicy } from "../endpoints/policy.js";
import type { EgressProxy } from "../endpoints/proxy.js";
import { EndpointRefusedError } from "../endpoints/refused.js";
import type { TransportFailureReason } from "../model/transport.js";
import { ConnectFailure } from "./failure.js";
import { openTunnel, proxyFailure } from "./tunnel.js";

/** Where a connection leads. */
export interface ConnectionTarget {
  /** As undici has it: an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** What making a connection needs of its connector. */
export interface ConnectionParts {
  readonly policy: EndpointPolicy;
  readonly ca: readonly string[] | undefined;
  /** Milliseconds for DNS, proxy, TCP and TLS together; 0 is no limit. */
  readonly timeout: number;
  /** Begins TLS to the target, over a socket that is there or over a new one. */
  secure(target: ConnectionTarget, over: { lookup: LookupFunction } | { socket: Socket }): TLSSocket;
}

/**
 * One connection, from the first look-up to its end.
 *
 *     directly:            connect ──> dns ──> connect ──> tls ──> made ──> ended
 *     through the proxy:   dns ──> proxy ──> tls ──> made ──> ended
 *
 * Whoever asked for it hears once: of the socket, or of a {@link ConnectFailure} that knows how far it came.
 */
export class Connection {
  #step: TransportFailureReason | "proxy" = "connect";
  #socket: Socket | null = null;
  #isSettled = false;
  #isEnded = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param onEnd - Called once when it is over: closed, or never made. */
  constructor(
    readonly parts: ConnectionParts,
    readonly target: ConnectionTarget,
    readonly callback: buildConnector.Callback,
    readonly onEnd: () => void,
  ) {}

  /** Begins. */
  open(): void {
    const { policy, timeout } = this.parts;
    if (timeout > 0) {
      this.#timer = setTimeout(() => this.#fail(this.overdue ?? new ConnectFailure("timeout")), timeout);
    }
    if (policy.proxy === null) this.#openDirectly();
    else this.#openThrough(policy.proxy).catch((error: unknown) => this.#fail(failureFor(error)));
  }

  /** What to say when the time is up at this step; `null`: just that. A proxy that is silent is not the endpoint's doing. */
  get overdue(): ConnectFailure | null {
    return !this.#isSettled && this.#step === "proxy" ? proxyFailure("did not answer in time") : null;
  }

  /**
   * Gives it up while it is being made. One that is made is left to undici, which ends it with the request: to be
   * destroyed behind its back, in the middle of a body that ends with the connection, makes undici throw where nobody
   * can catch it.
   */
  cancel(): void {
    this.#fail(this.overdue ?? new ConnectFailure("connect"));
  }

  #openDirectly(): void {
    const { policy, secure } = this.parts;
    const { hostname, port, isSecure } = this.target;
    const lookup: LookupFunction = (name, options, answer) => {
      this.#step = "dns";
      policy.lookup(name, options, (error, address, family) => {
        this.#step = error === null ? "connect" : stepOf(error);
        answer(error, address, family);
      });
    };
    const socket = isSecure
      ? secure(this.target, { lookup })
      : connectTcp({ host: hostname, port, lookup, noDelay: true });
    socket.once("connect", () => {
      if (!policy.allowsAddress(socket.remoteAddress ?? "", hostname))
        this.#fail(new ConnectFailure("refused-by-policy"));
      else if (isSecure) this.#step = "tls";
    });
    this.#hold(socket, isSecure ? "secureConnect" : "connect");
  }

  async #openThrough(proxy: EgressProxy): Promise<void> {
    const { target, parts } = this;
    this.#step = "dns";
    const hosts = await this.#hosts(proxy);
    if (this.#isSettled) return;
    this.#step = "proxy";
    const onSocket = (socket: Socket) => {
      this.#socket = socket;
      // Its time ran out between two addresses.
      if (this.#isSettled) socket.destroy();
    };
    const tunnel = await openTunnel({ proxy, ca: parts.ca, hosts, port: target.port, onSocket });
    if (!target.isSecure) {
      this.#hold(tunnel, null);
      this.#succeed(tunnel);
      return;
    }
    this.#step = "tls";
    this.#hold(parts.secure(target, { socket: tunnel }), "secureConnect");
  }

  /** What the proxy is asked for: a literal, whose address was judged with the host; the name; or the addresses it has here. */
  async #hosts(proxy: EgressProxy): Promise<readonly string[]> {
    const { hostname } = this.target;
    const host = bareHost(hostname);
    if (isIP(host) !== 0 || proxy.resolve === "proxy") return [host];
    const found = await new Promise<readonly LookupAddress[]>((resolve, reject) => {
      this.parts.policy.lookup(hostname, { all: true }, (error, addresses) => {
        if (error === null && typeof addresses !== "string") resolve(addresses);
        else reject(new ConnectFailure(stepOf(error), error));
      });
    });
    return alternating(found);
  }

  #hold(socket: Socket, made: "connect" | "secureConnect" | null): void {
    this.#socket = socket;
    socket
      // Stays: undici has listeners of its own only while a request is there.
      .on("error", (error) => this.#fail(failureFor(error, this.#step)))
      .once("close", () => {
        this.#fail(failureFor(undefined, this.#step));
        this.#end();
      });
    if (made !== null) socket.once(made, () => this.#succeed(socket));
  }

  #succeed(socket: Socket): void {
    if (this.#settle()) this.callback(null, socket);
    else socket.destroy();
  }

  #fail(failed: ConnectFailure): void {
    if (!this.#settle()) return;
    this.#socket?.destroy();
    this.#end();
    this.callback(failed, null);
  }

  /** False when it was settled before. */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    return true;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.onEnd();
  }
}

function stepOf(error: Error | null): TransportFailureReason {
  return error instanceof EndpointRefusedError ? "refused-by-policy" : "dns";
}

function failureFor(error: unknown, step: TransportFailureReason | "proxy" = "connect"): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  return new ConnectFailure(step === "proxy" ? "connect" : step, error);
}

/** The addresses with the families taking turns, beginning with the first one's, as in RFC 8305, section 4. */
function alternating(found: readonly LookupAddress[]): string[] {
  const [first] = found;
  const mine = found.filter(({ family }) => family === first?.family);
  const others = found.filter(({ family }) => family !== first?.family);
  return mine
    .flatMap((one, index) => [one, others[index]])
    .concat(others.slice(mine.length))
    .flatMap((one) => (one === undefined ? [] : [one.address]));
}
