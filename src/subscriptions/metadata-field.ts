import * as z from "zod";
import type { Issue } from "../model/errors.js";

const MAX_BYTES = 4096;
const MAX_DEPTH = 5;

/** A zod schema for metadata: an object of JSON, at most 4 KiB as text and five levels deep, no key `__proto__`. */
export const metadataField: z.ZodType<Readonly<Record<string, unknown>>, unknown> = z
  .unknown()
  .transform((value, context) => {
    const issue = isPlainObject(value) ? problemIn(value, [], { nodes: 0 }) : notAnObject;
    if (issue === null) {
      const text = JSON.stringify(value);
      if (Buffer.byteLength(text) <= MAX_BYTES) return JSON.parse(text) as Record<string, unknown>;
    }
    const { path, message } = issue ?? tooLarge;
    context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  });

const notAnObject: Issue = { path: [], message: "Must be an object." };
const tooLarge: Issue = { path: [], message: `Must be at most ${MAX_BYTES} bytes of JSON.` };

/** The first thing that JSON would change, drop or choke on. Stops early: what has more nodes than bytes is too large. */
function problemIn(value: unknown, path: Issue["path"], seen: { nodes: number }): Issue | null {
  if (++seen.nodes > MAX_BYTES) return tooLarge;
  if (value === null || typeof value === "boolean" || typeof value === "string") return null;
  if (typeof value === "number" && Number.isFinite(value)) return null;
  const isArray = Array.isArray(value);
  if (!isArray && !isPlainObject(value))
    return { path, message: "Must be JSON: text, numbers, booleans, null." };
  if (path.length >= MAX_DEPTH) return { path, message: `Must be at most ${MAX_DEPTH} levels deep.` };
  if (isArray && value.length > MAX_BYTES) return tooLarge;
  const entries: [string | number, unknown][] = isArray
    ? Array.from(value, (item, index) => [index, item])
    : Object.entries(value);
  for (const [key, item] of entries) {
    if (key === "__proto__") return { path: [...path, key], message: "Is not a name that can be used." };
    const problem = problemIn(item, [...path, key], seen);
    if (problem) return problem;
  }
  return null;
}

/** Whether the value is an object as a literal or JSON makes it. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
