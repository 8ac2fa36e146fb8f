import { isIP, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { type Issue, WebhookError } from "../model/errors.js";
import { isInside, judge, type Network, parseAddress, parseNetwork } from "./address.js";
import {
  bareHost,
  type HostPattern,
  isHostOpened,
  isMetadataName,
  isPublicName,
  isWellFormedName,
  parseHostPattern,
} from "./hosts.js";
import { guardedLookup, type Resolver, systemResolver } from "./lookup.js";
import type { EndpointOptions } from "./options.js";
import { type EgressProxy, parseProxy } from "./proxy.js";
import { type CheckedUrl, checkUrl } from "./url.js";

/** How long the addresses of this machine are remembered, in milliseconds: they change seldom, listing them is a system call. */
const OWN_ADDRESSES_MS = 5_000;

/** Which endpoints webhooks may go to. One object for every path: saving, testing, delivering, replaying. */
export interface EndpointPolicy {
  /** The options it was made of, each with its default; the proxy, whose URL may hold a password, stands by itself. */
  readonly options: Required<Omit<EndpointOptions, "proxy">>;
  /** What every connection goes through; `null`: nothing. */
  readonly proxy: EgressProxy | null;
  /**
   * The URL normalised, its credentials taken out.
   *
   * @throws WebhookError `URL_REFUSED`, with an issue at `["url"]`. Neither quotes the URL.
   */
  checkUrl(raw: string): CheckedUrl;
  /** Whether a host of a URL may be asked for: the rules about names, or about the address if it is one. */
  allowsHost(hostname: string): boolean;
  /** Whether this address may be connected to for this host. For literals, and for `remoteAddress` once connected. */
  allowsAddress(address: string, hostname: string): boolean;
  /** For `net.connect`: asks DNS once and answers only addresses that are allowed. Never called for literals. */
  readonly lookup: LookupFunction;
}

/** What the policy asks of the world outside; tests put their own. */
export interface EndpointSources {
  /** @default the operating system's resolver */
  readonly resolve?: Resolver;
  /** Addresses of this machine. @default those of `os.networkInterfaces()`, remembered for five seconds */
  readonly ownAddresses?: () => readonly string[];
}

/**
 * Makes the policy. Without options it allows HTTPS to public addresses under public names, and nothing else.
 *
 * @throws WebhookError `CONFIGURATION` when an entry of `allowNetworks` or `allowHosts` is none, or `proxy` is no proxy; an issue for each.
 */
export function createEndpointPolicy(
  options: EndpointOptions = {},
  sources: EndpointSources = {},
): EndpointPolicy {
  const issues: Issue[] = [];
  const networks = parseEach(options.allowNetworks, "allowNetworks", parseNetwork, issues);
  const hosts = parseEach(options.allowHosts, "allowHosts", parseHostPattern, issues);
  const proxy = parseProxy(options.proxy, issues);
  if (issues.length > 0) {
    const fields = issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new WebhookError("CONFIGURATION", `The endpoint policy cannot be made. ${fields.join(" ")}`, {
      issues,
    });
  }
  return buildPolicy(options, networks, hosts, proxy, sources);
}

function buildPolicy(
  options: EndpointOptions,
  networks: readonly Network[],
  hosts: readonly HostPattern[],
  proxy: EgressProxy | null,
  { resolve = systemResolver, ownAddresses = rememberedOwnAddresses() }: EndpointSources,
): EndpointPolicy {
  const settled: EndpointPolicy["options"] = {
    allowHttp: options.allowHttp ?? false,
    allowNetworks: [...(options.allowNetworks ?? [])],
    allowHosts: [...(options.allowHosts ?? [])],
    allowInsecureTls: options.allowInsecureTls ?? false,
  };

  function allowsAddress(text: string, hostname: string): boolean {
    const address = parseAddress(text);
    if (address === null) return false;
    const verdict = judge(address);
    const host = bareHost(hostname);
    if (verdict === "metadata" || isMetadataName(host)) return false;
    if (isInside(address, networks) || isHostOpened(host, hosts)) return true;
    return verdict === "allowed" && !isOwn(address.toString());
  }

  function isOwn(address: string): boolean {
    return ownAddresses().some((own) => parseAddress(own)?.toString() === address);
  }

  function allowsHost(hostname: string): boolean {
    const host = bareHost(hostname);
    if (isIP(host) !== 0) return allowsAddress(host, host);
    if (isMetadataName(host) || !isWellFormedName(host)) return false;
    return isHostOpened(host, hosts) || isPublicName(host);
  }

  return {
    options: settled,
    proxy,
    allowsHost,
    allowsAddress,
    lookup: guardedLookup(resolve, allowsAddress),
    checkUrl(raw) {
      const result = checkUrl(raw, { allowHttp: settled.allowHttp, isHostAllowed: allowsHost });
      if (!("issues" in result)) return result;
      const [issue] = result.issues;
      throw new WebhookError(
        "URL_REFUSED",
        `This URL cannot be an endpoint. ${issue?.message ?? ""}`,
        result,
      );
    },
  };
}

function parseEach<T>(
  entries: readonly string[] | undefined,
  field: "allowNetworks" | "allowHosts",
  parse: (entry: string) => T | null,
  issues: Issue[],
): T[] {
  const parsed: T[] = [];
  const wanted =
    field === "allowNetworks"
      ? 'Must be a network in CIDR notation, such as "10.20.0.0/16".'
      : 'Must be a host without scheme and port, such as "hooks.lan", or a suffix, such as "*.hooks.lan".';
  for (const [index, entry] of (entries ?? []).entries()) {
    const value = typeof entry === "string" ? parse(entry) : null;
    if (value === null) issues.push({ path: ["endpoints", field, index], message: wanted });
    else parsed.push(value);
  }
  return parsed;
}

function rememberedOwnAddresses(): () => readonly string[] {
  let addresses: readonly string[] = [];
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() >= until) {
      addresses = Object.values(networkInterfaces()).flatMap((list) =>
        (list ?? []).map((one) => one.address),
      );
      until = performance.now() + OWN_ADDRESSES_MS;
    }
    return addresses;
  };
}
