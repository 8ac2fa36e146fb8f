import { isWebhookError, WebhookError } from "../model/errors.js";
import type { SignatureScheme } from "../model/signature.js";
import type { Millis } from "../model/time.js";
import { createSharedSecret } from "../signature/secret.js";
import { type SealedSecret, secretContext } from "./document.js";
import type { Sealer } from "./seal.js";

type Scheme = SignatureScheme<unknown>;

/** How many secrets may sign at once. Receivers read so many signatures and no more. */
export const MAX_LIVE_SECRETS = 10;

/** Whether the scheme signs nothing: the secret it makes is the empty text. */
export function isUnsigned(scheme: Scheme): boolean {
  return scheme.createSecret?.() === "";
}

/** A new secret for a scheme; a `whsec_` one where the scheme makes none itself. */
export function createSecret(scheme: Scheme): string {
  return scheme.createSecret?.() ?? createSharedSecret();
}

/** What is wrong with a secret a user chose; `null` when nothing is. Never quotes the secret, even where a host's scheme does. */
export function secretProblem(scheme: Scheme, secret: string): string | null {
  if (secret === "") return "Must not be empty; leave it out to have one made.";
  if (secret.length > 4096) return "Must have at most 4096 characters.";
  try {
    scheme.checkSecret?.(secret);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return message === "" || message.includes(secret) ? "Is not a secret of this scheme." : message;
  }
}

/** A secret as it is stored, from now on and without an end. */
export function sealSecret(
  sealer: Pick<Sealer, "seal">,
  id: string,
  scheme: Scheme,
  secret: string,
  now: Millis,
): SealedSecret {
  return {
    sealed: sealer.seal(secret, secretContext(id)),
    createdAt: now,
    expiresAt: null,
    publicKey: scheme.verificationKey?.(secret) ?? null,
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

/** What the receiver is given: the public half where there is one, nothing where nothing is signed. */
export function shownSecret(scheme: Scheme, secret: string): string | null {
  return secret === "" ? null : (scheme.verificationKey?.(secret) ?? secret);
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
