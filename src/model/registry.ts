import { WebhookError } from "./errors.js";

/**
 * What is built in and what the host adds, by the name a subscription uses.
 *
 * @throws WebhookError `CONFIGURATION` when a name is built in already or is not `[a-z0-9][a-z0-9._-]{0,63}`.
 */
export function withOwn<T>(
  builtIn: ReadonlyMap<string, T>,
  own: Readonly<Record<string, T>>,
  option: "formats" | "signatures",
): ReadonlyMap<string, T> {
  const all = new Map(builtIn);
  for (const [name, one] of Object.entries(own)) {
    if (all.has(name) || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
      throw new WebhookError(
        "CONFIGURATION",
        `"${name}" cannot be registered in ${option}: choose another name.`,
        {
          issues: [
            { path: [option, name], message: "taken, or not lower-case letters, digits, '.', '_' and '-'" },
          ],
        },
      );
    }
    all.set(name, one);
  }
  return all;
}
