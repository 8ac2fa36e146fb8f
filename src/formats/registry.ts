import type { Format } from "../model/format.js";
import { withOwn } from "../model/registry.js";
import { arrayFormat, standardFormat } from "./standard.js";

/** The formats that need no registration, by the name a subscription uses. */
export const builtInFormats: ReadonlyMap<string, Format> = new Map([
  ["standard", standardFormat],
  ["array", arrayFormat],
]);

/** The format of a subscription that names none. */
export const DEFAULT_FORMAT = { event: "standard", batch: "array" } as const;

/** The built-in formats and the host's. Throws as {@link withOwn} does. */
export function formatsWith(own: Readonly<Record<string, Format>>): ReadonlyMap<string, Format> {
  return withOwn(builtInFormats, own, "formats");
}
