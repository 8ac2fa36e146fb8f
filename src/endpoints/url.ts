import type { Issue } from "../model/errors.js";
import { bareHost } from "./hosts.js";
import { ENDPOINT_REFUSED_MESSAGE } from "./refused.js";

/** User and password of a URL, decoded. Secrets: they go into a sealed `Authorization` header and nowhere else. */
export interface UrlCredentials {
  readonly user: string;
  readonly pass: string;
}

/** A URL that may be an endpoint: normalised, without fragment and credentials. */
export interface CheckedUrl {
  readonly url: URL;
  readonly credentials: UrlCredentials | null;
}

/** What the check of a URL needs to know of the policy. */
export interface UrlRules {
  readonly allowHttp: boolean;
  /** Whether a bare host, a name or an address, may be an endpoint before DNS is asked. */
  isHostAllowed(host: string): boolean;
}

/** Length of an endpoint's URL in UTF-16 code units. */
export const URL_LENGTH = { min: 7, max: 500 } as const;

/** How the raw text begins: a scheme, two slashes, and something that is neither a slash nor a backslash. */
export const BEGINNING = /^https?:\/\/[^/\\]/i;

/** What URL parsing drops or turns into something else. */
export const REPAIRED = /[\s\p{Cc}\\]/u;

/**
 * Checks a URL as the user wrote it. The raw text is judged first, because URL parsing repairs what it is given
 * (`https:\\host`, `https:///host`, a tab inside `https`) and a second parser might repair it otherwise; the host is
 * judged after parsing, because only that is what will be connected to.
 *
 * @returns The URL, or what is wrong with it, with the path `["url"]`. Issues never quote the URL.
 */
export function checkUrl(raw: unknown, rules: UrlRules): CheckedUrl | { readonly issues: readonly Issue[] } {
  if (typeof raw !== "string") return refuse("Must be a string.");
  if (raw.length < URL_LENGTH.min || raw.length > URL_LENGTH.max) {
    return refuse(`Must have ${URL_LENGTH.min} to ${URL_LENGTH.max} characters.`);
  }
  if (!BEGINNING.test(raw)) return refuse("Must begin with https:// and a host.");
  if (REPAIRED.test(raw)) return refuse("Must hold no spaces, control characters or backslashes.");
  let url: URL;
  try {
    url = new URL(raw);
  } catch {
    return refuse("Is not a valid URL.");
  }
  if (url.protocol !== "https:" && !rules.allowHttp) return refuse("Must use https.");
  if (url.port === "0") return refuse("Must not use port 0.");
  const credentials = takeCredentials(url);
  if (credentials === undefined) return refuse("Holds a user or password that cannot be sent.");
  if (!rules.isHostAllowed(bareHost(url.hostname))) return refuse(ENDPOINT_REFUSED_MESSAGE);
  url.hash = "";
  return { url, credentials };
}

/** Moves the credentials out of the URL. `undefined`: `Authorization: Basic` cannot carry them (RFC 7617, section 2). */
export function takeCredentials(url: URL): UrlCredentials | null | undefined {
  if (url.username === "" && url.password === "") return null;
  try {
    const user = decodeURIComponent(url.username);
    const pass = decodeURIComponent(url.password);
    if (user.includes(":") || /\p{Cc}/u.test(user + pass)) return undefined;
    url.username = "";
    url.password = "";
    return { user, pass };
  } catch {
    return undefined;
  }
}

function refuse(message: string): { issues: Issue[] } {
  return { issues: [{ path: ["url"], message }] };
}
