import type { SubscriptionSigning } from "../../../../subscriptions/present.js";

/** What becomes of the secret when the scheme changes; the rules are those of the library's `apply-signing.ts`. */
export type SecretFate =
  /** The scheme stays, and it signs nothing. */
  | "unsigned"
  /** The scheme stays, and the secrets with it. */
  | "same"
  /** The newest secret goes on with the other scheme; older ones that still sign end. */
  | "kept"
  /** Nothing will be signed: every secret is deleted. */
  | "dropped"
  /** The other scheme cannot use it: a new one has to be given. */
  | "needed"
  /** The server decides by the secret. */
  | "maybe";

/** Schemes that take any text as a secret. */
const ANY_TEXT: ReadonlySet<string> = new Set(["mist", "github", "stripe"]);
const KEY_PAIR = "standard-ed25519";

/** The scheme that signs nothing. */
export const UNSIGNED = "none";

/** What becomes of the secret when `scheme` is chosen. */
export function secretFate(signing: SubscriptionSigning, scheme: string): SecretFate {
  if (scheme === signing.scheme) return scheme === UNSIGNED ? "unsigned" : "same";
  if (scheme === UNSIGNED) return "dropped";
  const hasPublicHalf = signing.verificationKey !== null || scheme === KEY_PAIR;
  if (signing.secrets.length === 0 || hasPublicHalf) return "needed";
  return ANY_TEXT.has(scheme) ? "kept" : "maybe";
}

/** Makes a secret as the scheme wants it; `null` for a scheme of the host's own. */
export function makeSecret(scheme: string): string | null {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  if (scheme === "mist" || scheme === "github") {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const base64 = btoa(String.fromCharCode(...bytes));
  if (scheme === KEY_PAIR) return `whsk_${base64}`;
  return scheme === "standard" || scheme === "stripe" ? `whsec_${base64}` : null;
}
