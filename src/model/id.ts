import { randomFillSync } from "node:crypto";

/** Crockford's base 32: sorts as it counts, no letters that look alike. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_DIGITS = 16;

const digits = new Uint8Array(RANDOM_DIGITS);
let last = -1;

/**
 * A new id: the prefix, `_`, ten digits of time and sixteen random ones (80 bits), as ULID lays them out
 * (https://github.com/ulid/spec), in lower case. Sorts by time, and within a millisecond of one process by the order
 * of making, because each then counts on from the one before. Never contains a full stop.
 */
export function newId(prefix: string, now: number): string {
  let id = `${prefix}_`;
  let divisor = 32 ** 9;
  for (let i = 0; i < 10; i++) {
    id += DIGITS[Math.floor(now / divisor) % 32];
    divisor /= 32;
  }
  if (now !== last || !countOn()) {
    randomFillSync(digits);
    last = now;
  }
  for (const digit of digits) id += DIGITS[digit & 31];
  return id;
}

/** Whether this can be the id of anything: what cannot must not reach a store, where some databases refuse it. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]{1,128}$/.test(value);
}

/** Adds one to the random digits. False when they were the largest there are. */
function countOn(): boolean {
  for (let i = RANDOM_DIGITS - 1; i >= 0; i--) {
    const digit = ((digits[i] ?? 0) + 1) & 31;
    digits[i] = digit;
    if (digit !== 0) return true;
  }
  return false;
}
