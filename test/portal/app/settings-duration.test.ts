import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration as libraryParse } from "../../../src/model/duration.js";
import {
  parseDuration,
  parseSchedule,
  totalOf,
  writeDuration,
  writeSchedule,
} from "../../../src/portal/app/pages/settings/duration.js";
import { parseSize, writeSize } from "../../../src/portal/app/pages/settings/size.js";

const unit = fc.constantFrom("ms", "s", "m", "h", "d", "", "M", "min", "w");
const number = fc.oneof(
  fc.nat({ max: 100_000 }).map(String),
  fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value.toFixed(3)),
  fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
  fc.constantFrom("-1", "1e3", "", " 1", "1.", ".5", "1.1234567"),
);

describe("lengths of time", () => {
  it("are read as the library reads them", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(number, unit).map((parts) => parts.join("")),
          fc.string(),
        ),
        (text) => {
          expect(parseDuration(text)).toBe(libraryParse(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["36500d", 36_500 * 86_400_000],
    ["36501d", null],
    ["0s", 0],
    ["1.5h", 5_400_000],
  ])("%s is %s", (text, millis) => {
    expect(parseDuration(text)).toBe(millis);
  });

  it("are written so that they are read back", () => {
    fc.assert(
      fc.property(fc.nat({ max: 365 * 86_400_000 }), (millis) => {
        expect(parseDuration(writeDuration(millis))).toBe(millis);
      }),
    );
    expect([90_000, 60_000, 7_200_000, 259_200_000, 1_500].map(writeDuration)).toEqual([
      "90s",
      "1m",
      "2h",
      "3d",
      "1500ms",
    ]);
  });
});

describe("a schedule", () => {
  it("takes commas and spaces", () => {
    expect(parseSchedule(" 1m,5m  30m ;2h, ")).toEqual({ waits: [60_000, 300_000, 1_800_000, 7_200_000] });
    expect(parseSchedule("")).toEqual({ waits: [] });
  });

  it("names the first part that is none", () => {
    expect(parseSchedule("1m, 5 minutes")).toEqual({ bad: "5" });
    expect(parseSchedule("1m, soon, later")).toEqual({ bad: "soon" });
  });

  it("is written so that it is read back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 7 * 86_400_000 }), { maxLength: 20 }), (waits) => {
        expect(parseSchedule(writeSchedule(waits))).toEqual({ waits });
      }),
    );
  });

  it("takes as long as its waits", () => {
    expect(totalOf([60_000, 300_000, 1_800_000, 7_200_000])).toBe(9_360_000);
  });
});

describe("a size", () => {
  it.each([
    ["4 MiB", 4_194_304],
    ["4mib", 4_194_304],
    [" 512 KiB ", 524_288],
    ["1.5 KiB", 1_536],
    ["2048", 2_048],
    ["7 B", 7],
    ["0.3 KiB", null],
    ["4 MB", null],
    ["-1", null],
    ["four", null],
    ["", null],
  ])("%s is %s bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it("is written so that it is read back", () => {
    fc.assert(
      fc.property(fc.nat({ max: 64 * 1_048_576 }), (bytes) => {
        expect(parseSize(writeSize(bytes))).toBe(bytes);
      }),
    );
    expect([4_194_304, 1_024, 1_000].map(writeSize)).toEqual(["4 MiB", "1 KiB", "1000 B"]);
  });
});
