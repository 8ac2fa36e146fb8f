import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { type Look, launch, type TestBrowser, type TestPage } from "./browser.js";
import { type PortalSystem, type PortalSystemOptions, startPortal } from "./portal.js";
import { tool } from "./tool.js";

export { axeViolations, overflow } from "./axe.js";
export { OWNER, type PortalSystem, type TestEndpoint } from "./portal.js";

/** What a browser test works with: made anew for each test. */
export interface BrowserTest {
  readonly system: PortalSystem;
  /** Opens an address below the portal in a page of its own. */
  open(path?: string, look?: Look): Promise<TestPage["page"]>;
}

/**
 * Tests in a real browser against a live system. Each test has a system and pages of its own; a test fails for whatever
 * went wrong in one of its pages: an error of a script, a line of error in the console, a breach of the security policy.
 */
export function describeInBrowser(
  name: string,
  tests: (browser: BrowserTest) => void,
  options: PortalSystemOptions = {},
): void {
  describe(name, () => {
    let browser: TestBrowser | null = null;
    let system: PortalSystem | null = null;
    let pages: TestPage[] = [];

    beforeAll(async () => {
      const path = await tool("chromium");
      browser = path === null ? null : await launch(path);
    }, 300_000);
    afterAll(() => browser?.close());
    beforeEach(async (context) => {
      if (browser === null) return context.skip("there is no Chromium");
      system = await startPortal(options);
    });
    afterEach(async () => {
      const faults = pages.flatMap((page) => page.faults);
      await Promise.all(pages.map(({ context }) => context.close()));
      pages = [];
      await system?.close();
      system = null;
      expect(faults, "what went wrong in the pages").toEqual([]);
    });

    tests({
      get system() {
        if (system === null) throw new Error("The system is there during a test only.");
        return system;
      },
      async open(path = "", look = {}) {
        if (browser === null || system === null) throw new Error("The browser is there during a test only.");
        const opened = await browser.open(look);
        pages.push(opened);
        await opened.page.goto(system.url + path);
        return opened.page;
      },
    });
  });
}
