import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFields } from "../../src/subscriptions/parse.js";

const MINUTE = 60_000;
const DAY = 86_400_000;
const deep = (levels: number): unknown => (levels === 1 ? {} : { a: deep(levels - 1) });
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe("takes", () => {
  test.each<[string, unknown, unknown]>([
    ["name", "abc", "abc"],
    ["name", "Équipe 7 - ops_a.b", "Équipe 7 - ops_a.b"],
    ["name", "a".repeat(125), "a".repeat(125)],
    ["description", "x".repeat(500), "x".repeat(500)],
    ["description", null, null],
    ["type", "batch", "batch"],
    ["url", "https:/", "https:/"],
    ["url", null, null],
    ["events", ["a.b", "*"], ["a.b", "*"]],
    ["events", [], []],
    ["contentType", "application/json; charset=utf-8", "application/json; charset=utf-8"],
    ["contentType", 'a/b;c="d \\" e"', 'a/b;c="d \\" e"'],
    ["headers", { "X-Token": "t" }, [{ name: "X-Token", value: "t" }]],
    ["signing", {}, {}],
    ["retry", { schedule: ["1m", 0], timeout: "60s" }, { schedule: [MINUTE, 0], timeout: MINUTE }],
    ["retry", {}, { schedule: null, timeout: null }],
    ["retry", { timeout: null, schedule: ["7d"] }, { schedule: [7 * DAY], timeout: null }],
    ["autoDisable", "never", "never"],
    ["autoDisable", { consecutive: 1 }, { consecutive: 1 }],
    ["autoDisable", { failingFor: "5d" }, { failingFor: 5 * DAY }],
    ["tls", { verify: false }, { verify: false }],
    ["ordered", true, true],
    ["metadata", { a: [1, "x", null, { b: true }] }, { a: [1, "x", null, { b: true }] }],
    ["metadata", deep(5), deep(5)],
    ["metadata", { a: "x".repeat(4088) }, { a: "x".repeat(4088) }],
    ["batch", { maxEvents: 2 }, { maxEvents: 2, intervalMinutes: null, maxBytes: null }],
    [
      "batch",
      { maxEvents: 20_000, intervalMinutes: 86_400, maxBytes: 1024 },
      { maxEvents: 20_000, intervalMinutes: 86_400, maxBytes: 1024 },
    ],
    ["enabled", false, false],
    ["credentials", false, false],
  ])("%s, case %#", (field, given, parsed) => {
    const result = parseFields({ [field]: given });
    expect(result).toEqual({ values: { [field]: parsed }, issues: [] });
  });
});

describe("refuses", () => {
  test.each<[string, unknown, (string | number)[]?]>([
    ["name", "ab"],
    ["name", "a".repeat(126)],
    ["name", " abc"],
    ["name", "abc "],
    ["name", "a/bc"],
    ["name", "abc\n"],
    ["name", "a\tbc"],
    ["name", 7],
    ["name", null],
    ["description", "x".repeat(501)],
    ["type", "weekly"],
    ["type", null],
    ["url", "https:"],
    ["url", `https://${"a".repeat(500)}`],
    ["url", 7],
    ["events", "a.b"],
    ["events", ["a", 7], [1]],
    ["events", Array.from({ length: 201 }, (_, i) => `e${i}`)],
    ["contentType", "json"],
    ["contentType", "a/b\r\nx: y"],
    ["contentType", "a/b;"],
    ["contentType", `a/${"b".repeat(254)}`],
    ["headers", []],
    ["headers", new Map()],
    ["headers", { a: 7 }, ["a"]],
    ["signing", { algorithm: "x" }, ["algorithm"]],
    ["signing", { secret: 7 }, ["secret"]],
    ["retry", { schedule: [] }, ["schedule"]],
    ["retry", { schedule: Array(21).fill("1m") }, ["schedule"]],
    ["retry", { schedule: ["1m", "8d"] }, ["schedule", 1]],
    ["retry", { schedule: ["soon"] }, ["schedule", 0]],
    ["retry", { schedule: [-1] }, ["schedule", 0]],
    ["retry", { timeout: "999ms" }, ["timeout"]],
    ["retry", { timeout: "61s" }, ["timeout"]],
    ["retry", { timeout: Number.NaN }, ["timeout"]],
    ["retry", { tries: 3 }, ["tries"]],
    ["autoDisable", "always"],
    ["autoDisable", 7],
    ["autoDisable", { consecutive: 0 }, ["consecutive"]],
    ["autoDisable", { consecutive: 1.5 }, ["consecutive"]],
    ["autoDisable", { failingFor: "0s" }, ["failingFor"]],
    ["autoDisable", { failingFor: "1d", consecutive: 2 }, ["consecutive"]],
    ["tls", { verify: "no" }, ["verify"]],
    ["tls", { verify: true, ca: "" }, ["ca"]],
    ["ordered", "yes"],
    ["metadata", []],
    ["metadata", new Date()],
    ["metadata", { a: new Date() }, ["a"]],
    ["metadata", { a: undefined }, ["a"]],
    ["metadata", { a: Number.NaN }, ["a"]],
    ["metadata", { a: 1n }, ["a"]],
    ["metadata", { a: { b: () => 1 } }, ["a", "b"]],
    ["metadata", { a: [1, Symbol("x")] }, ["a", 1]],
    ["metadata", deep(6), ["a", "a", "a", "a", "a"]],
    ["metadata", cyclic, ["self", "self", "self", "self", "self"]],
    ["metadata", { a: "x".repeat(4089) }],
    ["metadata", { a: "é".repeat(2045) }],
    ["metadata", { a: Array(5000).fill(0) }],
    ["metadata", { a: Array.from({ length: 100 }, () => Array(100).fill(0)) }],
    ["metadata", JSON.parse('{"a":{"__proto__":{"b":1}}}'), ["a", "__proto__"]],
    ["batch", { maxEvents: 1 }, ["maxEvents"]],
    ["batch", { maxEvents: 20_001 }, ["maxEvents"]],
    ["batch", { intervalMinutes: 0 }, ["intervalMinutes"]],
    ["batch", { intervalMinutes: 0.5 }, ["intervalMinutes"]],
    ["batch", { intervalMinutes: 86_401 }, ["intervalMinutes"]],
    ["batch", { maxBytes: 1023 }, ["maxBytes"]],
    ["batch", { every: 1 }, ["every"]],
    ["enabled", "true"],
    ["credentials", true],
  ])("%s, case %#", (field, given, path = []) => {
    const { values, issues } = parseFields({ [field]: given });
    expect(values).toEqual({});
    expect(issues).toEqual([
      { code: "INVALID_SUBSCRIPTION", path: [field, ...path], message: expect.any(String) },
    ]);
  });
});

test("finds everything at once, and unknown fields too", () => {
  const { values, issues } = parseFields({
    name: "x",
    type: "event",
    colour: "red",
    retry: { schedule: ["?", "1m", "?"], timeout: 0, extra: 1 },
    description: undefined,
  });
  expect(values).toEqual({ type: "event" });
  expect(issues.map(({ path }) => path.join(".")).sort()).toEqual(
    ["colour", "name", "retry.extra", "retry.schedule.0", "retry.schedule.2", "retry.timeout"].sort(),
  );
});

test("a field can be refused by one call and known to another", () => {
  expect(parseFields({ credentials: false }, ["credentials"]).issues).toHaveLength(1);
});

test.each([null, undefined, [], "x", 7])("refuses %j as a whole", (input) => {
  expect(parseFields(input).issues).toEqual([
    { code: "INVALID_SUBSCRIPTION", path: [], message: "Must be an object." },
  ]);
});

test("takes an instance of a host's class", () => {
  class Input {
    name = "Splunk";
  }
  expect(parseFields(new Input())).toEqual({ values: { name: "Splunk" }, issues: [] });
});

test("keys that mean something to JavaScript are unknown fields", () => {
  const { issues } = parseFields(JSON.parse('{"__proto__":{"name":"Splunk"},"constructor":1,"toString":2}'));
  expect(issues.map(({ path }) => path[0])).toEqual(["__proto__", "constructor", "toString"]);
});

test("never crashes on garbage, and messages never quote what was given", () => {
  const field = fc.constantFrom(
    ...["name", "url", "events", "headers", "retry", "autoDisable", "metadata", "batch", "signing", "tls"],
  );
  fc.assert(
    fc.property(fc.dictionary(field, fc.anything({ withNullPrototype: true, withBigInt: true })), (input) => {
      for (const { path } of parseFields(input).issues) expect(path.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
  const secret = "s3cr3t-value";
  const { issues } = parseFields({
    ...{ type: secret, url: [secret], events: secret, headers: secret, ordered: secret, autoDisable: secret },
    ...{
      signing: { secret: [secret] },
      retry: { timeout: secret },
      contentType: secret,
      credentials: secret,
    },
  });
  expect(issues).toHaveLength(10);
  for (const { message } of issues) expect(message).not.toContain(secret);
});
