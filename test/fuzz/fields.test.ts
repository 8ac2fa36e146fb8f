import fc from "fast-check";
import { expect, test } from "vitest";
import { isWebhookError } from "../../src/model/errors.js";
import { parseDocument } from "../../src/subscriptions/document.js";
import { FIELDS } from "../../src/subscriptions/fields.js";
import { parseFields } from "../../src/subscriptions/parse.js";
import { anything, hostileText } from "./hostile.js";

/** The rest of what is read from outside: a subscription's other fields, and its stored document. */

const media = hostileText(
  "application",
  "/",
  "json",
  ";",
  " ",
  "\t",
  "charset",
  "=",
  "utf-8",
  '"',
  '\\"',
  "\\",
  "é",
  "\n",
);

test("a content type that is taken is one that Fetch sends unchanged", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        media,
        media.map((rest) => `application/json${rest}`),
      ),
      (value) => {
        const parsed = FIELDS.contentType.safeParse(value);
        if (!parsed.success || parsed.data === null) return;
        expect(parsed.data).toBe(value);
        expect(new Headers({ "content-type": value }).get("content-type")).toBe(value.trim());
      },
    ),
    { numRuns: 800 },
  );
});

test("any input becomes fields and issues with paths, and nothing is thrown", () => {
  const keys = fc.oneof(fc.constantFrom(...Object.keys(FIELDS), "__proto__", "toString"), fc.string());
  const value = fc.oneof(hostileText("a", " ", ".", "*", "15s", "https://"), anything);
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(keys, value), anything), (input) => {
      const { values, issues } = parseFields(input);
      expect(Object.keys(values).every((key) => Object.hasOwn(FIELDS, key))).toBe(true);
      for (const { path, message } of issues) {
        expect(path.every((one) => ["string", "number"].includes(typeof one))).toBe(true);
        expect(message).not.toBe("");
      }
    }),
    { numRuns: 600 },
  );
});

test("any stored document is read or is CONFIGURATION, and nothing else is thrown", () => {
  const text = fc.oneof(hostileText("{", "}", '"v":1', ",", '"name":"x"', "null", "[1]"), fc.json());
  fc.assert(
    fc.property(text, (given) => {
      try {
        expect(parseDocument(given, "sub_1").v).toBe(1);
      } catch (error) {
        if (!isWebhookError(error, "CONFIGURATION")) throw error;
      }
    }),
    { numRuns: 600 },
  );
});
