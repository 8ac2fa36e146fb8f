import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { etagOf, ifMatch } from "../../src/http/etag.js";

describe("If-Match", () => {
  it("takes back what ETag gave", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (version) => {
        expect(ifMatch(etagOf(version))).toBe(version);
        expect(ifMatch(` ${etagOf(version)}\t`)).toBe(version);
      }),
    );
  });

  it.each([null, "*", " * "])("any version will do for %j", (header) => {
    expect(ifMatch(header)).toBeUndefined();
  });

  it.each([
    'W/"1"',
    '""',
    '"0"',
    '"01"',
    '"-1"',
    '"1.0"',
    '"abc"',
    '"1000000000000000"',
    '"99999999999999999999"',
    '"\x80"',
  ])("%s is a tag that no version has", (header) => {
    expect(() => ifMatch(header)).toThrow(expect.objectContaining({ code: "VERSION_CONFLICT" }));
  });

  it.each(["", "1", '"1', '1"', "'1'", '"1", "2"', '*, "1"', '"1" "2"', 'w/"1"', 'W/ "1"', '"a b"', "**"])(
    "%s is no tag",
    (header) => {
      expect(() => ifMatch(header)).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          errors: [expect.objectContaining({ header: "If-Match" })],
        }),
      );
    },
  );

  it("throws nothing else, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (header) => {
        try {
          const version = ifMatch(header);
          expect(version === undefined || version >= 1).toBe(true);
        } catch (error) {
          expect(["VERSION_CONFLICT", "INVALID_ARGUMENT"]).toContain((error as { code: string }).code);
        }
      }),
    );
  });
});
