import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import {
  axeViolations,
  describeInBrowser,
  overflow,
  type PortalSystem,
} from "../../support/browser/index.js";

const SCOPE = "organization:acme/signin:lobby";

async function busy(system: PortalSystem) {
  const endpoint = await system.endpoint();
  const { subscription } = await system.webhooks.subscriptions.create({
    scope: SCOPE,
    name: "Splunk",
    url: endpoint.url,
    events: ["signin.session.*"],
    enabled: true,
    autoDisable: "never",
  });
  async function publish() {
    await system.webhooks.publish(
      "signin.session.created",
      { sessionId: "ses_1", device: "aa:bb:cc:00:11:22" },
      { scope: SCOPE },
    );
    await system.webhooks.runUntilIdle();
  }
  return { endpoint, publish, id: subscription.id, at: `subscriptions/${subscription.id}/activity` };
}

/** The colours that a drawing holds: whether it was drawn, and with what. */
function coloursOf(page: Page, index: number): Promise<string[]> {
  return page.evaluate((which) => {
    const canvas = document.querySelectorAll("canvas").item(which);
    const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const found = new Set<string>();
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3] === 255) found.add([pixels[at], pixels[at + 1], pixels[at + 2]].join(" "));
    }
    return [...found];
  }, index);
}

/** The same, of a token of the styles. */
function colourOf(page: Page, token: string): Promise<string> {
  return page.evaluate((name) => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(" ");
  }, token);
}

describeInBrowser("activity", (browser) => {
  it("is told as totals, as charts in the colours of the scheme, and as a table", async () => {
    const { system } = browser;
    const { endpoint, publish, at } = await busy(system);
    for (let count = 0; count < 3; count++) await publish();
    endpoint.answer = () => ({ status: 500 });
    await publish();
    const page = await browser.open(at);
    const totals = page.getByRole("region", { name: "Totals" });
    await totals.getByText("75 %").waitFor();
    const said = (await totals.innerText()).replaceAll("\n", " ");
    expect(said).toMatch(/Delivered 3 Failed 1 1 of them retrying Success rate 75 % .+ \d+ ms half within/);
    const row = page.getByRole("table").getByRole("row").nth(1);
    expect(await row.innerText()).toMatch(/^\w{3} \d\d:00\s+3\s+1\s+0\s+0\s+[\d.]+ ms\s+[\d.]+ ms$/);
    await expect.poll(() => page.locator("canvas").count()).toBe(2);
    expect(await page.locator(".activity-chart[aria-hidden=true] canvas").count()).toBe(2);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [index, tokens] of [
        [0, ["--good", "--bad"]],
        [1, ["--info", "--warn"]],
      ] as const) {
        for (const token of tokens) {
          await expect
            .poll(() => coloursOf(page, index), { message: token })
            .toContain(await colourOf(page, token));
        }
      }
    }
    expect(await axeViolations(page)).toEqual([]);
    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      await expect
        .poll(() => page.evaluate(() => document.querySelector(".uplot")?.clientWidth))
        .toBe(await page.evaluate(() => document.querySelector(".activity-chart")?.clientWidth));
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
  });

  it("has ranges with addresses, chosen by keyboard, and teaches where there is nothing", async () => {
    const { system } = browser;
    const { at } = await busy(system);
    const page = await browser.open(at);
    await page.getByRole("heading", { name: "Nothing was sent in the last 24 hours" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const ranges = page.getByRole("navigation", { name: "Time range" });
    for (const [name, range, words] of [
      ["1 hour", "1h", "the last hour"],
      ["3 days", "3d", "the last 3 days"],
    ] as const) {
      await ranges.getByRole("link", { name }).press("Enter");
      await page.getByRole("heading", { name: `Nothing was sent in ${words}` }).waitFor();
      expect(new URL(page.url()).search).toBe(`?range=${range}`);
      expect(await ranges.locator("[aria-current]").innerText()).toBe(name);
    }
    await page.getByRole("main").getByRole("link", { name: "Recent deliveries" }).last().click();
    await page.getByRole("heading", { name: "Nothing has been sent yet" }).waitFor();
  });

  it("says from when on it counts, where there was too much", async () => {
    const { system } = browser;
    const { publish, at } = await busy(system);
    await publish();
    const page = await browser.open();
    await page.route(/\/statistics\?/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), complete: false } });
    });
    await page.goto(`${system.url}${at}?range=1h`);
    await page.getByText("There were too many deliveries to count them all").waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it("says so where the store keeps none, and what went wrong", async () => {
    const { system } = browser;
    const { publish, at } = await busy(system);
    await publish();
    const page = await browser.open();
    let problem: { code: string; status: number } | null = { code: "INVALID_STATE", status: 409 };
    await page.route(/\/statistics\?/, (route) =>
      problem === null
        ? route.continue()
        : route.fulfill({
            status: problem.status,
            contentType: "application/problem+json",
            body: JSON.stringify({ ...problem, title: "None", detail: "None." }),
          }),
    );
    await page.goto(system.url + at);
    await page.getByRole("heading", { name: "This system keeps no statistics" }).waitFor();
    problem = { code: "FORBIDDEN", status: 403 };
    await page.reload();
    await page.getByText("This could not be loaded").waitFor();
    problem = null;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("100 %").waitFor();
  });
});
