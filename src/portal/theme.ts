import { BLACK, type Colour, contrast, formatColour, mix, parseColour, WHITE } from "./colour.js";
import { hashOf } from "./hash.js";

/** Backgrounds that text in the accent's colour stands on, as the browser half's tokens have them. */
export const LIGHT: readonly Colour[] = [WHITE, [0xf6, 0xf7, 0xf9]];
export const DARK: readonly Colour[] = [
  [0x0f, 0x11, 0x15],
  [0x17, 0x1a, 0x21],
];

/** Contrast that text needs: https://www.w3.org/TR/WCAG22/#contrast-minimum */
export const TEXT_CONTRAST = 4.5;

/** Contrast that a control needs, to be seen: https://www.w3.org/TR/WCAG22/#non-text-contrast */
export const CONTROL_CONTRAST = 3;

const STEPS = 100;

/** Black or white, whichever stands out more on a colour: at least 4.58 to 1, whatever the colour is. */
export function onColour(colour: Colour): Colour {
  return contrast(WHITE, colour) >= contrast(BLACK, colour) ? WHITE : BLACK;
}

/**
 * The colour, or the nearest on the way from it to `towards` that has this contrast with each of the backgrounds. With
 * ours, black and white themselves have.
 */
export function readable(
  colour: Colour,
  towards: Colour,
  backgrounds: readonly Colour[],
  ratio: number = TEXT_CONTRAST,
): Colour {
  for (let step = 0; step < STEPS; step++) {
    const nearer = mix(colour, towards, step / STEPS);
    if (backgrounds.every((background) => contrast(nearer, background) >= ratio)) return nearer;
  }
  return towards;
}

/** A stylesheet, and the name that it is served under. */
export interface Sheet {
  readonly name: string;
  readonly text: string;
}

/**
 * The stylesheet of an accent: `--accent`, `--on-accent` for text on it, and `--accent-text` for text in it. A file of
 * its own, because the policy forbids inline styles.
 *
 * @param accent - `#rrggbb`.
 */
export function themeSheet(accent: string): Sheet {
  const colour = parseColour(accent) ?? BLACK;
  const light = properties(colour, BLACK, LIGHT);
  const dark = properties(colour, WHITE, DARK);
  const text = [
    `:root { ${light} }`,
    `@media (prefers-color-scheme: dark) { :root[data-theme="system"] { ${dark} } }`,
    `:root[data-theme="dark"] { ${dark} }`,
    NOTICE,
  ].join("\n");
  return { name: `theme-${hashOf(text)}.css`, text };
}

/** The few pages that are made without the browser half. */
const NOTICE = `.portal-notice { max-width: 32rem; margin: 20vh auto 0; padding: 0 1rem; font-family: system-ui, sans-serif; }
.portal-notice h1 { font-size: 1.25rem; }`;

function properties(colour: Colour, towards: Colour, backgrounds: readonly Colour[]): string {
  const accent = readable(colour, towards, backgrounds, CONTROL_CONTRAST);
  const all = {
    "--accent": accent,
    "--on-accent": onColour(accent),
    "--accent-text": readable(colour, towards, backgrounds),
  };
  return Object.entries(all)
    .map(([name, one]) => `${name}: ${formatColour(one)};`)
    .join(" ");
}
