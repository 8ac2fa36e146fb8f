import fc from "fast-check";
import { expect, test } from "vitest";
import { isEventTypeName, isPattern, matchesPattern } from "../../src/catalogue/pattern.js";
import { compileMatcher } from "../../src/subscriptions/match.js";
import { anything, hostileText } from "./hostile.js";

const pieces = [
  "a",
  "b",
  "A",
  "0",
  "_",
  "-",
  ".",
  "..",
  "*",
  ".*",
  "**",
  "a.b",
  "é",
  " ",
  "__proto__",
  "constructor",
  "\0",
];
const text = hostileText(...pieces);

test("any value is a name, a pattern or neither: nothing is thrown, and a name is a pattern", () => {
  fc.assert(
    fc.property(fc.oneof(text, anything), (value) => {
      if (isEventTypeName(value)) {
        expect(isPattern(value)).toBe(true);
        expect(isPattern(`${value}.*`)).toBe(true);
        expect(value.split(".").every((segment) => /^[\w-]+$/.test(segment))).toBe(true);
      }
      if (isPattern(value)) expect(value.length).toBeLessThanOrEqual(130);
    }),
    { numRuns: 600 },
  );
});

test("what a subscription hears is what one of its patterns stands for, however odd the patterns are", () => {
  const name = fc.stringMatching(/^[ab]{1,2}(\.[ab]{1,2}){0,3}$/);
  const patterns = fc.array(
    fc.oneof(
      text,
      name,
      name.map((one) => `${one}.*`),
      name.map((one) => `${one}*`),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(patterns, name, (events, type) => {
      const hears = compileMatcher(events);
      expect(hears(type)).toBe(events.some((pattern) => matchesPattern(pattern, type)));
      expect(compileMatcher(events, () => false)(type)).toBe(false);
    }),
    { numRuns: 800 },
  );
});
