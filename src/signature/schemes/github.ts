import { createHmac, type KeyObject, randomBytes } from "node:crypto";
import type { SignatureScheme } from "../../model/signature.js";
import { newestKey, textKey } from "./keys.js";

/**
 * GitHub: `X-Hub-Signature-256: sha256=<lower-case hex HMAC-SHA256 of the body>`, and no other header. One
 * signature, so only the newest secret signs.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const githubScheme = {
  headers: ["x-hub-signature-256"],
  createSecret: () => randomBytes(32).toString("hex"),
  checkSecret(secret: string): void {
    textKey(secret);
  },
  key: textKey,
  sign({ body }, keys: readonly KeyObject[]) {
    const hmac = createHmac("sha256", newestKey(keys)).update(body);
    return { "x-hub-signature-256": `sha256=${hmac.digest("hex")}` };
  },
} satisfies SignatureScheme<KeyObject>;
