import { FIELDS, type FieldValues } from "./fields.js";
import { type CodedIssue, issuesOf } from "./issues.js";

/** The good fields of an input, and an issue for each bad one. */
export interface ParsedFields {
  readonly values: FieldValues;
  readonly issues: readonly CodedIssue[];
}

/**
 * Parses each field by itself, so that all issues are found at once. A field that is `undefined` is as good as left
 * out; one that is not known is an issue.
 *
 * @param refused - Known fields that this call does not take.
 */
export function parseFields(input: unknown, refused: readonly (keyof typeof FIELDS)[] = []): ParsedFields {
  if (!isObject(input)) {
    return {
      values: {},
      issues: [{ code: "INVALID_SUBSCRIPTION", path: [], message: "Must be an object." }],
    };
  }
  const values: Record<string, unknown> = {};
  const issues: CodedIssue[] = [];
  for (const [key, value] of Object.entries(input)) {
    if (!isField(key) || refused.includes(key)) {
      issues.push({
        code: "INVALID_SUBSCRIPTION",
        path: [key.slice(0, 128)],
        message: "Is not a known field.",
      });
    } else if (value !== undefined) {
      const parsed = FIELDS[key].safeParse(value);
      if (parsed.success) values[key] = parsed.data;
      else issues.push(...issuesOf(parsed.error, [key], "INVALID_SUBSCRIPTION"));
    }
  }
  return { values: values as FieldValues, issues };
}

/** Whether it has fields at all; an instance of a host's class may. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isField(key: string): key is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, key);
}
