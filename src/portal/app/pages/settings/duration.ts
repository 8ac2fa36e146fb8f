/** Lengths of time as the settings take them: the library's grammar, which the browser half may not import at run time. */

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** A hundred years, as in the library. */
const LONGEST = 36_500 * UNITS.d;

/** Milliseconds of "90s", "5m", "2h", "3d" or "500ms"; `null` when it is none, or longer than a hundred years. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return null;
  const millis = Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]);
  return millis <= LONGEST ? millis : null;
}

/** The shortest way to write whole milliseconds so that {@link parseDuration} gives them back: `90000` is "90s". */
export function writeDuration(millis: number): string {
  for (const [unit, size] of Object.entries(UNITS)) {
    if (millis >= size && millis % size === 0) return `${millis / size}${unit}`;
  }
  return `${millis}ms`;
}

/** A list of waits as it was typed. */
export type Schedule =
  | { readonly waits: readonly number[] }
  /** The first part that is no length of time. */
  | { readonly bad: string };

/** The waits of "1m, 5m, 30m"; commas and spaces both separate. */
export function parseSchedule(text: string): Schedule {
  const waits: number[] = [];
  for (const part of text.split(/[\s,;]+/)) {
    if (part === "") continue;
    const millis = parseDuration(part);
    if (millis === null) return { bad: part };
    waits.push(millis);
  }
  return { waits };
}

/** Waits as they are typed. */
export function writeSchedule(waits: readonly number[]): string {
  return waits.map(writeDuration).join(", ");
}

/** The time that all waits take. */
export function totalOf(waits: readonly number[]): number {
  return waits.reduce((sum, wait) => sum + wait, 0);
}
