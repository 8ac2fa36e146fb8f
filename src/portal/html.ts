import type { Bundle } from "./bundle.js";
import { escapeHtml, escapeJson } from "./escape.js";
import type { PortalTheme } from "./options.js";
import type { Session } from "./session.js";
import type { Sheet } from "./theme.js";

/** What every page is made with. */
export interface Look {
  readonly title: string;
  readonly theme: Required<PortalTheme>;
  readonly bundle: Pick<Bundle, "entry" | "preloads" | "styles">;
  readonly sheet: Pick<Sheet, "name">;
}

/** The page that the browser half starts in. `root` leads from its address to the base path. */
export function appPage(look: Look, root: string, session: Session): string {
  const at = (name: string) => escapeHtml(`${root}assets/${name}`);
  const scripts = [
    ...look.bundle.preloads.map((name) => `<link rel="modulepreload" href="${at(name)}">`),
    `<script type="module" src="${at(look.bundle.entry)}"></script>`,
  ];
  return page(look, look.title, `${styles(look, root)}\n${scripts.join("\n")}`, [
    '<div id="root"></div>',
    "<noscript>These pages need JavaScript. Turn it on, then load this address again.</noscript>",
    `<script type="application/json" id="hookwright-session">${escapeJson(session)}</script>`,
  ]);
}

/** A page with no more than a heading and a sentence. `root` is `null` where no stylesheet is in reach. */
export function noticePage(
  look: Look,
  root: string | null,
  { heading, text }: { readonly heading: string; readonly text: string },
): string {
  const head = root === null ? "" : styles(look, root);
  const notice = `<main class="portal-notice"><h1>${escapeHtml(heading)}</h1><p>${escapeHtml(text)}</p></main>`;
  return page(look, `${heading} - ${look.title}`, head, [notice]);
}

function page(look: Look, title: string, head: string, body: readonly string[]): string {
  const { mode, accent } = look.theme;
  return `<!doctype html>
<html lang="en" data-theme="${mode}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${mode === "system" ? "light dark" : mode}">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${escapeHtml(icon(accent))}">
${head}
</head>
<body>
${body.join("\n")}
</body>
</html>
`;
}

/** The theme's comes last: it says otherwise than the bundle's tokens. */
function styles({ bundle, sheet }: Look, root: string): string {
  return [...bundle.styles, sheet.name]
    .map((name) => `<link rel="stylesheet" href="${escapeHtml(`${root}assets/${name}`)}">`)
    .join("\n");
}

/** A hook in the accent's colour; in the page itself, so that browsers need not look for a file. */
function icon(accent: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="${accent}" stroke-width="4" stroke-linecap="round"><circle cx="12" cy="6" r="3"/><path d="M12 10v10a6 6 0 0 0 12 0v-3"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
