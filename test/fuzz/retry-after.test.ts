import fc from "fast-check";
import { expect, test } from "vitest";
import { LONGEST_RETRY_AFTER, parseRetryAfter } from "../../src/dispatcher/retry.js";
import { hostileText } from "./hostile.js";

const NOW = Date.UTC(2026, 0, 1);
const pieces = [
  "0",
  "9",
  "120",
  "-",
  "+",
  ".",
  "e9",
  ",",
  " ",
  "\t",
  "Thu, ",
  "01 Jan 2026 ",
  "00:00:10",
  " GMT",
  " UTC",
  "Sunday, 06-Nov-94",
  "Sun Nov  6 08:49:37 1994",
  "2026-01-01T00:00:10Z",
  "٣",
];

test("any header asks for a wait from none to a day, or for none at all, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.option(hostileText(...pieces), { nil: undefined }), fc.integer(), (value, now) => {
      const wait = parseRetryAfter(value, now);
      if (wait !== null) expect(wait >= 0 && wait <= LONGEST_RETRY_AFTER).toBe(true);
    }),
    { numRuns: 600 },
  );
});

test("seconds and dates are read back as they were printed, and cut at a day", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -86_400, max: 200_000 }),
      fc.constantFrom("", " ", "\t "),
      (seconds, space) => {
        const wait = Math.min(Math.max(seconds, 0) * 1000, LONGEST_RETRY_AFTER);
        const date = new Date(NOW + seconds * 1000).toUTCString();
        expect(parseRetryAfter(space + date + space, NOW)).toBe(wait);
        expect(parseRetryAfter(`${space}${seconds}${space}`, NOW)).toBe(seconds < 0 ? null : wait);
      },
    ),
  );
});
