import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * Violations of WCAG 2.2 A and AA and of axe's good practice on the page as it is, in light and in dark: rule, elements
 * and advice. None is what every page must have.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Not through a script element: the page's policy forbids it.
    await page.evaluate(`if (!window.axe) { ${axe.source} }`);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
    );
    for (const { id, help, nodes } of violations) {
      found.push(
        `${colorScheme} ${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
      );
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

/** How many pixels the page is wider than its window: 0 where nothing scrolls sideways. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { documentElement: root } = document;
    // `clientWidth` counts the room that is kept for a bar (`scrollbar-gutter`) as the page's.
    return root.scrollWidth - Math.round(root.getBoundingClientRect().width);
  });
}
