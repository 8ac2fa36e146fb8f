/**
 * Compiles a subscription's `events` once into a predicate: exact types, `prefix.*` (everything below the prefix, at
 * any depth, but not the prefix itself) and `*`.
 *
 * @param allowed - Whether the catalogue lets a type be heard at the subscription's scope, so that a wildcard never
 *   hears what could not have been chosen by name. @default every type
 */
export function compileMatcher(
  events: readonly string[],
  allowed: (type: string) => boolean = () => true,
): (type: string) => boolean {
  if (events.includes("*")) return allowed;
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const pattern of events) {
    if (pattern.endsWith(".*")) prefixes.push(pattern.slice(0, -1));
    else exact.add(pattern);
  }
  const hears = (type: string) => exact.has(type) || prefixes.some((prefix) => isBelow(type, prefix));
  return (type) => hears(type) && allowed(type);
}

function isBelow(type: string, prefix: string): boolean {
  return type.length > prefix.length && type.startsWith(prefix);
}
