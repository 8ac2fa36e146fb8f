import type { Issue } from "../model/errors.js";

/** A request header as its name was written and its value. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Stands for a value that is kept but never shown; given back in a patch it means: keep it. */
export const REDACTED = "[redacted]";

/** Request headers of a subscription's own. */
export const MAX_HEADERS = 50;
const MAX_BYTES = 4096;
/** A token of RFC 9110, section 5.6.2. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
const VALUE = /^[\t\x20-\x7e]*$/;

/** Headers that frame the request, that we set ourselves, or that speak to a proxy on the way. */
const FORBIDDEN = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "http2-settings",
  "content-type",
  "content-encoding",
  "date",
  "via",
  "forwarded",
]);
const FORBIDDEN_PREFIXES = ["proxy-", "webhook-", "sec-"];

/**
 * The issues of a subscription's own request headers, each with the header's name as its path (FACTS 4, "Custom
 * headers"): tokens of at most 128 characters, values of printable ASCII and tabs, at most 50 headers and 4096 bytes
 * of names and values, none that is ours to set, no name twice.
 *
 * @param signed - Lower-case names the chosen signature scheme sets.
 */
export function headerIssues(headers: readonly Header[], signed: readonly string[] = []): Issue[] {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (const { name, value } of headers) {
    const problem = nameProblem(name, signed, seen) ?? valueProblem(value);
    if (problem !== null) issues.push({ path: [name.slice(0, 128)], message: problem });
    seen.add(name.toLowerCase());
    bytes += name.length + value.length;
  }
  if (headers.length > MAX_HEADERS)
    issues.push({ path: [], message: `Must be at most ${MAX_HEADERS} headers.` });
  if (bytes > MAX_BYTES)
    issues.push({ path: [], message: `Must be at most ${MAX_BYTES} bytes of names and values in all.` });
  return issues;
}

function nameProblem(name: string, signed: readonly string[], seen: ReadonlySet<string>): string | null {
  if (!NAME.test(name)) return "Must be named with 1 to 128 letters, digits or any of !#$%&'*+-.^_`|~";
  const lower = name.toLowerCase();
  if (lower === "content-type") return "Cannot be set here: use contentType.";
  if (FORBIDDEN.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return "Cannot be set: it belongs to the connection or to the library.";
  }
  if (signed.includes(lower)) return "Cannot be set: the signature scheme sets it.";
  return seen.has(lower) ? "Is given twice: two names may not differ in case alone." : null;
}

function valueProblem(value: string): string | null {
  return VALUE.test(value) ? null : "Must have a value of printable ASCII characters and tabs.";
}
