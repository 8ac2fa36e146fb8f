import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromStandardIssues, summarise } from "../../src/catalogue/issues.js";

const messageFor = (message: string, value: unknown) =>
  fromStandardIssues([{ message, path: ["a"] }], { a: value })[0]?.message;

describe("fromStandardIssues", () => {
  test("reads plain keys, {key} segments, symbols, and no path", () => {
    const symbol = Symbol("s");
    const issues = fromStandardIssues(
      [
        { message: "one", path: ["a", 0, { key: "b" }, { key: 1 }] },
        { message: "two", path: [symbol, { key: symbol }] },
        { message: "three" },
        { message: "four", path: undefined },
      ],
      {},
    );
    expect(issues).toEqual([
      { path: ["a", 0, "b", 1], message: "one" },
      { path: ["Symbol(s)", "Symbol(s)"], message: "two" },
      { path: [], message: "three" },
      { path: [], message: "four" },
    ]);
  });

  test("takes the refused value out of the message", () => {
    expect(messageFor('Expected number but received "hunter2"', "hunter2")).toBe(
      "Expected number but received a refused value",
    );
    expect(messageFor("Expected >=5 but received 3", 3)).toBe("Expected >=5 but received a refused value");
    expect(messageFor("hunter2 is taken", "hunter2")).toBe("a refused value is taken");
    expect(messageFor("Got 12", 12n)).toBe("Got a refused value");
    expect(messageFor('Got "a\\"b"', 'a"b')).toBe("Got a refused value");
    expect(messageFor(`Got ${"x ".repeat(9_000)}`, "x ".repeat(9_000))).toBe("Got a refused value");
  });

  test("leaves words alone that only contain the value", () => {
    expect(messageFor("Invalid input", "in")).toBe("Invalid input");
    expect(messageFor("At most 128", 12)).toBe("At most 128");
    expect(messageFor("Maximal max, _max, max2", "max")).toBe("Maximal a refused value, _max, max2");
    expect(messageFor("ba a a", "a a")).toBe("ba a refused value");
    expect(messageFor("Required", "")).toBe("Required");
    expect(messageFor("Expected string, received boolean", true)).toBe("Expected string, received boolean");
  });

  test("no quoted text ever stays, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "binary" }), (value) => {
        expect(messageFor(`received "${value}"`, value)).not.toContain(`"${value}"`);
      }),
    );
  });

  test("a path that leads nowhere, or to something that throws", () => {
    const data = {
      get a(): string {
        throw new Error("no");
      },
    };
    expect(fromStandardIssues([{ message: "x", path: ["a"] }], data)).toEqual([
      { path: ["a"], message: "x" },
    ]);
    expect(fromStandardIssues([{ message: "x", path: ["a", "b"] }], null)).toEqual([
      { path: ["a", "b"], message: "x" },
    ]);
  });
});

describe("summarise", () => {
  const issue = (n: number) => ({ path: n === 0 ? [] : ["a", n], message: `m${n}.` });

  test("spells out three and counts the others", () => {
    expect(summarise([])).toBe("");
    expect(summarise([issue(0)])).toBe("m0.");
    expect(summarise([issue(0), issue(1), issue(2)])).toBe("m0. a.1: m1. a.2: m2.");
    expect(summarise([0, 1, 2, 3, 4].map(issue))).toBe("m0. a.1: m1. a.2: m2. (and 2 more)");
  });
});
