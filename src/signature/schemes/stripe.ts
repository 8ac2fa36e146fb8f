import { createHmac, type KeyObject } from "node:crypto";
import { WebhookError } from "../../model/errors.js";
import type { SignatureScheme } from "../../model/signature.js";
import { createSharedSecret } from "../secret.js";
import { someKeys, textKey } from "./keys.js";

/**
 * Stripe: `<header>: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`, one `v1` for each secret, newest first. The
 * key is the UTF-8 of the whole secret, its `whsec_` too.
 * https://docs.stripe.com/webhooks#verify-manually
 *
 * @param header - The header's name. Throws `CONFIGURATION` when it cannot be one. @default "Stripe-Signature"
 */
export function stripeScheme(header = "Stripe-Signature") {
  // A token of RFC 9110, section 5.6.2.
  if (!/^[\w!#$%&'*+.^`|~-]{1,128}$/.test(header)) {
    const message = "The header of a signature must be a header name: letters, digits and dashes.";
    throw new WebhookError("CONFIGURATION", message, { issues: [{ path: ["header"], message }] });
  }
  const name = header.toLowerCase();
  return {
    headers: [name],
    createSecret: createSharedSecret,
    checkSecret(secret: string): void {
      textKey(secret);
    },
    key: textKey,
    sign({ timestamp, body }, keys: readonly KeyObject[]) {
      const signatures = someKeys(keys).map((key) => {
        const hmac = createHmac("sha256", key).update(`${timestamp}.`).update(body);
        return `v1=${hmac.digest("hex")}`;
      });
      return { [name]: [`t=${timestamp}`, ...signatures].join(",") };
    },
  } satisfies SignatureScheme<KeyObject>;
}
