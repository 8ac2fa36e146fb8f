import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonIssue, MAX_JSON_DEPTH } from "../../src/catalogue/json.js";

describe("what JSON carries", () => {
  test("any JSON value", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => jsonIssue(value) === null));
  });

  class Point {
    constructor(
      readonly x: number,
      readonly hidden: undefined = undefined,
    ) {}
  }

  test.each([
    ["a date", new Date(0)],
    ["a buffer", Buffer.from("a")],
    ["a URL", new URL("https://example.com")],
    ["an instance with fields", new Point(1)],
    ["an absent property", { a: undefined }],
    ["an object without a prototype", Object.create(null)],
    ["an empty object", {}],
    ["an empty array", []],
    ["the same object twice", ((shared) => [shared, shared])({ a: 1 })],
    ["a function that says how", Object.assign(() => {}, { toJSON: () => "1" })],
  ])("%s", (_, value) => expect(jsonIssue(value)).toBeNull());
});

describe("what JSON would refuse, drop or change", () => {
  class Closed {
    #secret = 1;
    read() {
      return this.#secret;
    }
  }
  const cycle: { a: { b?: unknown }[] } = { a: [{}] };
  (cycle.a[0] ?? {}).b = cycle;
  const wide: Record<string, unknown> = {};
  for (let i = 0; i < 20; i++) wide[`k${i}`] = wide;

  test.each<[string, unknown, (string | number)[] | null, RegExp]>([
    ["undefined", undefined, [], /no undefined: use null/],
    ["undefined in an array", { a: [1, undefined] }, ["a", 1], /no undefined/],
    ["a hole in an array", new Array(1), [0], /no undefined/],
    ["NaN", { a: { b: Number.NaN } }, ["a", "b"], /no NaN/],
    ["Infinity", [Number.NEGATIVE_INFINITY], [0], /no Infinity/],
    ["a function", { f() {} }, ["f"], /carry a function/],
    ["a symbol", [Symbol("s")], [0], /carry a symbol/],
    ["a bigint", { n: 1n }, ["n"], /carry a bigint/],
    ["a map", { m: new Map([[1, 2]]) }, ["m"], /make \{\}/],
    ["a set", new Set([1]), [], /make \{\}/],
    ["a forgotten promise", { p: Promise.resolve(1) }, ["p"], /make \{\}/],
    ["an instance with private fields only", { c: new Closed() }, ["c"], /make \{\}/],
    ["a cycle", cycle, null, /refers to itself/],
    ["a cycle by many ways", wide, null, /refers to itself/],
  ])("%s", (_, value, path, message) => {
    const found = jsonIssue(value);
    expect(found?.message).toMatch(message);
    if (path !== null) expect(found?.path).toEqual(path);
  });

  test("what throws when it is read, without its words", () => {
    const value = {
      get secret(): string {
        throw new Error("hunter2");
      },
    };
    expect(jsonIssue(value)).toEqual({ path: [], message: expect.not.stringContaining("hunter2") });
  });

  test("nesting up to the limit and not past it", () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(jsonIssue(nested(MAX_JSON_DEPTH))).toBeNull();
    expect(jsonIssue(nested(MAX_JSON_DEPTH + 1))?.message).toMatch(/deeper than 256/);
  });

  test("agrees with JSON: what passes comes back as it went", () => {
    const anything = fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true });
    fc.assert(
      fc.property(anything, (value) => {
        if (jsonIssue(value) !== null) return;
        const text = JSON.stringify(value);
        expect(typeof text).toBe("string");
        expect(jsonIssue(JSON.parse(text))).toBeNull();
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
