/** Which verb of the PostgreSQL store a statement is, by the function it calls. */
const VERBS: readonly (readonly [string, RegExp])[] = [
  ["claim", /\.claim\(/],
  ["settle", /\.settle\(/],
  ["append", /\.append\(/],
];

/** The verb of a statement, as `pg` is asked for it: `"append"`, `"claim"`, `"settle"` or `"other"`. */
export function verbOf(asked: unknown): string {
  const text = typeof asked === "string" ? asked : String((asked as { text?: unknown } | undefined)?.text);
  return VERBS.find(([, mark]) => mark.test(text))?.[0] ?? "other";
}
