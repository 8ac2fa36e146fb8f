const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a page of another origin sends this request, with cookies that are not its own: it must then not change
 * anything. A browser says so in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata), and where it does not know that
 * header yet, in `Origin` (RFC 6454). Who sends neither is no browser, and has no cookies but its own.
 *
 * @param allowed - Other origins that may, such as `https://admin.example.com`.
 */
export function isForged(
  request: Pick<Request, "method" | "headers" | "url">,
  allowed: ReadonlySet<string>,
): boolean {
  if (SAFE.has(request.method)) return false;
  const origin = request.headers.get("origin");
  if (origin !== null && allowed.has(origin)) return false;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  if (origin === null) return false;
  const host = hostOf(origin);
  // A framework may write its own host into the URL; the browser's is in Host, which no page of another site can choose.
  return host === null || (host !== new URL(request.url).host && host !== request.headers.get("host"));
}

/** Hosts are compared and not schemes: behind a proxy that ends TLS, ours is http. `null` where there is none. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
