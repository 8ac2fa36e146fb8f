import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLACK, type Colour, contrast, formatColour, parseColour, WHITE } from "../../src/portal/colour.js";
import { hashOf } from "../../src/portal/hash.js";
import { DARK, LIGHT, onColour, readable, themeSheet } from "../../src/portal/theme.js";

const part = fc.integer({ min: 0, max: 255 });
const colours = fc.tuple(part, part, part);
const corners: [Colour][] = [
  [BLACK],
  [WHITE],
  [[255, 255, 0]],
  [[0, 0, 255]],
  [[118, 118, 118]],
  [[117, 117, 117]],
];
const many = { numRuns: 2000, examples: corners as [[number, number, number]][] };

/** The declarations of a rule, by what stands before it. */
function declared(text: string, selector: string): Record<string, Colour> {
  const [, body = ""] =
    new RegExp(`^${selector.replace(/[[\]():]/g, "\\$&")} \\{ (--[^}]*)\\}`, "m").exec(text) ?? [];
  return Object.fromEntries(
    [...body.matchAll(/(--[\w-]+): (#\w{6});/g)].map(([, name, value]) => [
      name,
      parseColour(value ?? "") ?? BLACK,
    ]),
  );
}

const MEDIA = '@media (prefers-color-scheme: dark) { :root[data-theme="system"]';
const FORCED = ':root[data-theme="dark"]';

describe("the stylesheet of an accent", () => {
  it("can be read: on the accent, and in it on each background of its theme", () => {
    fc.assert(
      fc.property(colours, (colour) => {
        const { text } = themeSheet(formatColour(colour));
        for (const [selector, backgrounds] of [
          [":root", ["#ffffff", "#f6f7f9"]],
          [MEDIA, ["#0f1115", "#171a21"]],
          [FORCED, ["#0f1115", "#171a21"]],
        ] as const) {
          const { "--accent": accent, "--on-accent": on, "--accent-text": own } = declared(text, selector);
          expect(contrast(on as Colour, accent as Colour)).toBeGreaterThanOrEqual(4.5);
          for (const background of backgrounds) {
            const behind = parseColour(background) as Colour;
            expect(contrast(own as Colour, behind), `${selector} ${background}`).toBeGreaterThanOrEqual(4.5);
            expect(contrast(accent as Colour, behind), `${selector} ${background}`).toBeGreaterThanOrEqual(3);
            if (contrast(colour, behind) < 3) expect(accent).not.toEqual(colour);
          }
        }
      }),
      many,
    );
  });

  it("leaves a colour that can be read as it is, and changes another as little as it must", () => {
    expect(readable([0x4f, 0x46, 0xe5], BLACK, LIGHT)).toEqual([0x4f, 0x46, 0xe5]);
    expect(readable(WHITE, BLACK, LIGHT).every((one) => one > 100 && one < 120)).toBe(true);
    expect(readable(BLACK, WHITE, DARK).every((one) => one > 100 && one < 140)).toBe(true);
    const grey = [112, 112, 112] as const;
    expect(readable(grey, BLACK, [grey])).toEqual(BLACK);
  });

  it("writes black or white on it, whichever stands out more", () => {
    expect(onColour([255, 255, 0])).toBe(BLACK);
    expect(onColour([0, 0, 255])).toBe(WHITE);
    fc.assert(
      fc.property(colours, (colour) => {
        const on = contrast(onColour(colour), colour);
        expect(on).toBe(Math.max(contrast(BLACK, colour), contrast(WHITE, colour)));
        expect(on).toBeGreaterThan(4.58);
      }),
      many,
    );
  });

  it("has a name of its own for each accent, and the same for the same", () => {
    expect(themeSheet("#4F46E5")).toEqual(themeSheet("#4f46e5"));
    expect(themeSheet("#4f46e5").name).toMatch(/^theme-[0-9a-f]{16}\.css$/);
    expect(themeSheet("#4f46e5").name).not.toBe(themeSheet("#4f46e6").name);
  });

  it("has no more than braces that match", () => {
    const { text } = themeSheet("#4f46e5");
    expect(text.split("{").length).toBe(text.split("}").length);
    expect(text).not.toMatch(/url|@import|</);
  });
});

describe("hashOf", () => {
  // Vectors of http://www.isthe.com/chongo/src/fnv/test_fnv.c
  it.each([
    ["", "cbf29ce484222325"],
    ["a", "af63dc4c8601ec8c"],
    ["foobar", "85944171f73967e8"],
  ])("of %j", (text, expected) => expect(hashOf(text)).toBe(expected));
});
