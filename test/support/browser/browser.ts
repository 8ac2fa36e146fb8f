import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** Chromium as a test uses it: it talks to nobody but the pages that it is shown. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How a page is looked at. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  /** @default "light" */
  readonly scheme?: "light" | "dark";
  /** @default "Europe/Berlin" */
  readonly timezone?: string;
}

/** One Chromium, which opens pages that share nothing. */
export interface TestBrowser {
  /** A new page in a profile of its own. What goes wrong in it (scripts, the security policy, the console) is in `faults`. */
  open(look?: Look): Promise<TestPage>;
  close(): Promise<void>;
}

/** A page, and what went wrong in it. */
export interface TestPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Empty where all is well: every test ends by expecting that. */
  readonly faults: string[];
}

/**
 * Starts Chromium.
 *
 * @param hasScrollbars - Bars take room, as they do for people. @default true
 */
export async function launch(executablePath: string, hasScrollbars = true): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "hookwright-browser-"));
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    ignoreDefaultArgs: hasScrollbars ? ["--hide-scrollbars"] : [],
    args: FLAGS,
    env: { ...process.env, HOME: folder },
  });
  return {
    async open(look = {}) {
      const context = await browser.newContext({
        viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
        colorScheme: look.scheme ?? "light",
        timezoneId: look.timezone ?? "Europe/Berlin",
        locale: "en-GB",
        reducedMotion: "reduce",
        permissions: ["clipboard-read", "clipboard-write"],
      });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
      page.on("console", (message) => {
        // What a test provokes the server to refuse is told by Chromium, too, and is no fault of the page.
        if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
        faults.push(`console: ${message.text()}`);
      });
      await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) => {
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`);
        });
      });
      return { page, context, faults };
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
