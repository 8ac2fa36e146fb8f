import { FIELDS, type FieldValues } from "./fields.js";
import { type CodedIssue, parseSafely, shortened, UNREADABLE } from "./issues.js";

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
  const fields = ownFields(input);
  if (typeof fields === "string") {
    return { values: {}, issues: [{ code: "INVALID_SUBSCRIPTION", path: [], message: fields }] };
  }
  const values: Record<string, unknown> = {};
  const issues: CodedIssue[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (!isField(key) || refused.includes(key)) {
      issues.push({ code: "INVALID_SUBSCRIPTION", path: [shortened(key)], message: "Is not a known field." });
    } else if (value !== undefined) {
      const parsed = parseSafely<unknown>(FIELDS[key], value, [key], "INVALID_SUBSCRIPTION");
      if ("issues" in parsed) issues.push(...parsed.issues);
      else values[key] = parsed.value;
    }
  }
  return { values: values as FieldValues, issues };
}

/** Far more than there are; each one that is not known is an issue. */
const MOST_FIELDS = 100;

/** A copy of an input's own fields, so that each is read once; or what is wrong with it. An instance of a host's class has some, too. */
export function ownFields(input: unknown): Readonly<Record<string, unknown>> | string {
  try {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return "Must be an object.";
    return Object.keys(input).length > MOST_FIELDS ? "Has too many fields." : { ...input };
  } catch {
    return UNREADABLE;
  }
}

function isField(key: string): key is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, key);
}
