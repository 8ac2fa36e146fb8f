import { createHmac, type KeyObject, randomBytes } from "node:crypto";
import type { SignatureScheme } from "../../model/signature.js";
import { newestKey, textKey } from "./keys.js";

/**
 * Juniper Mist: lower-case hex HMAC of the body alone, SHA-256 in `X-Mist-Signature-v2` and SHA-1 in
 * `X-Mist-Signature` for old receivers. The key is the UTF-8 of a text that the user chose. Each header holds one
 * signature, so only the newest secret signs: receivers must take the new one before it is rotated.
 * https://www.juniper.net/documentation/us/en/software/mist/automation-integration/topics/task/webhooks-add-portal.html
 */
export const mistScheme = {
  headers: ["x-mist-signature-v2", "x-mist-signature"],
  createSecret: () => randomBytes(32).toString("hex"),
  checkSecret(secret: string): void {
    textKey(secret);
  },
  key: textKey,
  sign({ body }, keys: readonly KeyObject[]) {
    const key = newestKey(keys);
    return {
      "x-mist-signature-v2": createHmac("sha256", key).update(body).digest("hex"),
      "x-mist-signature": createHmac("sha1", key).update(body).digest("hex"),
    };
  },
} satisfies SignatureScheme<KeyObject>;
