/**
 * A small backtracking matcher of regular expressions that counts its steps, and texts that would make it take many.
 * It tries what V8's own matcher tries, in the same order and without its short cuts, so that a pattern whose steps
 * grow with the length of the text here does so there too. Deterministic: nothing is measured with a clock.
 */

type Node =
  | { readonly kind: "char"; readonly source: string }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly item: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: "edge"; readonly source: string }
  | { readonly kind: "look"; readonly item: Node; readonly negative: boolean };

/** Parses a pattern. Throws for what it does not know: look-behind, references, the flag `v`. */
export function parsePattern(source: string, flags: string): Node {
  if (flags.includes("v")) throw new Error(`/${source}/${flags}: the flag v is not known here`);
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    const match = new RegExp(pattern.source, `${pattern.flags}y`);
    match.lastIndex = at;
    const found = match.exec(source)?.[0] ?? null;
    at += found?.length ?? 0;
    return found;
  };

  function choice(): Node {
    const items = [sequence()];
    while (take(/\|/)) items.push(sequence());
    return items.length === 1 && items[0] ? items[0] : { kind: "choice", items };
  }
  function sequence(): Node {
    const items: Node[] = [];
    while (at < source.length && !/[|)]/.test(source.charAt(at))) items.push(quantified());
    return { kind: "sequence", items };
  }
  function quantified(): Node {
    const item = atom();
    const quantifier = take(/[*+?]|\{\d+(?:,\d*)?\}/);
    if (quantifier === null) return item;
    const lazy = take(/\?/) !== null;
    const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}$/.exec(quantifier) ?? [];
    const min = least === undefined ? Number(quantifier === "+") : Number(least);
    const bound = comma === "" ? min : most ? Number(most) : Number.POSITIVE_INFINITY;
    return { kind: "repeat", item, min, max: quantifier === "?" ? 1 : bound, lazy };
  }
  function atom(): Node {
    const edge = take(/[\^$]|\\[bB]/);
    if (edge !== null) return { kind: "edge", source: edge };
    const group = take(/\((?:\?(?::|=|!|<\w+>))?/);
    if (group !== null) {
      const item = choice();
      if (take(/\)/) === null) throw new Error(`/${source}/: not understood at ${at}`);
      return group === "(?=" || group === "(?!" ? { kind: "look", item, negative: group === "(?!" } : item;
    }
    const known = take(
      /\[\^?(?:\\.|[^\]\\])*\]|\\(?:x[\da-f]{2}|u\{[\da-f]+\}|u[\da-f]{4}|[pP]\{\w+(?:=\w+)?\}|[^1-9kxuc])|[^\\()[\]*+?]/iu,
    );
    if (known === null) throw new Error(`/${source}/: not understood at ${at}`);
    return { kind: "char", source: known };
  }
  const node = choice();
  if (at < source.length) throw new Error(`/${source}/: not understood at ${at}`);
  return node;
}

/** How many characters are looked at until the pattern is found in the text or is known not to be there. */
export function steps(node: Node, flags: string, text: string, most: number): number {
  const chars = Array.from(text);
  let count = 0;
  const isChar = (source: string, at: number): boolean => {
    if (++count > most) throw new RangeError(`more than ${most} steps for ${chars.length} characters`);
    return at < chars.length && fits(source, flags, chars[at] ?? "");
  };
  const run = (one: Node, at: number, next: (at: number) => boolean): boolean => {
    switch (one.kind) {
      case "char":
        return isChar(one.source, at) && next(at + 1);
      case "edge":
        // Where words end is taken to be everywhere: more is tried, never less.
        return (one.source === "^" ? at === 0 : one.source === "$" ? at === chars.length : true) && next(at);
      case "look":
        return run(one.item, at, () => true) !== one.negative && next(at);
      case "choice":
        return one.items.some((item) => run(item, at, next));
      case "sequence":
        return follow(one.items, 0, at, next);
      case "repeat":
        return repeat(one, 0, at, next);
    }
  };
  const follow = (
    items: readonly Node[],
    index: number,
    at: number,
    next: (at: number) => boolean,
  ): boolean => {
    const item = items[index];
    return item === undefined ? next(at) : run(item, at, (end) => follow(items, index + 1, end, next));
  };
  const repeat = (
    one: Extract<Node, { kind: "repeat" }>,
    done: number,
    at: number,
    next: (at: number) => boolean,
  ): boolean => {
    const more = () =>
      done < one.max &&
      run(one.item, at, (end) => (end > at || done < one.min) && repeat(one, done + 1, end, next));
    if (done < one.min) return more();
    return one.lazy ? next(at) || more() : more() || next(at);
  };
  for (let start = 0; start <= chars.length; start++) {
    count++;
    if (run(node, start, () => true)) break;
  }
  return count;
}

const fitting = new Map<string, boolean>();
function fits(source: string, flags: string, char: string): boolean {
  const key = `${flags} ${source} ${char}`;
  const known = fitting.get(key);
  if (known !== undefined) return known;
  const result = new RegExp(`^${source}$`, flags.replace(/[gy]/g, "")).test(char);
  fitting.set(key, result);
  return result;
}

/** Characters that some part of a pattern may take. */
const CANDIDATES = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).concat(
  "\t",
  "\n",
  "\0",
  "é",
  "٣",
  "\u0301",
);

/** The first that fits, and one more, for each part of the pattern that takes a character. */
function alphabet(node: Node, flags: string): string[] {
  if (node.kind === "char") return CANDIDATES.filter((char) => fits(node.source, flags, char)).slice(0, 2);
  if (node.kind === "edge") return [];
  return ("items" in node ? node.items : [node.item]).flatMap((item) => alphabet(item, flags));
}

/** A text that the pattern takes, each part of it as often as it must be there, at least once. */
function sample(node: Node, flags: string): string {
  if (node.kind === "char") return CANDIDATES.find((char) => fits(node.source, flags, char)) ?? "";
  if (node.kind === "sequence") return node.items.map((item) => sample(item, flags)).join("");
  if (node.kind === "choice") return node.items[0] ? sample(node.items[0], flags) : "";
  return node.kind === "repeat" ? sample(node.item, flags).repeat(Math.max(node.min, 1)) : "";
}

/** What must come before each repetition in a pattern, so that a text reaches it; and what it repeats. */
function repetitions(node: Node, flags: string, before = ""): { before: string; unit: string }[] {
  if (node.kind === "repeat") {
    const inside = repetitions(node.item, flags, before);
    return node.max > 1 ? [{ before, unit: sample(node.item, flags) }, ...inside] : inside;
  }
  if (node.kind === "choice") return node.items.flatMap((item) => repetitions(item, flags, before));
  if (node.kind === "look") return repetitions(node.item, flags, before);
  if (node.kind !== "sequence") return [];
  let reached = before;
  return node.items.flatMap((item) => {
    const found = repetitions(item, flags, reached);
    reached += sample(item, flags);
    return found;
  });
}

/** A text that may make a pattern try again and again: a beginning, what is repeated, and an end that spoils it. */
export interface Trap {
  readonly before: string;
  readonly unit: string;
  readonly after: string;
}

/** Traps for a pattern, made of its own alphabet. */
export function trapsFor(node: Node, flags: string): Trap[] {
  const letters = [...new Set(alphabet(node, flags))].slice(0, 10);
  const places = repetitions(node, flags);
  const befores = [...new Set(["", ...places.map(({ before }) => before)])];
  const pairs = letters.slice(0, 5).flatMap((a) => letters.slice(0, 5).map((b) => a + b));
  const units = [...new Set([...letters, ...pairs, ...places.map(({ unit }) => unit)])].filter(
    (unit) => unit !== "",
  );
  return befores.flatMap((before) =>
    units.flatMap((unit) => ["", "\0", "!"].map((after) => ({ before, unit, after }))),
  );
}
