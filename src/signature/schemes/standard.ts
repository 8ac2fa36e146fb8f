import { createHmac, type KeyObject } from "node:crypto";
import type { SignatureScheme } from "../../model/signature.js";
import { createSharedSecret } from "../secret.js";
import { sharedKey, someKeys } from "./keys.js";

/**
 * Standard Webhooks with a shared secret, the default: `webhook-signature` is `v1,<base64 HMAC-SHA256>` of
 * `id.timestamp.body`, one entry for each secret, newest first, with single spaces between.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardScheme = {
  headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  createSecret: createSharedSecret,
  checkSecret(secret: string): void {
    sharedKey(secret);
  },
  key: sharedKey,
  sign({ id, timestamp, body }, keys: readonly KeyObject[]) {
    const signatures = someKeys(keys).map((key) => {
      const hmac = createHmac("sha256", key).update(id).update(`.${timestamp}.`).update(body);
      return `v1,${hmac.digest("base64")}`;
    });
    return {
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatures.join(" "),
    };
  },
} satisfies SignatureScheme<KeyObject>;
