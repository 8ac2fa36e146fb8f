import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { WebhookError } from "../model/errors.js";

/**
 * Seals secrets for the store: AES-256-GCM with a ring of keys, so that a key can be replaced without a moment in
 * which old values cannot be read.
 *
 *     v1.<key id>.<12-byte IV>.<ciphertext>.<16-byte tag>     sealed; parts after the key id in base64url
 *     v0.<base64url>                                          not sealed: the ring is "none"
 */
export interface Sealer {
  /**
   * Seals a text with the first key.
   *
   * @param context - Where the value belongs, such as `sub_x:secret:0`. It opens under the same context only, so
   * values cannot be moved from one row or field to another.
   */
  seal(plain: string, context: string): string;
  /**
   * The text of a sealed value. Throws `UNSEAL_FAILED` when its key is not in the ring, when it was changed or moved,
   * and when it is not sealed at all although there are keys: whoever can write to the store could plant it.
   */
  open(sealed: string, context: string): string;
  /** Whether a value is sealed with the first key; others are worth sealing anew. */
  isCurrent(sealed: string): boolean;
}

interface RingKey {
  readonly id: string;
  readonly key: KeyObject;
}

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
/** Always passed: without it Node 20 takes a tag of 4 bytes, which can be guessed. */
const TAG_BYTES = 16;

/**
 * A sealer.
 *
 * @param keys - Base64 (standard or URL, padded or not) of 32 random bytes each. The first seals, all of them open.
 * `"none"` keeps values as they are, readable by whoever reads the store: for tests, and stores that seal themselves.
 * @throws WebhookError `CONFIGURATION`, with the index of each bad key and never the key.
 */
export function createSealer(keys: readonly string[] | "none"): Sealer {
  if (keys === "none") return plainSealer;
  const ring = readRing(keys);
  const [current] = ring;
  return {
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, current.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context, "utf8"));
      const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return ["v1", current.id, ...[iv, text, cipher.getAuthTag()].map(toBase64Url)].join(".");
    },
    open(sealed, context) {
      const { id, iv, text, tag } = readSealed(sealed, context);
      const entry = ring.find((one) => one.id === id);
      if (!entry) {
        throw unsealFailed(
          context,
          `it was sealed with key ${id}, which is not in \`encryptionKeys\`. Add that key at the end of the list.`,
        );
      }
      try {
        const decipher = createDecipheriv(ALGORITHM, entry.key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(context, "utf8")).setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
      } catch {
        throw unsealFailed(context, "it was changed, or belongs to another row or field. Set it anew.");
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${current.id}.`),
  };
}

const plainSealer: Sealer = {
  seal: (plain) => `v0.${toBase64Url(Buffer.from(plain, "utf8"))}`,
  open(sealed, context) {
    const bytes = sealed.startsWith("v0.") ? fromBase64Url(sealed.slice(3)) : null;
    if (bytes) return bytes.toString("utf8");
    const { id } = readSealed(sealed, context);
    throw unsealFailed(context, `it was sealed with key ${id}. Give that key in \`encryptionKeys\`.`);
  },
  isCurrent: (sealed) => sealed.startsWith("v0."),
};

function readRing(keys: readonly string[]): readonly [RingKey, ...RingKey[]] {
  const parsed = keys.map(parseKey);
  const ring = parsed.filter((key) => key !== null);
  const [first, ...rest] = ring;
  if (first && ring.length === parsed.length) return [first, ...rest];
  const issues = parsed.flatMap((key, index) =>
    key ? [] : [{ path: ["encryptionKeys", index], message: "must be the base64 of exactly 32 bytes" }],
  );
  if (!first && issues.length === 0) issues.push({ path: ["encryptionKeys"], message: "must hold a key" });
  throw new WebhookError(
    "CONFIGURATION",
    "Each of `encryptionKeys` must be the base64 of 32 random bytes: make one with `openssl rand -base64 32`.",
    { issues },
  );
}

function parseKey(text: string): RingKey | null {
  // From plain JavaScript, an environment variable that is not set arrives here as undefined.
  if (typeof text !== "string") return null;
  const bytes = fromBase64Url(text.replace(/=$/, "").replaceAll("+", "-").replaceAll("/", "_"));
  if (bytes?.length !== KEY_BYTES) return null;
  // Hashed under a label of its own, so that the id, which is public, is the hash of nothing else.
  const id = createHash("sha256").update("hookwright key id\0").update(bytes).digest("hex").slice(0, 16);
  return { id, key: createSecretKey(bytes) };
}

function readSealed(sealed: string, context: string) {
  const [version, id = "", ...parts] = sealed.split(".");
  if (version === "v0") {
    throw unsealFailed(context, "it is not sealed, and there are `encryptionKeys` now. Set it anew.");
  }
  const [iv, text, tag] = parts.map(fromBase64Url);
  if (version === "v1" && /^[0-9a-f]{16}$/.test(id) && parts.length === 3) {
    if (iv?.length === IV_BYTES && text && tag?.length === TAG_BYTES) return { id, iv, text, tag };
  }
  throw unsealFailed(context, "it is not a sealed value. Set it anew.");
}

/** Bytes of base64url without padding; `null` for other spellings, so that each sealed value has one text. */
function fromBase64Url(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64url");
  return toBase64Url(bytes) === text ? bytes : null;
}

function toBase64Url(bytes: Buffer): string {
  return bytes.toString("base64url");
}

function unsealFailed(context: string, why: string): WebhookError {
  return new WebhookError("UNSEAL_FAILED", `The stored value ${context} cannot be opened: ${why}`);
}
