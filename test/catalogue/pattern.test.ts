import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEventTypeName, isPattern, matchesPattern } from "../../src/catalogue/pattern.js";

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}(\.[A-Za-z0-9_-]{1,6}){0,3}$/);

describe("isEventTypeName", () => {
  test.each(["a", "a.b", "signin.session.created", "A-1_b.C", "__proto__", "constructor", "a".repeat(128)])(
    "takes %s",
    (value) => expect(isEventTypeName(value)).toBe(true),
  );

  test.each([
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "*",
    "a.*",
    "a b",
    "a\n",
    "é",
    "a/b",
    "a".repeat(129),
    1,
    null,
    undefined,
  ])("refuses %s", (value) => expect(isEventTypeName(value)).toBe(false));
});

describe("isPattern", () => {
  test.each(["*", "a", "a.b", "a.*", "a.b.*", `${"a".repeat(128)}.*`])("takes %s", (value) =>
    expect(isPattern(value)).toBe(true),
  );

  test.each([
    "",
    ".*",
    "**",
    "a*",
    "*.a",
    "a.*.b",
    "a.*.*",
    "a..*",
    `${"a".repeat(129)}.*`,
    1,
    null,
    undefined,
  ])("refuses %s", (value) => expect(isPattern(value)).toBe(false));
});

describe("matchesPattern", () => {
  test.each([
    ["a.b", "a.b", true],
    ["a.b", "a.c", false],
    ["a.b", "a.b.c", false],
    ["a.*", "a.b", true],
    ["a.*", "a.b.c.d", true],
    ["a.*", "a", false],
    ["a.*", "ab.c", false],
    ["a.*", "b.a.c", false],
    ["a.b.*", "a.bc.d", false],
    ["a.b.*", "a.b.c", true],
    ["A.*", "a.b", false],
    ["*", "a", true],
    ["*", "a.b.c", true],
    ["a*", "ab", false],
    [".*", "a.b", false],
    ["", "a", false],
  ])("%s against %s: %s", (pattern, type, expected) => expect(matchesPattern(pattern, type)).toBe(expected));

  test("prefix.* is all that the prefix begins, segment by segment", () => {
    fc.assert(
      fc.property(name, name, (prefix, type) => {
        const segments = prefix.split(".");
        const begins = segments.every((segment, i) => type.split(".")[i] === segment);
        const longer = type.split(".").length > segments.length;
        expect(matchesPattern(`${prefix}.*`, type)).toBe(begins && longer);
        expect(matchesPattern(`${prefix}.*`, `${prefix}.${type}`)).toBe(true);
        expect(matchesPattern(prefix, type)).toBe(prefix === type);
        expect(isPattern(`${prefix}.*`)).toBe(true);
      }),
    );
  });
});
