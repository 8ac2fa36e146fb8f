/**
 * Event type names and the patterns that stand for several of them. Pure. A name is segments of `[A-Za-z0-9_-]+`
 * joined by full stops; a pattern is a name, a name followed by `.*`, or `*` alone.
 */

/** The longest event type name. Characters. */
export const MAX_TYPE_LENGTH = 128;

const NAME = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/** Whether this can be the name of an event type. */
export function isEventTypeName(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TYPE_LENGTH && NAME.test(value);
}

/** Whether this is a pattern: an exact name, `prefix.*` or `*`. Says nothing of what it matches. */
export function isPattern(value: unknown): value is string {
  if (value === "*") return true;
  return isEventTypeName(typeof value === "string" && value.endsWith(".*") ? value.slice(0, -2) : value);
}

/**
 * Whether the pattern stands for the type, which must be a valid name. `a.*` matches `a.b` and `a.b.c`, not `a` itself
 * and not `ab.c`. What is no pattern matches only what it equals.
 */
export function matchesPattern(pattern: string, type: string): boolean {
  if (pattern === type || pattern === "*") return true;
  return pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1));
}
