import { fromHex } from "../bytes.js";
import { material, type Receiver, textKey } from "./receiver.js";

/** The schemes that sign the body and nothing else. They carry no time: a recorded request verifies for ever, so receivers must skip ids they have seen. */

/** Mist: HMAC-SHA256 in `X-Mist-Signature-v2`. The SHA-1 header beside it is never looked at: dropping the better one must not help. */
export const mist = bodyOnly("x-mist-signature-v2", "");

/** GitHub: HMAC-SHA256 in `X-Hub-Signature-256`, after `sha256=`. The SHA-1 `X-Hub-Signature` is never looked at. */
export const github = bodyOnly("x-hub-signature-256", "sha256=");

function bodyOnly(name: string, label: string): Receiver {
  return {
    secret: "a text that is not empty",
    key: textKey,
    claim({ header }) {
      const value = header(name);
      const hex = value.startsWith(label) ? fromHex(value.slice(label.length)) : null;
      return { prefix: "", signatures: [material("HMAC", hex)] };
    },
  };
}
