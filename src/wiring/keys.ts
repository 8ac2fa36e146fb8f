import { WebhookError } from "../model/errors.js";
import type { Store } from "../model/store.js";

/**
 * What seals secrets. A store that persists keeps them where others may read: leaving them open there has to be said.
 *
 * @throws WebhookError `CONFIGURATION`.
 */
export function keysFor(
  store: Pick<Store, "persists">,
  keys: readonly string[] | "none" | undefined,
): readonly string[] | "none" {
  if (keys !== undefined) return keys;
  if (store.persists === false) return "none";
  throw new WebhookError(
    "CONFIGURATION",
    'This store keeps secrets: give encryptionKeys, each base64 of 32 random bytes, or say "none" to keep them readable.',
    { issues: [{ path: ["encryptionKeys"], message: "required for a store that persists" }] },
  );
}
