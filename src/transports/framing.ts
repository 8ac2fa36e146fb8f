/**
 * Headers that say where a message ends or how a connection is used (RFC 9110, section 7.6.1), and `host`, which
 * would change the name that the certificate is checked against. They are the transport's own.
 */
const FRAMING = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The first header of a request that only the transport may set; `null` when there is none. */
export function findFramingHeader(headers: Readonly<Record<string, string>>): string | null {
  for (const name in headers) {
    const lower = name.toLowerCase();
    if (FRAMING.has(lower)) return lower;
  }
  return null;
}
