import { fromBase64 } from "../bytes.js";
import { isMessageId } from "../message-id.js";
import { parseSecret } from "../secret.js";
import { VerificationError } from "../verification-error.js";
import {
  type Claim,
  listEntries,
  type Material,
  material,
  type ReceivedHeaders,
  type Receiver,
} from "./receiver.js";

/** Standard Webhooks with a shared secret (`v1`) or a public key (`v1a`); the key given says which entries count. */
export const standard: Receiver = {
  secret: "`whsec_` and the base64 of 24 to 64 bytes, or `whpk_` and that of 32",
  key: (secret) => material("HMAC", parseSecret("whsec", secret)) ?? publicKey(secret),
  claim,
};

/** Standard Webhooks, public keys only: a shared secret is refused. */
export const standardEd25519: Receiver = {
  secret: "the public key: `whpk_` and the base64 of 32 bytes",
  key: publicKey,
  claim,
};

function publicKey(secret: string): Material | null {
  return material("Ed25519", parseSecret("whpk", secret));
}

function signature(entry: string): Material | null {
  if (entry.startsWith("v1,")) return material("HMAC", fromBase64(entry.slice(3)));
  return entry.startsWith("v1a,") ? material("Ed25519", fromBase64(entry.slice(4))) : null;
}

function claim({ header, checkTime }: ReceivedHeaders): Claim {
  const id = header("webhook-id");
  const timestamp = header("webhook-timestamp");
  const list = header("webhook-signature");
  if (!isMessageId(id)) throw new VerificationError("INVALID_ID", "webhook-id is not a message id.");
  checkTime(timestamp);
  return { prefix: `${id}.${timestamp}.`, signatures: listEntries(list, " ").map(signature) };
}
