import type { Duration, Millis } from "./time.js";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest duration taken: a hundred years. Longer ones are mistakes, and overflow timers and dates. */
const LONGEST: Millis = 100 * 365 * UNITS.d;

/** Milliseconds of a duration; `null` when it is none, is negative or is longer than a hundred years. */
export function parseDuration(value: Duration | string): Millis | null {
  if (typeof value === "number") return within(value);
  if (typeof value !== "string") return null;
  const match = /^(\d{1,15}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(value);
  if (!match) return null;
  return within(Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]));
}

function within(ms: number): Millis | null {
  return Number.isFinite(ms) && ms >= 0 && ms <= LONGEST ? ms : null;
}
