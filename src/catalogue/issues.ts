import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Issue } from "../model/errors.js";

/** How many issues a message spells out; `issues` has them all. */
const SPELT_OUT = 3;

const REFUSED = "a refused value";
const LETTER = /[\p{L}\p{N}_]/u;

/** Issues as one line for an error's message: the first three, and how many more there are. */
export function summarise(issues: readonly Issue[]): string {
  const lines = issues
    .slice(0, SPELT_OUT)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  const more = issues.length - lines.length;
  return lines.join(" ") + (more > 0 ? ` (and ${more} more)` : "");
}

/**
 * A schema's issues as ours. Some libraries (valibot) quote the refused value in their messages; ours never hold one,
 * so what the path leads to is taken out again. What a host's own message says of other values is the host's affair.
 */
export function fromStandardIssues(issues: readonly StandardSchemaV1.Issue[], data: unknown): Issue[] {
  return issues.map((issue) => {
    const keys = (issue.path ?? []).map((segment) => (typeof segment === "object" ? segment.key : segment));
    return {
      path: keys.map((key) => (typeof key === "symbol" ? String(key) : key)),
      message: withoutValue(String(issue.message), valueAt(data, keys)),
    };
  });
}

function valueAt(data: unknown, keys: readonly PropertyKey[]): unknown {
  let value = data;
  try {
    for (const key of keys) value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  } catch {
    return undefined;
  }
  return value;
}

/** Takes a text, number or bigint out of a message, quoted or where it stands as a word of its own. */
function withoutValue(message: string, value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") return message;
  const text = String(value);
  if (text === "") return message;
  return withoutWord(
    message.replaceAll(JSON.stringify(text), REFUSED).replaceAll(`"${text}"`, REFUSED),
    text,
  );
}

/** By hand: a pattern made of each value costs milliseconds to compile, and there may be thousands of issues. */
function withoutWord(message: string, word: string): string {
  let cleaned = "";
  let copied = 0;
  let at = message.indexOf(word);
  while (at !== -1) {
    const end = at + word.length;
    const isWord = !LETTER.test(message.charAt(at - 1)) && !LETTER.test(message.charAt(end));
    if (isWord) {
      cleaned += message.slice(copied, at) + REFUSED;
      copied = end;
    }
    at = message.indexOf(word, isWord ? end : at + 1);
  }
  return cleaned + message.slice(copied);
}
