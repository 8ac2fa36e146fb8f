import fc from "fast-check";
import { expect, test } from "vitest";
import { hecCode, splunkFormat } from "../../src/formats/splunk.js";
import { hostileText } from "./hostile.js";

const pieces = [
  '{"text":"Success","code":0}',
  '{"code":',
  "0",
  "9",
  "5",
  "1e400",
  "1.5",
  '"6"',
  "null",
  "}",
  "{",
  "[",
  "]",
  ",",
  "<html>",
  "\0",
  "\uFEFF",
  '"__proto__":',
  "[".repeat(1_000),
];
const POISON = [5, 6, 12, 13, 15];

test("any answer means something or nothing, and nothing is thrown", () => {
  fc.assert(
    fc.property(hostileText(...pieces), fc.integer({ min: 0, max: 999 }), (body, status) => {
      const code = hecCode(body);
      expect(code === null || Number.isInteger(code)).toBe(true);
      const meaning = splunkFormat.meaning?.({ status, headers: {}, body });
      if (code === null) expect(meaning).toBeNull();
      if (meaning === "delivered") expect([code, Math.floor(status / 100)]).toEqual([0, 2]);
      if (meaning === "final") expect(POISON).toContain(code);
    }),
    { numRuns: 600 },
  );
});

test("the code is read wherever it stands in whatever JSON, and only from an object", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.oneof(fc.integer(), fc.jsonValue()),
      (rest, code) => {
        const whole = typeof code === "number" && Number.isInteger(code);
        expect(hecCode(JSON.stringify({ ...rest, code }))).toBe(
          whole ? (Object.is(code, -0) ? 0 : code) : null,
        );
        expect(hecCode(JSON.stringify([{ code }]))).toBeNull();
        expect(hecCode(JSON.stringify(JSON.stringify({ code })))).toBeNull();
      },
    ),
  );
});
