/** Who may show the portal in a frame: `'none'`, or `'self'` and origins, as the policy spells them. */
export type Ancestors = readonly string[];

/**
 * Headers of everything that is made here. Scripts and styles come from the portal's own files and from nowhere else:
 * nothing inline, nothing evaluated, no plugin, no form that leaves; https://www.w3.org/TR/CSP3/
 */
export function securityHeaders(ancestors: Ancestors): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.join(" ")}`,
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    ...frameOptions(ancestors),
  };
}

/** The older header (RFC 7034) knows no other origins: it is said only where it says the same. */
function frameOptions(ancestors: Ancestors): Readonly<Record<string, string>> {
  const [first, ...more] = ancestors;
  if (more.length > 0) return {};
  if (first === "'none'") return { "x-frame-options": "DENY" };
  return first === "'self'" ? { "x-frame-options": "SAMEORIGIN" } : {};
}
