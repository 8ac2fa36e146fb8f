import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { HttpProblem } from "../../src/http/problem.js";
import { parseQuery } from "../../src/http/query.js";
import {
  listDeliveriesQuery,
  listEventsQuery,
  listSubscriptionsQuery,
  pageQuery,
} from "../../src/http/schemas/index.js";

function parse(schema: z.ZodObject | undefined, search: string) {
  return parseQuery(schema, new URLSearchParams(search));
}

function errorsOf(schema: z.ZodObject | undefined, search: string): unknown[] {
  try {
    parse(schema, search);
  } catch (error) {
    const { code, errors } = error as HttpProblem;
    expect(code).toBe("INVALID_ARGUMENT");
    return [...errors];
  }
  throw new Error(`nothing is wrong with ${search}`);
}

describe("the query", () => {
  it.each([
    [listSubscriptionsQuery, "", {}],
    [
      listSubscriptionsQuery,
      "scope=organization%3Aa&descendants=false&enabled=true&limit=200&cursor=abc",
      { scope: "organization:a", descendants: false, enabled: true, limit: 200, cursor: "abc" },
    ],
    [
      listDeliveriesQuery,
      "status=failed&subscriptionId=s&eventId=e",
      { status: "failed", subscriptionId: "s", eventId: "e" },
    ],
    [listEventsQuery, "since=2026-01-01&type=a.b", { since: "2026-01-01", type: "a.b" }],
    [pageQuery, "limit=1", { limit: 1 }],
    [pageQuery, "limit=007", { limit: 7 }],
    [undefined, "", {}],
  ])("%#: %s", (schema, search, expected) => {
    expect(parse(schema, search)).toEqual(expected);
  });

  it.each([
    [
      "limit",
      "",
      "0",
      "201",
      "-1",
      "1.5",
      "1e2",
      "abc",
      "0x10",
      " 5",
      "9".repeat(30),
      "NaN",
      "Infinity",
      "１",
    ],
    ["enabled", "", "1", "0", "yes", "TRUE", "true ", "null"],
    ["descendants", "False", "[]"],
  ])("%s is refused and named", (name, ...texts) => {
    for (const text of texts) {
      const search = new URLSearchParams([[name, text]]).toString();
      expect(errorsOf(listSubscriptionsQuery, search), search).toEqual([
        { parameter: name, detail: expect.any(String) },
      ]);
    }
  });

  it("a moment has a zone and exists", () => {
    for (const text of ["", "now", "5", "2026-01-01T00:00:00", "2026-13-01", "9999-99-99", "+275760-09-13"]) {
      expect(errorsOf(listEventsQuery, `since=${encodeURIComponent(text)}`), text).toEqual([
        { parameter: "since", detail: expect.any(String) },
      ]);
    }
  });

  it("what is not known, or comes twice, is refused", () => {
    expect(errorsOf(pageQuery, "limt=5&__proto__=1&constructor=2")).toEqual(
      ["limt", "__proto__", "constructor"].map((parameter) => ({
        parameter,
        detail: "Is not a known parameter.",
      })),
    );
    expect(errorsOf(pageQuery, "limit=5&limit=5")).toContainEqual({
      parameter: "limit",
      detail: "Must be given once.",
    });
    expect(errorsOf(undefined, "x")).toEqual([{ parameter: "x", detail: "Is not a known parameter." }]);
  });

  it("names every bad one, and no more than a hundred", () => {
    const named = errorsOf(listSubscriptionsQuery, "limit=x&enabled=y&z=1");
    expect(named).toHaveLength(3);
    const many = Array.from({ length: 5000 }, (_, n) => `x${n}=1`).join("&");
    expect(errorsOf(pageQuery, many).length).toBeLessThanOrEqual(101);
    expect(JSON.stringify(errorsOf(pageQuery, `${"n".repeat(100_000)}=1`)).length).toBeLessThan(300);
  });

  it("never repeats a value, and throws nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("limit", "cursor", "x"), fc.string({ minLength: 12 }))),
        (pairs) => {
          try {
            parseQuery(pageQuery, new URLSearchParams(pairs));
          } catch (error) {
            const { code, errors, message } = error as HttpProblem;
            expect(code).toBe("INVALID_ARGUMENT");
            const said = JSON.stringify([errors, message]);
            for (const [, value] of pairs)
              expect(said.includes(JSON.stringify(value).slice(1, -1))).toBe(false);
          }
        },
      ),
    );
  });

  it("an answer of zod's about the whole is no crash", () => {
    const schema = z.strictObject({ a: z.string().optional() });
    expect(errorsOf(schema, "a=1&b=2")).toEqual([{ parameter: "b", detail: "Is not a known parameter." }]);
  });
});
