import type { Receiver } from "./receiver.js";

/** What every receiver has to know, as lines of a comment. Code is in English in every language of the pages. */
export function adviceOf({ patience, repeats }: Receiver): readonly string[] {
  const seconds = patience === 1 ? "1 second" : `${patience} seconds`;
  return [
    `Answer within ${seconds} and work later: keep it in a table or a queue.`,
    `It may come more than once, with the same ${SAME[repeats]}`,
  ];
}

const SAME: Readonly<Record<Receiver["repeats"], string>> = {
  header: "webhook-id: skip one that you have.",
  id: "ids: skip an event that you have.",
  "fields.id": "fields.id: skip an event that you have.",
  body: "body: keep its hash, and skip one that you have.",
};

/** What the environment variable has to hold. */
export function secretOf({ scheme, header }: Receiver): string {
  if (scheme === "standard") return "whsec_...";
  if (scheme === "standard-ed25519") return "whpk_...";
  return scheme === "none" ? `<value of ${header}>` : "<secret>";
}

/** A text as a literal: JSON's form of printable ASCII, which a path and a header's name are, means the same in all three languages. */
export function literal(text: string): string {
  return JSON.stringify(text);
}

/** Lines of a comment, each after `mark`. */
export function commented(mark: string, lines: readonly string[]): string {
  return lines.map((line) => mark + line).join("\n");
}
