import type { Issue } from "../model/errors.js";
import { bareHost } from "./hosts.js";
import type { ProxyOptions } from "./options.js";
import { BEGINNING, REPAIRED, takeCredentials, type UrlCredentials } from "./url.js";

/** The egress proxy as transports need it. */
export interface EgressProxy {
  /** Whether it is spoken to over TLS. */
  readonly isSecure: boolean;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly resolve: "here" | "proxy";
  /** `undefined`: those the transport trusts. */
  readonly ca: readonly string[] | undefined;
  /** The value of `Proxy-Authorization`; `null` when there is none. A function, so that whoever prints a policy prints no password. */
  authorization(): string | null;
}

/**
 * Reads the option; `null` when there is no proxy. What is wrong goes into `issues`, which never quote it: it may hold
 * a password.
 */
export function parseProxy(option: string | ProxyOptions | undefined, issues: Issue[]): EgressProxy | null {
  if (option === undefined) return null;
  const isObject = typeof option === "object" && option !== null;
  const given: Partial<ProxyOptions> = isObject ? option : { url: option };
  const path = ["endpoints", "proxy", ...(isObject ? ["url"] : [])];
  const resolve = given.resolve ?? "here";
  if (resolve !== "here" && resolve !== "proxy") {
    issues.push({ path: ["endpoints", "proxy", "resolve"], message: 'Must be "here" or "proxy".' });
  }
  const url = parseProxyUrl(given.url);
  if (url === null) {
    issues.push({
      path,
      message: 'Must be a URL of scheme, host and port, such as "http://user:pass@proxy.corp:3128".',
    });
    return null;
  }
  const credentials = takeCredentials(url);
  if (credentials === undefined) {
    issues.push({ path, message: "Holds a user or password that cannot be sent: percent-encode it." });
    return null;
  }
  const isSecure = url.protocol === "https:";
  const { ca } = given;
  return {
    isSecure,
    host: bareHost(url.hostname),
    port: Number(url.port || (isSecure ? 443 : 80)),
    resolve,
    ca: ca === undefined ? undefined : typeof ca === "string" ? [ca] : [...ca],
    authorization: () => credentials && basic(credentials),
  };
}

/** Whether two policies go through the same proxy in the same way. */
export function isSameProxy(one: EgressProxy | null, other: EgressProxy | null): boolean {
  const all = (proxy: EgressProxy | null) => JSON.stringify([proxy, proxy?.authorization()]);
  return all(one) === all(other);
}

function parseProxyUrl(raw: unknown): URL | null {
  if (typeof raw !== "string" || !BEGINNING.test(raw) || REPAIRED.test(raw)) return null;
  try {
    const url = new URL(raw);
    const isBare = url.pathname === "/" && url.search === "" && url.hash === "";
    return isBare && url.port !== "0" ? url : null;
  } catch {
    return null;
  }
}

/** RFC 7617, section 2: UTF-8, base64. */
function basic({ user, pass }: UrlCredentials): string {
  return `Basic ${Buffer.from(`${user}:${pass}`, "utf8").toString("base64")}`;
}
