import { createSecretKey, type KeyObject } from "node:crypto";
import { WebhookError } from "../../model/errors.js";
import { parseSecret } from "../secret.js";

/** Bytes of a text secret, at most: far above any real one, and bounded since users choose it. */
const MAX_TEXT_SECRET_BYTES = 1024;

/** The HMAC key of a `whsec_` secret. Throws `INVALID_ARGUMENT` when it is none. */
export function sharedKey(secret: string): KeyObject {
  const bytes = parseSecret("whsec", secret);
  if (bytes) return createSecretKey(bytes);
  throw refused("A secret of this scheme is `whsec_` and the padded base64 of 24 to 64 random bytes.");
}

/** The HMAC key of a text chosen by the user: its UTF-8 bytes. Throws `INVALID_ARGUMENT` when it is empty, over 1024 bytes or not Unicode. */
export function textKey(secret: string): KeyObject {
  const bytes = Buffer.from(secret, "utf8");
  // Half of a surrogate pair has no UTF-8 form: two such secrets would be the same key.
  if (bytes.length > 0 && bytes.length <= MAX_TEXT_SECRET_BYTES && !/\p{Surrogate}/u.test(secret)) {
    return createSecretKey(bytes);
  }
  throw refused(`A secret of this scheme is a text of 1 to ${MAX_TEXT_SECRET_BYTES} bytes of UTF-8.`);
}

/** The newest key, for schemes whose header holds one signature. Throws `INVALID_STATE` when there is none. */
export function newestKey(keys: readonly KeyObject[]): KeyObject {
  const [newest] = keys;
  if (newest) return newest;
  throw new WebhookError(
    "INVALID_STATE",
    "There is no secret to sign with: call subscriptions.rotateSecret, or choose the scheme `none`.",
  );
}

/** The keys, of which there is at least one: a request is never sent unsigned by accident. Throws `INVALID_STATE`. */
export function someKeys(keys: readonly KeyObject[]): readonly KeyObject[] {
  newestKey(keys);
  return keys;
}

/** The error for a secret that a scheme cannot use. `message` says what it expects, never what it was given. */
export function refused(message: string): WebhookError {
  return new WebhookError("INVALID_ARGUMENT", message, { issues: [{ path: ["secret"], message }] });
}
