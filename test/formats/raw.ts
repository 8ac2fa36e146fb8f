import fc from "fast-check";
import type { EventRecord } from "../../src/model/event.js";
import { event } from "../make.js";

/** What the tests of single formats share: events as they can really be stored, and a reader that keeps bytes. */

/** JSON as a host's database or another language may write it: spaces, escapes and number forms that JSON.stringify would never make. */
const oddJson = fc.constantFrom(
  '{ "n" : 1.0,\n"a":"\\u00e9" }',
  "[ 1e3 , -0.0 ]",
  '"}{\\"]["',
  '{"a":"\\\\","b":"}{"}',
  "null",
  "12345678901234567890",
  '"\\u2028\\ud83d\\ude00"',
);

/** Data as JSON text. */
export const jsonTexts = fc.oneof(
  oddJson,
  fc.jsonValue({ stringUnit: "binary" }).map((value) => JSON.stringify(value)),
  fc.jsonValue({ stringUnit: "grapheme" }).map((value) => JSON.stringify(value, null, 2)),
);

const letters = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });

const segment = fc.tuple(letters("abcxyz-", 12), letters("abcXYZ019._~-", 20)).map((pair) => pair.join(":"));

/** Events with every id, type, scope and time that publishing lets through. */
export const storedEvents = fc
  .record({
    id: letters("abcXYZ019_~-", 128),
    type: fc
      .array(letters("abcXYZ019_-", 10), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(".")),
    scope: fc.array(segment, { maxLength: 8 }).map((segments) => segments.join("/")),
    at: fc.integer({ min: 0, max: Date.UTC(10_000, 0) - 1 }),
    data: jsonTexts,
  })
  .map((change): EventRecord => event(change));

/** One or more of them. */
export const someEvents = fc.array(storedEvents, { minLength: 1, maxLength: 6 });

/**
 * The JSON values that stand one after another in a text, each as its own bytes, white space and commas between them
 * skipped. Reads brackets and strings and nothing else, so that it shares no code with what it checks.
 */
export function rawValues(text: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (/[\s,]/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const end = valueEnd(text, at);
    values.push(text.slice(at, end));
    at = end;
  }
  return values;
}

/** The members of a JSON object by name, values as their own bytes. Throws when it is none. */
export function rawMembers(text: string): ReadonlyMap<string, string> {
  if (!text.startsWith("{") || !text.endsWith("}")) throw new Error(`no object: ${text}`);
  const members = new Map<string, string>();
  for (let at = 1; at < text.length - 1; ) {
    const nameEnd = valueEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    if (text.charAt(nameEnd) !== ":" || members.has(name)) throw new Error(`not a member: ${text.slice(at)}`);
    const end = valueEnd(text, nameEnd + 1);
    members.set(name, text.slice(nameEnd + 1, end));
    at = end + 1;
  }
  return members;
}

/** Where the value that begins at `start` ends: at a comma, bracket or the text's end outside of it. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      while (text.charAt(++at) !== '"') if (text.charAt(at) === "\\") at++;
      if (depth === 0) return at + 1;
    } else if ("{[".includes(character)) depth++;
    else if ("}]".includes(character)) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && ",:".includes(character)) return at;
  }
  return text.length;
}
