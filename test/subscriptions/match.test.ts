import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesPattern } from "../../src/catalogue/pattern.js";
import { compileMatcher } from "../../src/subscriptions/match.js";

test.each([
  [["a.b"], "a.b", true],
  [["a.b"], "a.b.c", false],
  [["a.*"], "a.b", true],
  [["a.*"], "a.b.c", true],
  [["a.*"], "a", false],
  [["a.*"], "a.", false],
  [["a.*"], "ab.c", false],
  [["x", "a.*"], "a.b", true],
  [["x", "a.*"], "x", true],
  [["*"], "anything", true],
  [["b", "*"], "anything", true],
  [[], "a", false],
])("%j and %s: %s", (events, type, hears) => {
  expect(compileMatcher(events)(type)).toBe(hears);
});

test("hears nothing that cannot be chosen at its scope", () => {
  const allowed = (type: string) => type !== "a.secret";
  for (const events of [["*"], ["a.*"], ["a.secret", "a.b"]]) {
    const hears = compileMatcher(events, allowed);
    expect([hears("a.secret"), hears("a.b")]).toEqual([false, true]);
  }
});

test("agrees with the catalogue on what a pattern means", () => {
  const name = fc
    .array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 3 })
    .map((s) => s.join("."));
  const pattern = fc.oneof(
    name,
    name.map((prefix) => `${prefix}.*`),
    fc.constant("*"),
  );
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), name, (events, type) => {
      expect(compileMatcher(events)(type)).toBe(events.some((one) => matchesPattern(one, type)));
    }),
    { numRuns: 500 },
  );
});
