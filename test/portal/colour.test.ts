import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Colour, contrast, formatColour, luminance, mix, parseColour } from "../../src/portal/colour.js";

const part = fc.integer({ min: 0, max: 255 });
const colours = fc.tuple(part, part, part);

describe("a colour", () => {
  it("is read and written", () => {
    expect(parseColour("#4f46E5")).toEqual([0x4f, 0x46, 0xe5]);
    expect(formatColour([0, 10, 255])).toBe("#000aff");
    fc.assert(
      fc.property(colours, (colour) => {
        expect(parseColour(formatColour(colour))).toEqual(colour);
      }),
    );
  });

  it.each(["", "#fff", "4f46e5", "#4f46e5 ", "#4f46eg", "#4f46e5\n", "red", "#4f46e5ff"])(
    "%j is none",
    (text) => {
      expect(parseColour(text)).toBeNull();
    },
  );

  it("is mixed with another", () => {
    expect(mix([0, 100, 255], [255, 200, 0], 0)).toEqual([0, 100, 255]);
    expect(mix([0, 100, 255], [255, 200, 0], 1)).toEqual([255, 200, 0]);
    expect(mix([0, 100, 255], [255, 200, 0], 0.5)).toEqual([128, 150, 128]);
  });
});

describe("contrast", () => {
  // Values of https://webaim.org/resources/contrastchecker
  it.each<[string, string, number]>([
    ["#000000", "#ffffff", 21],
    ["#777777", "#ffffff", 4.48],
    ["#767676", "#ffffff", 4.54],
    ["#ff0000", "#ffffff", 4],
    ["#0000ff", "#ffffff", 8.59],
    ["#00ff00", "#000000", 15.3],
    ["#0a0a0a", "#ffffff", 19.8],
  ])("of %s and %s is %d", (one, other, expected) => {
    const [a, b] = [parseColour(one), parseColour(other)] as [Colour, Colour];
    expect(contrast(a, b)).toBeCloseTo(expected, 1);
    expect(contrast(b, a)).toBe(contrast(a, b));
  });

  it("is from 1 to 21, and luminance from 0 to 1", () => {
    fc.assert(
      fc.property(colours, colours, (one, other) => {
        expect(contrast(one, one)).toBe(1);
        expect(contrast(one, other)).toBeGreaterThanOrEqual(1);
        expect(contrast(one, other)).toBeLessThanOrEqual(21);
        expect(luminance(one)).toBeGreaterThanOrEqual(0);
        expect(luminance(one)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
