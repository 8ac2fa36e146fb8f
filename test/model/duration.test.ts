import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../src/model/duration.js";

const CENTURY = 100 * 365 * 86_400_000;

describe("parseDuration", () => {
  it.each([
    [0, 0],
    [1_500, 1_500],
    [0.5, 0.5],
    ["500ms", 500],
    ["15s", 15_000],
    ["30m", 1_800_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
    ["1.5h", 5_400_000],
    ["0.0004s", 0],
    ["0.0015s", 2],
    ["36500d", CENTURY],
    [CENTURY, CENTURY],
  ] as const)("%s is %s ms", (value, ms) => {
    expect(parseDuration(value)).toBe(ms);
  });

  it.each([
    "",
    "15",
    "s",
    "15 s",
    " 15s",
    "15s ",
    "15s\n",
    "-15s",
    "+15s",
    "1e3s",
    ".5s",
    "5.s",
    "15S",
    "15w",
    "1h30m",
    "0x10s",
    "٣s",
    "36501d",
    "9999999999999999s",
    "1.0000001s",
    "Infinitys",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    CENTURY + 1,
  ])("%j is none", (value) => {
    expect(parseDuration(value)).toBeNull();
  });

  it("reads every whole count of every unit, and none of its own making is negative or too long", () => {
    const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 } as const;
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom("ms", "s", "m", "h", "d"), (count, unit) => {
        const ms = count * units[unit];
        expect(parseDuration(`${count}${unit}`)).toBe(ms <= CENTURY ? ms : null);
      }),
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text);
        if (ms !== null) expect(ms).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
