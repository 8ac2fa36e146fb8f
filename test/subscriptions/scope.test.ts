import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import { isWithin, kindOf, parseScope, type ScopeKinds, scopeChain } from "../../src/subscriptions/scope.js";

const PARENTS: Record<string, string | null> = {
  "": null,
  organization: null,
  signin: "organization",
  door: "signin",
};
const kinds: ScopeKinds = {
  kinds: Object.keys(PARENTS),
  kind: (name) => (Object.hasOwn(PARENTS, name) ? { parent: PARENTS[name] ?? null } : undefined),
};
const none: ScopeKinds = { kinds: [""], kind: (name) => (name === "" ? { parent: null } : undefined) };

/** Kinds k0 > k1 > ... of any depth. */
const deep: ScopeKinds = {
  kinds: Array.from({ length: 12 }, (_, i) => `k${i}`),
  kind: (name) => ({ parent: name === "k0" ? null : `k${Number(name.slice(1)) - 1}` }),
};
const path = (depth: number) => Array.from({ length: depth }, (_, i) => `k${i}:x`).join("/");

describe("parseScope", () => {
  test.each([
    "",
    "organization:acme",
    "organization:acme/signin:lobby",
    "organization:A.b_c~d-9/signin:1/door:x",
    `organization:${"a".repeat(128)}`,
  ])("takes %j", (scope) => {
    expect(parseScope(scope, kinds)).toBe(scope);
  });

  test.each([
    ["signin:lobby", "Segment 1 must come right below a segment of kind organization."],
    ["organization:acme/organization:b", "Segment 2 is of a kind that stands at the top"],
    ["organization:acme/door:x", "Segment 2 must come right below a segment of kind signin."],
    ["planet:earth", "Segment 1 must be of a declared kind: organization, signin, door."],
    ["organization", "Segment 1 must look like kind:id."],
    ["organization:", "must have an id"],
    [":acme", "Segment 1 must look like kind:id."],
    ["organization:a b", "must have an id"],
    ["organization:a:b", "must have an id"],
    ["organization:é", "must have an id"],
    ["organization:acme\n", "must have an id"],
    [`organization:${"a".repeat(129)}`, "must have an id"],
    ["/organization:acme", "Segment 1 must look like"],
    ["organization:acme/", "Segment 2 must look like"],
    ["organization:acme//signin:x", "Segment 2 must look like"],
    ["constructor:x", "declared kind"],
    ["__proto__:x", "declared kind"],
    [7, "Must be a string."],
    [null, "Must be a string."],
  ])("refuses %j", (scope, why) => {
    expect(() => parseScope(scope, kinds)).toThrow(
      expect.objectContaining({
        code: "UNKNOWN_SCOPE",
        issues: [{ path: ["scope"], message: expect.stringContaining(why) }],
      }),
    );
  });

  test("a catalogue without kinds knows the root only", () => {
    expect(parseScope("", none)).toBe("");
    expect(() => parseScope("organization:acme", none)).toThrow(/declares no scope kinds/);
  });

  test("takes eight segments and no more", () => {
    expect(parseScope(path(8), deep)).toBe(path(8));
    expect(() => parseScope(path(9), deep)).toThrow(/at most 8/);
  });

  test("points where it is told", () => {
    const path = ["events", 3, "scope"];
    expect(() => parseScope("x", kinds, path)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }),
    );
  });

  test("whatever it is given, it takes it unchanged or says UNKNOWN_SCOPE", () => {
    const segment = fc.tuple(
      fc.constantFrom("organization", "signin", "door", "", "x"),
      fc.constantFrom(":", "", "::"),
      fc.string({ maxLength: 5 }),
    );
    const scopes = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.array(segment, { maxLength: 10 }).map((all) => all.map((parts) => parts.join("")).join("/")),
    );
    fc.assert(
      fc.property(scopes, (scope) => {
        try {
          expect(parseScope(scope, kinds)).toBe(scope);
          expect(scope).toMatch(/^($|organization:[\w.~-]+(\/signin:[\w.~-]+(\/door:[\w.~-]+)?)?$)/);
        } catch (error) {
          if (!(error instanceof WebhookError)) throw error;
          expect(error.code).toBe("UNKNOWN_SCOPE");
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("scopeChain climbs to the root, kindOf names the last kind", () => {
  expect(scopeChain("")).toEqual([""]);
  expect(scopeChain("organization:acme")).toEqual(["organization:acme", ""]);
  expect(scopeChain(path(3))).toEqual([path(3), path(2), path(1), ""]);
  expect(["", "organization:acme", path(3)].map(kindOf)).toEqual(["", "organization", "k2"]);
});

test("isWithin compares whole segments", () => {
  expect(isWithin("", "")).toBe(true);
  expect(isWithin("organization:a", "")).toBe(true);
  expect(isWithin("organization:a", "organization:a")).toBe(true);
  expect(isWithin("organization:a/signin:b", "organization:a")).toBe(true);
  expect(isWithin("organization:ab", "organization:a")).toBe(false);
  expect(isWithin("organization:a", "organization:a/signin:b")).toBe(false);
  expect(isWithin("", "organization:a")).toBe(false);
});

test("a scope is within exactly the scopes of its chain", () => {
  const depth = fc.integer({ min: 0, max: 8 });
  fc.assert(
    fc.property(depth, depth, (a, b) => {
      expect(isWithin(path(a), path(b))).toBe(scopeChain(path(a)).includes(path(b)));
      expect(isWithin(path(a), path(b))).toBe(a >= b);
    }),
  );
});
