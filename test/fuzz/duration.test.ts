import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration } from "../../src/model/duration.js";
import { toleranceMs } from "../../src/signature/receive/time.js";
import { anything, hostileText } from "./hostile.js";

const CENTURY = 100 * 365 * 86_400_000;
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pieces = [
  "0",
  "1",
  "9",
  "15",
  ".",
  "-",
  "+",
  "e",
  "E9",
  "ms",
  "s",
  "m",
  "h",
  "d",
  " ",
  "\n",
  "٣",
  "０",
  "Infinity",
  "NaN",
  "0x1",
];

test("any value is a length from none to a hundred years, or none at all, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(hostileText(...pieces), fc.double(), anything), (value) => {
      const ms = parseDuration(value as string);
      if (ms === null) return;
      expect(["string", "number"]).toContain(typeof value);
      expect(ms >= 0 && ms <= CENTURY).toBe(true);
    }),
    { numRuns: 600 },
  );
});

test("what is printed in any unit is read back", () => {
  fc.assert(
    fc.property(fc.nat({ max: CENTURY }), fc.constantFrom("ms", "s", "m", "h", "d"), (ms, unit) => {
      const count = Math.floor(ms / UNITS[unit]);
      expect(parseDuration(`${count}${unit}`)).toBe(count * UNITS[unit]);
      expect(parseDuration(ms)).toBe(ms);
      const exact = `${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, "0")}s`;
      expect(parseDuration(exact)).toBe(ms);
    }),
  );
});

test("a receiver's tolerance reads the same texts the same, and throws TypeError for all else", () => {
  fc.assert(
    fc.property(fc.oneof(hostileText(...pieces), fc.double(), anything), (value) => {
      let ms: number | null = null;
      try {
        ms = toleranceMs(value as number);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
      const known = parseDuration(value as string);
      if (known !== null) expect(ms === null ? ms : Math.round(ms)).toBe(Math.round(known));
      if (ms !== null) expect(ms).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 800 },
  );
});
