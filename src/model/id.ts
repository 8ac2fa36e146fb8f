import { randomFillSync } from "node:crypto";

/** Crockford's base 32: sorts as it counts, no letters that look alike. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_DIGITS = 16;

const pool = new Uint8Array(RANDOM_DIGITS * 256);
let used = pool.length;

/**
 * A new id: the prefix, `_`, ten digits of time and sixteen random ones (80 bits), as ULID lays them out
 * (https://github.com/ulid/spec), in lower case. Sorts by time; never contains a full stop.
 */
export function newId(prefix: string, now: number): string {
  let id = `${prefix}_`;
  let divisor = 32 ** 9;
  for (let i = 0; i < 10; i++) {
    id += DIGITS[Math.floor(now / divisor) % 32];
    divisor /= 32;
  }
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  for (let i = 0; i < RANDOM_DIGITS; i++) id += DIGITS[(pool[used++] ?? 0) & 31];
  return id;
}
