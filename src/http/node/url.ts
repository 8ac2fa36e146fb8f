import { HttpProblem } from "../problem.js";
import { messageOf, type NodeMessage, type NodeRequest, tracesOf } from "./message.js";

/** A name, an IPv4 or a bracketed IPv6 address, perhaps with a port: nothing that a URL parser reads as anything else. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Visible ASCII without backslash and fragment, which a URL parser would turn into something else than was asked for. */
const TARGET = /^\/[!"$-[\]-~]*$/;

/** What a URL parser resolves away: `/public/../api` must not reach us past whoever guards `/api`. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * The target as the client asked for it, whatever prefixes a router has taken off since: `originalUrl` where there is
 * one. The `http://host` of a target in absolute form stays.
 */
export function targetOf(request: NodeRequest): string {
  const { originalUrl } = tracesOf(request);
  return typeof originalUrl === "string" ? originalUrl : (messageOf(request).url ?? "");
}

/** Whether a target is the base path or below it; judged as it is written, like the routers of the host do. */
export function isBelow(basePath: string, target: string): boolean {
  const base = basePath.endsWith("/") ? basePath.slice(0, -1) : basePath;
  const path = target.replace(/^https?:\/\/[^/?]*/i, "").replace(/\?.*$/s, "");
  return path === base || path.startsWith(`${base}/`);
}

/**
 * The absolute URL of a request: `https` on an encrypted socket, the host from `:authority` or `Host`, and with
 * `trustProxy` both from the last value of `X-Forwarded-Proto` and `X-Forwarded-Host`, which the nearest proxy wrote.
 *
 * @throws HttpProblem 400 for anything that is not clearly one URL.
 */
export function absoluteUrl(request: NodeRequest, trustProxy: boolean): string {
  const message = messageOf(request);
  const forwarded = (name: string) =>
    trustProxy ? header(message, `x-forwarded-${name}`)?.split(",").at(-1)?.trim() : undefined;

  const host = header(message, ":authority") ?? header(message, "host");
  const [, scheme, authority, path = ""] = /^(?:(https?):\/\/([^/?]*))?(.*)$/is.exec(targetOf(request)) ?? [];
  if (scheme !== undefined && authority !== host)
    throw refusal("The URL names another host than the Host header.");
  // A client that asks for no path in absolute form means the root.
  const target = scheme !== undefined && !path.startsWith("/") ? `/${path}` : path;
  if (!TARGET.test(target)) throw refusal("The URL holds characters that must be percent-encoded.");
  if (DOT_SEGMENT.test(target.replace(/\?.*$/s, ""))) throw refusal("The URL's path holds dot segments.");

  const shown = forwarded("host") ?? host ?? "";
  if (!HOST.test(shown)) throw refusal("The Host header is not a host.");
  const protocol = forwarded("proto")?.toLowerCase() ?? (isEncrypted(message) ? "https" : "http");
  if (protocol !== "http" && protocol !== "https")
    throw refusal("X-Forwarded-Proto is neither http nor https.");
  const url = `${protocol}://${shown}${target}`;
  if (!URL.canParse(url)) throw refusal("The Host header is not a host.");
  return url;
}

function header({ headers }: NodeMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "object" ? value.join(",") : value;
}

function refusal(detail: string): HttpProblem {
  return new HttpProblem("INVALID_ARGUMENT", detail);
}

function isEncrypted({ socket }: NodeMessage): boolean {
  return "encrypted" in socket && socket.encrypted === true;
}
