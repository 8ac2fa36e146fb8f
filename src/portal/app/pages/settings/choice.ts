/** Which event types are chosen, and what ticking a box does to the list that is sent. Pure. */

/** Every event, also of types that do not exist yet. */
export const ALL = "*";

/** Whether it stands for several types. */
export function isPattern(entry: string): boolean {
  return entry === ALL || entry.endsWith(".*");
}

/** Whether an entry of the list stands for a type, as the library has it. */
export function matches(entry: string, type: string): boolean {
  if (entry === type || entry === ALL) return true;
  return entry.endsWith(".*") && type.startsWith(entry.slice(0, -1));
}

/** The pattern that brings a type, whether or not it is named, too; `null` where none does. */
export function patternFor(chosen: readonly string[], type: string): string | null {
  return chosen.find((entry) => isPattern(entry) && matches(entry, type)) ?? null;
}

/** Whether events of this type are sent. */
export function isChosen(chosen: readonly string[], type: string): boolean {
  return chosen.some((entry) => matches(entry, type));
}

/** Ticks or clears types by name. What a pattern brings stays, and is not named twice. */
export function choose(chosen: readonly string[], types: readonly string[], on: boolean): string[] {
  const others = chosen.filter((entry) => isPattern(entry) || !types.includes(entry));
  if (!on) return others;
  const wanted = types.filter((type) => chosen.includes(type) || patternFor(chosen, type) === null);
  // What was there stays where it was, so that ticking and clearing again leaves the list as it was.
  return [...chosen, ...wanted.filter((type) => !chosen.includes(type))];
}

/** Adds a pattern; the types that it brings need no naming any more. `*` leaves the rest, so that clearing it brings that back. */
export function addPattern(chosen: readonly string[], pattern: string): string[] {
  const rest =
    pattern === ALL ? chosen : chosen.filter((entry) => isPattern(entry) || !matches(pattern, entry));
  return [...rest.filter((entry) => entry !== pattern), pattern];
}

/** Takes a pattern away and names the types that it stands for today in its place. */
export function spellOut(chosen: readonly string[], pattern: string, types: readonly string[]): string[] {
  const rest = chosen.filter((entry) => entry !== pattern);
  return choose(
    rest,
    types.filter((type) => matches(pattern, type)),
    true,
  );
}

/** The pattern that stands for exactly these of all types; `null` where there is none, or only one type. */
export function patternOf(group: readonly string[], types: readonly string[]): string | null {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return null;
  const parts = first.split(".");
  for (let length = parts.length - 1; length > 0; length--) {
    const pattern = `${parts.slice(0, length).join(".")}.*`;
    if (!others.every((type) => matches(pattern, type))) continue;
    const meant = types.filter((type) => matches(pattern, type));
    return meant.length === group.length ? pattern : null;
  }
  return null;
}

/** The list as it is sent: `*` says it all. */
export function listOf(chosen: readonly string[]): readonly string[] {
  return chosen.includes(ALL) ? [ALL] : chosen;
}

/** Whether both lists mean the same, in whatever order. */
export function sameChoice(a: readonly string[], b: readonly string[]): boolean {
  return [...listOf(a)].sort().join("\n") === [...listOf(b)].sort().join("\n");
}
