import { ClientError } from "./error.js";

/**
 * Checks where the API is, and answers how to learn the whole of it.
 *
 * @returns a function that throws ClientError `CONFIGURATION` where a path has no page to be on: outside of a browser.
 * @throws ClientError `CONFIGURATION` for what is neither a URL of HTTP nor a path, has a query, a fragment or credentials.
 */
export function baseOf(baseUrl: string): () => string {
  const given: unknown = baseUrl;
  const isPath = typeof given === "string" && /^\/(?!\/)[^?#\\]*$/.test(given);
  if (isPath) return () => resolved(given);
  const isWhole = typeof given === "string" && /^https?:\/\/[^/?#\\][^?#\\]*$/i.test(given);
  const url = isWhole ? parsed(given) : null;
  if (url !== null && url.username === "" && url.password === "") {
    const base = withoutSlash(url.href);
    return () => base;
  }
  // Without the value: there may be a password in it.
  throw new ClientError(
    "CONFIGURATION",
    "baseUrl must be a URL such as https://example.com/api/webhooks without credentials, query or fragment, or in a browser a path such as /api/webhooks.",
  );
}

function resolved(path: string): string {
  // The compiler knows Node's globals only.
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const url = parsed(path, location?.href);
  if (url !== null) return withoutSlash(url.href);
  throw new ClientError(
    "CONFIGURATION",
    "baseUrl is a path, which means nothing outside of a page: give a whole URL here.",
  );
}

/** `URL.canParse` is younger than some browsers in use. */
function parsed(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

function withoutSlash(url: string): string {
  let end = url.length;
  while (url[end - 1] === "/") end--;
  return url.slice(0, end);
}
