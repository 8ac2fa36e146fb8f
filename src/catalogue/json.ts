import type { Issue } from "../model/errors.js";

/** How deep data may nest. Deeper is a mistake or a cycle, and more than many receivers' parsers take. */
export const MAX_JSON_DEPTH = 256;

/**
 * The first thing in a value that JSON would refuse, drop or change; `null` when it carries all of it. A property
 * that is `undefined` counts as absent, and what has `toJSON` is trusted to answer for itself. Allocates only when
 * something is wrong, and stops there, so that a cycle costs one descent.
 */
export function jsonIssue(value: unknown): Issue | null {
  try {
    return find(value, 0);
  } catch {
    // A getter or a proxy threw; its message may hold data.
    return { path: [], message: "Cannot be read: a getter or proxy in it throws." };
  }
}

function find(value: unknown, depth: number): Issue | null {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null;
    case "number":
      return Number.isFinite(value) ? null : issue("JSON has no NaN and no Infinity: use null.");
    case "object":
      return value === null ? null : findInObject(value, depth);
    case "undefined":
      return issue("JSON has no undefined: use null.");
    default:
      if (hasToJson(value)) return null;
      return issue(`JSON cannot carry a ${typeof value}.`);
  }
}

function findInObject(value: object, depth: number): Issue | null {
  if (hasToJson(value)) return null;
  if (depth === MAX_JSON_DEPTH) {
    return issue(`Nests deeper than ${MAX_JSON_DEPTH} levels, or refers to itself.`);
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = find(value[i], depth + 1);
      if (found !== null) return under(i, found);
    }
    return null;
  }
  const keys = Object.keys(value);
  if (keys.length === 0 && !isPlain(value)) {
    return issue("JSON would make {} of it whatever it holds: use a plain object or an array.");
  }
  for (const key of keys) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    const found = find(member, depth + 1);
    if (found !== null) return under(key, found);
  }
  return null;
}

function hasToJson(value: unknown): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === "function";
}

/** An object literal, of any realm. Maps, sets and promises are not. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function issue(message: string): Issue {
  return { path: [], message };
}

function under(key: string | number, found: Issue): Issue {
  return { path: [key, ...found.path], message: found.message };
}
