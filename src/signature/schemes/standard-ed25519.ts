import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { SignatureScheme } from "../../model/signature.js";
import { formatSecret, parseSecret, randomSecretBytes } from "../secret.js";
import { refused, someKeys } from "./keys.js";

const SEED_BYTES = 32;

/** What stands before the seed in the PKCS #8 form of an ed25519 private key (RFC 8410, section 7). */
const PKCS8_HEADER = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Standard Webhooks with a key pair: as `standard`, with `v1a,<base64 ed25519>`. We keep `whsk_`, receivers get
 * `whpk_`, so a receiver that leaks its key lets nobody sign.
 */
export const standardEd25519Scheme = {
  headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  createSecret(): string {
    const seed = randomSecretBytes();
    return formatSecret("whsk", Buffer.concat([seed, publicBytes(privateKey(seed))]));
  },
  checkSecret(secret: string): void {
    signingKey(secret);
  },
  verificationKey: (secret: string): string => formatSecret("whpk", publicBytes(signingKey(secret))),
  key: signingKey,
  sign({ id, timestamp, body }, keys: readonly KeyObject[]) {
    // Ed25519 hashes the message twice, so it is needed in one piece.
    const message = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
    const signatures = someKeys(keys).map((key) => `v1a,${sign(null, message, key).toString("base64")}`);
    return {
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatures.join(" "),
    };
  },
} satisfies SignatureScheme<KeyObject>;

/** Throws `INVALID_ARGUMENT` also when the public half is not that of the seed: receivers could verify nothing. */
function signingKey(secret: string): KeyObject {
  const bytes = parseSecret("whsk", secret);
  const key = bytes && privateKey(bytes.subarray(0, SEED_BYTES));
  if (key && (bytes.length === SEED_BYTES || publicBytes(key).equals(bytes.subarray(SEED_BYTES)))) return key;
  throw refused(
    "A secret of this scheme is `whsk_` and the padded base64 of a 32-byte ed25519 seed, with or without its public key.",
  );
}

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, seed]), format: "der", type: "pkcs8" });
}

function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
}
