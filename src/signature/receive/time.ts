import { VerificationError } from "../verification-error.js";

/** A length of time: milliseconds, or a number with a unit, such as `"30s"`, `"5m"`. */
export type Tolerance = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** Milliseconds of a tolerance. Throws `TypeError` for what is none: read as no limit, it would switch the check off. */
export function toleranceMs(value: Tolerance): number {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(value)) ?? [];
  const ms = typeof value === "number" ? value : Number(count) * (UNITS[unit] ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new TypeError('verify: tolerance must be milliseconds or a text such as "5m".');
}

/**
 * Throws unless the text is unix seconds as one would write them (`^[1-9]\d{0,14}$`: no sign, exponent or leading
 * zero) and lies within the tolerance of now, both ways. A clock that answers no number lets nothing through.
 */
export function checkTimestamp(text: string, tolerance: number, now: number): void {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new VerificationError("INVALID_TIMESTAMP", "The timestamp is not a number of unix seconds.");
  }
  const age = typeof now === "number" ? now - Number(text) * 1000 : Number.NaN;
  if (!(age <= tolerance))
    throw new VerificationError("TIMESTAMP_TOO_OLD", "The request was signed too long ago.");
  if (age < -tolerance)
    throw new VerificationError("TIMESTAMP_TOO_NEW", "The request is signed in the future.");
}
