import type { SignatureScheme } from "../../model/signature.js";
import { refused } from "./keys.js";

/** Unsigned: the subscription's own headers are the credential. There is no secret, which is the empty text. */
export const noneScheme = {
  headers: [],
  createSecret: () => "",
  checkSecret(secret: string): void {
    if (secret !== "") throw refused("The scheme `none` signs nothing: leave the secret out.");
  },
  sign: () => ({}),
} satisfies SignatureScheme;
