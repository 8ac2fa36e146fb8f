import { fromBase64, toBase64 } from "./bytes.js";

/** Secrets as Standard Webhooks writes them: a prefix that names the kind, then padded base64. Web standards only: `verify` reads them with this too. */

/** `whsec`: shared by both sides. `whsk`: the sender's ed25519 private key. `whpk`: the receiver's public one. */
export type SecretKind = "whsec" | "whsk" | "whpk";

/** Bytes in the secrets that are made here: as many as SHA-256 gives. */
const NEW_SECRET_BYTES = 32;

/**
 * The bytes of a secret; `null` when the prefix, the base64 or the length is not that of its kind: `whsec_` 24 to 64
 * bytes, `whsk_` 64 (seed, public key) or a 32-byte seed, `whpk_` 32 that are not all zero.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function parseSecret(kind: SecretKind, text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = text.startsWith(`${kind}_`) ? fromBase64(text.slice(kind.length + 1)) : null;
  return bytes && fits(kind, bytes) ? bytes : null;
}

/** The text of a secret. Lengths are not checked: see {@link parseSecret}. */
export function formatSecret(kind: SecretKind, bytes: Uint8Array): string {
  return `${kind}_${toBase64(bytes)}`;
}

/** Random bytes for a new secret: 32 of them. */
export function randomSecretBytes(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(NEW_SECRET_BYTES));
}

/** A new `whsec_` secret of 32 random bytes. */
export function createSharedSecret(): string {
  return formatSecret("whsec", randomSecretBytes());
}

function fits(kind: SecretKind, bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (kind === "whsec") return length >= 24 && length <= 64;
  if (kind === "whsk") return length === 32 || length === 64;
  // A public key of zeros, as placeholders are, is a point of small order: a signature of zeros verifies with it.
  return length === 32 && bytes.some((byte) => byte !== 0);
}
