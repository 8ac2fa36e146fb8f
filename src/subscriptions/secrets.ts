import { createHash, timingSafeEqual } from "node:crypto";
import { isWebhookError, WebhookError } from "../model/errors.js";
import type { SignatureScheme } from "../model/signature.js";
import type { Millis } from "../model/time.js";
import { createSharedSecret } from "../signature/secret.js";
import { type SealedSecret, secretContext } from "./document.js";
import { createRedactor } from "./redact.js";
import type { Sealer } from "./seal.js";

type Scheme = SignatureScheme<unknown>;

/** How many secrets may sign at once. Receivers read so many signatures and no more. */
export const MAX_LIVE_SECRETS = 10;

/** Characters of a secret. */
const MAX_LENGTH = 4096;
/** Characters of a secret that a message may not hold in a row. Fewer are words, such as `whsec_`. */
const QUOTABLE = 8;

/** Whether the scheme signs nothing: the secret it makes is the empty text. */
export function isUnsigned(scheme: Scheme): boolean {
  try {
    return scheme.createSecret?.() === "";
  } catch {
    return false;
  }
}

/**
 * A new secret for a scheme; a `whsec_` one where the scheme makes none itself.
 * @throws WebhookError `CONFIGURATION` when a host's scheme fails at it.
 */
export function createSecret(scheme: Scheme): string {
  if (scheme.createSecret === undefined) return createSharedSecret();
  let secret: unknown;
  try {
    secret = scheme.createSecret();
  } catch {
    throw schemeFailed("createSecret");
  }
  if (typeof secret === "string" && secret.length <= MAX_LENGTH) return secret;
  throw schemeFailed("createSecret");
}

/** What is wrong with a secret a user chose; `null` when nothing is. Never quotes the secret, even where a host's scheme does. */
export function secretProblem(scheme: Scheme, secret: string): string | null {
  if (secret === "") return "Must not be empty; leave it out to have one made.";
  if (secret.length > MAX_LENGTH) return `Must have at most ${MAX_LENGTH} characters.`;
  // Sealing keeps UTF-8, in which each half of a surrogate pair is the same.
  if (/\p{Surrogate}/u.test(secret)) return "Must be Unicode: it holds half of a surrogate pair.";
  try {
    scheme.checkSecret?.(secret);
    scheme.verificationKey?.(secret);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return message === "" || quotes(message, secret) ? "Is not a secret of this scheme." : message;
  }
}

/** Whether a text holds a secret, or a part of it that is long enough to matter, however it is written. */
function quotes(text: string, secret: string): boolean {
  if (createRedactor([secret])(text) !== text) return true;
  const length = Math.min(secret.length, QUOTABLE);
  for (let start = 0; start + length <= text.length; start++) {
    if (secret.includes(text.slice(start, start + length))) return true;
  }
  return false;
}

/** A secret as it is stored, from now on and without an end. Throws as {@link shownSecret} does. */
export function sealSecret(
  sealer: Pick<Sealer, "seal">,
  id: string,
  scheme: Scheme,
  secret: string,
  now: Millis,
): SealedSecret {
  const key = verificationKey(scheme, secret);
  return {
    sealed: sealer.seal(secret, secretContext(id)),
    createdAt: now,
    expiresAt: null,
    // Kept as it is, so what is the secret itself must not become it.
    publicKey: key === secret ? null : key,
  };
}

/** The text of a stored secret; `null` where it cannot be opened any more, so that it can still be replaced. */
export function openSecret(
  sealer: Pick<Sealer, "open">,
  id: string,
  { sealed }: SealedSecret,
): string | null {
  try {
    return sealer.open(sealed, secretContext(id));
  } catch (error) {
    if (isWebhookError(error, "UNSEAL_FAILED")) return null;
    throw error;
  }
}

/** Whether two secrets are the same text. Takes as long whatever they share, so that trying tells nothing of the one held. */
export function isSameSecret(a: string, b: string): boolean {
  const digest = (secret: string) => createHash("sha256").update(secret, "utf8").digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * What the receiver is given: the public half where there is one, nothing where nothing is signed.
 * @throws WebhookError `CONFIGURATION` when a host's scheme fails at it.
 */
export function shownSecret(scheme: Scheme, secret: string): string | null {
  return secret === "" ? null : (verificationKey(scheme, secret) ?? secret);
}

function verificationKey(scheme: Scheme, secret: string): string | null {
  try {
    return scheme.verificationKey?.(secret) ?? null;
  } catch {
    throw schemeFailed("verificationKey");
  }
}

/** What was thrown is no `cause`: it may quote the secret. */
function schemeFailed(method: "createSecret" | "verificationKey"): WebhookError {
  return new WebhookError(
    "CONFIGURATION",
    `The signature scheme failed at "${method}", of which nothing more is said because it may quote a secret: call it by hand.`,
  );
}

/**
 * Puts a new secret before the others, which sign on until `now + overlap` at most; the expired ones go.
 * @throws WebhookError `INVALID_STATE` when more than {@link MAX_LIVE_SECRETS} would sign.
 */
export function rotate(
  secrets: readonly SealedSecret[],
  added: SealedSecret,
  overlap: Millis,
  now: Millis,
): readonly SealedSecret[] {
  const end = now + overlap;
  const old = secrets
    .map((secret) => ({ ...secret, expiresAt: Math.min(secret.expiresAt ?? end, end) }))
    .filter(({ expiresAt }) => expiresAt > now);
  if (old.length < MAX_LIVE_SECRETS) return [added, ...old];
  throw new WebhookError(
    "INVALID_STATE",
    `The subscription has ${MAX_LIVE_SECRETS} secrets that still sign: wait until one expires, or rotate with overlap 0, which ends the old ones now.`,
  );
}
