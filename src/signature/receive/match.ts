import { VerificationError } from "../verification-error.js";
import type { Algorithm, Material } from "./receiver.js";

const ALGORITHMS: Readonly<Record<Algorithm, { name: string; hash?: string; size: number }>> = {
  HMAC: { name: "HMAC", hash: "SHA-256", size: 32 },
  Ed25519: { name: "Ed25519", size: 64 },
};

/**
 * Whether one of the signatures was made over the message with one of the keys. WebCrypto compares, in constant time.
 * Throws `NO_MATCH`, with the cause, where WebCrypto cannot: no Ed25519 in this runtime, a body of 2 GiB.
 */
export async function matches(
  keys: readonly Material[],
  signatures: readonly (Material | null)[],
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    for (const { algorithm, bytes } of keys) {
      const { size, ...params } = ALGORITHMS[algorithm];
      const key = await crypto.subtle.importKey("raw", bytes, params, false, ["verify"]);
      for (const given of signatures) {
        // Of the wrong length it cannot match, and need not cost a pass over the body.
        if (given?.algorithm !== algorithm || given.bytes.length !== size) continue;
        if (await crypto.subtle.verify(params, key, given.bytes, message)) return true;
      }
    }
  } catch (cause) {
    throw new VerificationError("NO_MATCH", "WebCrypto cannot check signatures here: see the cause.", {
      cause,
    });
  }
  return false;
}
