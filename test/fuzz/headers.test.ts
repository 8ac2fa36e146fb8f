import fc from "fast-check";
import { expect, test } from "vitest";
import { FIELDS } from "../../src/subscriptions/fields.js";
import { headerIssues } from "../../src/subscriptions/headers.js";
import { anything, hostileText } from "./hostile.js";

const names = [
  "x-a",
  "X-A",
  "Host",
  "content-length",
  "Proxy-x",
  "webhook-id",
  "Sec-a",
  ":authority",
  "Authorization",
  "\r\n",
  "\0",
  " ",
  ":",
  "é",
  "__proto__",
  "K",
];
const name = hostileText(...names);
const value = hostileText("a", "\t", " ", "\n", "\r\n", "\0", "é", "\x7f", "x-injected: 1", "[redacted]");

test("any headers have issues with a path and a sentence, and nothing is thrown", () => {
  const good = fc.mixedCase(fc.constantFrom("x-a", "x-b", "x-c", "authorization"));
  const one = fc.oneof(
    fc.constantFrom("a", "b c", "\t"),
    value.map((text) => text.slice(0, 40)),
  );
  const header = fc.oneof(
    { weight: 4, arbitrary: fc.record({ name: good, value: one }) },
    fc.record({ name, value }),
  );
  fc.assert(
    fc.property(fc.array(header, { maxLength: 4 }), (headers) => {
      const issues = headerIssues(headers, ["x-sig"]);
      for (const { path, message } of issues) {
        expect(path.every((one) => String(one).length <= 128)).toBe(true);
        expect(message).toMatch(/^(Must|Cannot|Is) /);
      }
      if (issues.length > 0) return;
      // What is taken, a Fetch Headers takes too, and gives back the same: there is nothing in it that ends a line.
      const sent = new Headers();
      for (const one of headers) sent.append(one.name, one.value);
      expect([...sent.keys()].sort()).toEqual(headers.map((one) => one.name.toLowerCase()).sort());
      for (const one of headers) expect(sent.get(one.name)).toBe(one.value.replace(/^[\t ]+|[\t ]+$/g, ""));
    }),
    { numRuns: 800 },
  );
});

test.each(["host", "transfer-encoding", "Proxy-Authorization", "webhook-id", "Sec-Fetch-Mode", "x-sig"])(
  "%s is refused in any case, whatever stands beside it",
  (forbidden) => {
    const cased = fc.mixedCase(fc.constant(forbidden));
    fc.assert(
      fc.property(cased, fc.array(fc.record({ name, value }), { maxLength: 3 }), (one, others) => {
        const issues = headerIssues([...others, { name: one, value: "x" }], ["x-sig"]);
        expect(issues.map(({ path }) => path[0])).toContain(one);
      }),
      { numRuns: 100 },
    );
  },
);

test("the field takes or refuses any value whole, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(name, fc.oneof(value, anything)), anything), (given) => {
      const parsed = FIELDS.headers.safeParse(given);
      if (parsed.success && parsed.data !== null)
        expect(parsed.data).toHaveLength(Object.keys(given as object).length);
    }),
    { numRuns: 600 },
  );
});
