import type { SignatureScheme, SignedMessage } from "../model/signature.js";

/** Makes the headers of one attempt. */
export type Signer = (message: SignedMessage) => Readonly<Record<string, string>>;

/**
 * A scheme with its keys made: do this once for each version of a subscription, sign with it at each attempt.
 *
 * @param secrets - Every unexpired secret, newest first. Throws what the scheme's `key` throws for a bad one.
 */
export function createSigner(scheme: SignatureScheme<unknown>, secrets: readonly string[]): Signer {
  const keys = secrets.map((secret) => (scheme.key ? scheme.key(secret) : secret));
  return (message) => scheme.sign(message, keys);
}
