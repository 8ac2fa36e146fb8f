import { isIPv6 } from "node:net";

/** Rules about names, applied before DNS is asked. Pure. Hosts are as WHATWG URL parsing leaves them: lower case, ASCII. */

/** Names of metadata services: refused whatever is opened. */
const METADATA_NAMES = new Set(["metadata.google.internal", "metadata.goog"]);

/** Names that lead into a machine or a private network (RFC 6761, 6762, 7686, 8375; Docker; Kubernetes). */
const PRIVATE_SUFFIXES = ["localhost", "local", "internal", "home.arpa", "onion", "svc"];

/** A host that the operator opened. */
export interface HostPattern {
  /** Without the `*.` of a suffix. */
  readonly name: string;
  readonly below: boolean;
}

/**
 * The host without the brackets of an IPv6 literal and without the trailing dot of an absolute name. Doing it twice
 * changes nothing: of two dots both stay, and no rule takes an empty label.
 */
export function bareHost(hostname: string): string {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return hostname.endsWith(".") && !hostname.endsWith("..") ? hostname.slice(0, -1) : hostname;
}

/** Whether the bare host is the name of a metadata service. */
export function isMetadataName(host: string): boolean {
  return METADATA_NAMES.has(host);
}

/** Whether a bare host, which is no address, is a name of the public DNS: two labels or more, none of them reserved. */
export function isPublicName(host: string): boolean {
  if (!host.includes(".")) return false;
  return !PRIVATE_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}

/** Whether each label of a bare host has 1 to 63 characters and the whole at most 253 (RFC 1035). */
export function isWellFormedName(host: string): boolean {
  return host.length <= 253 && host.split(".").every((label) => label.length >= 1 && label.length <= 63);
}

/** An entry of `allowHosts`; `null` when it names no host. Unicode and upper case are normalised as in a URL. */
export function parseHostPattern(entry: string): HostPattern | null {
  const below = entry.startsWith("*.");
  const text = below ? entry.slice(2) : entry;
  if (!below && isIPv6(text)) return parseHostPattern(`[${text}]`);
  if (/[\s/\\?#@*]/.test(text)) return null;
  let url: URL;
  try {
    url = new URL(`http://${text}/`);
  } catch {
    return null;
  }
  if (url.port !== "" || /:\d*$/.test(text.replace(/^\[.*\]/, ""))) return null;
  const name = bareHost(url.hostname);
  // A suffix of an address is no network: those go into `allowNetworks`.
  if (!name.includes(":") && !isWellFormedName(name)) return null;
  if (below && (name.includes(":") || /^[\d.]+$/.test(name))) return null;
  return { name, below };
}

/** Whether a bare host is one that the operator opened. */
export function isHostOpened(host: string, patterns: readonly HostPattern[]): boolean {
  return patterns.some(({ name, below }) => (below ? host.endsWith(`.${name}`) : host === name));
}
