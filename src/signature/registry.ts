import { withOwn } from "../model/registry.js";
import type { SignatureScheme } from "../model/signature.js";
import { githubScheme } from "./schemes/github.js";
import { mistScheme } from "./schemes/mist.js";
import { noneScheme } from "./schemes/none.js";
import { standardScheme } from "./schemes/standard.js";
import { standardEd25519Scheme } from "./schemes/standard-ed25519.js";
import { stripeScheme } from "./schemes/stripe.js";

/** Name of the scheme of a subscription that names none. */
export const defaultScheme = "standard";

/**
 * The schemes there are without a host adding one, by the name a subscription uses. What each takes as a key is
 * hidden: a scheme is given only keys that it made itself, which is what `createSigner` is for.
 */
export const builtInSchemes: ReadonlyMap<string, SignatureScheme<unknown>> = new Map<
  string,
  SignatureScheme<unknown>
>([
  [defaultScheme, standardScheme],
  ["standard-ed25519", standardEd25519Scheme],
  ["mist", mistScheme],
  ["github", githubScheme],
  ["stripe", stripeScheme()],
  ["none", noneScheme],
]);

/** The built-in schemes and the host's. Throws as {@link withOwn} does. */
export function schemesWith(
  own: Readonly<Record<string, SignatureScheme<unknown>>>,
): ReadonlyMap<string, SignatureScheme<unknown>> {
  return withOwn(builtInSchemes, own, "signatures");
}
