import { expect, it } from "vitest";
import {
  axeViolations,
  describeInBrowser,
  OWNER,
  overflow,
  type PortalSystem,
} from "../../support/browser/index.js";

const SCOPE = "organization:acme/signin:lobby";

async function waiting(system: PortalSystem, count: number, more: object = {}) {
  const endpoint = await system.endpoint();
  const { subscription } = await system.webhooks.subscriptions.create({
    scope: SCOPE,
    name: "SIEM archive",
    type: "batch",
    url: endpoint.url,
    events: ["signin.session.*"],
    enabled: true,
    batch: { maxEvents: 1_000, intervalMinutes: 20 },
    ...more,
  });
  const publish = (many: number) =>
    system.webhooks.publishMany(
      Array.from({ length: many }, (_, index) => ({
        type: "signin.session.created" as const,
        scope: SCOPE,
        data: { sessionId: `ses_${index}`, device: "aa:bb:cc:00:11:22" },
      })),
    );
  const published = await publish(count);
  return {
    endpoint,
    publish,
    published,
    id: subscription.id,
    at: `subscriptions/${subscription.id}/pending`,
  };
}

describeInBrowser("pending events", (browser) => {
  it("are shown with their countdown, grow by themselves, and are flushed by keyboard", async () => {
    const { system } = browser;
    const { endpoint, publish, published, id, at } = await waiting(system, 3);
    const page = await browser.open(at);
    const rows = page.getByRole("table").getByRole("row");
    await expect.poll(() => rows.count()).toBe(4);
    const first = await rows.nth(1).innerText();
    for (const part of ["signin.session.created", published[0]?.id ?? "", SCOPE])
      expect(first).toContain(part);
    await page.getByText("3 events", { exact: true }).waitFor();
    await page.getByText(/^in 19 min \d+ s$/).waitFor();
    await page.getByText("or as soon as 1,000 events or 4 MiB wait.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
    const before = await rows.nth(1).boundingBox();
    await publish(1);
    await expect.poll(() => rows.count(), { timeout: 6_000 }).toBe(5);
    expect(await rows.nth(1).boundingBox()).toEqual(before);

    await page.getByRole("button", { name: "Flush now" }).press("Enter");
    await page.getByText("4 events were sent on").waitFor();
    await page.getByRole("heading", { name: "Nothing is waiting" }).waitFor();
    await page.getByText("sent as one delivery when the oldest has waited 20 minutes").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await expect.poll(() => endpoint.got.length).toBe(1);
    const { items } = await system.webhooks.deliveries.list({ subscriptionId: id });
    expect(items.map(({ eventIds }) => eventIds.length)).toEqual([4]);
  });

  it("come page by page, and as cards where there is no room", async () => {
    const { system } = browser;
    const { at } = await waiting(system, 60);
    const page = await browser.open(at);
    const rows = page.getByRole("table").getByRole("row");
    await expect.poll(() => rows.count()).toBe(51);
    await page.getByText("at least 50 events").waitFor();
    await page.getByRole("button", { name: "Load more" }).click();
    await expect.poll(() => rows.count()).toBe(61);
    await page.getByText("60 events", { exact: true }).waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    await expect
      .poll(() => page.getByRole("list", { name: "Table of pending events" }).getByRole("listitem").count())
      .toBe(60);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it("wait while the webhook is disabled, and cannot be flushed then", async () => {
    const { system } = browser;
    const { id, at } = await waiting(system, 2);
    await system.webhooks.subscriptions.disable(id);
    const page = await browser.open(at);
    await page.getByText("They wait until the webhook is enabled.").waitFor();
    const flush = page.getByRole("button", { name: "Flush now" });
    expect(await flush.count()).toBe(0);
    await system.webhooks.subscriptions.enable(id);
    await flush.waitFor();
  });

  it("are for batch webhooks; a reader sees no button", async () => {
    const { system } = browser;
    const { at } = await waiting(system, 1);
    const instant = await waiting(system, 0, { type: "event", batch: undefined });
    system.authorization = { ...OWNER, permissions: ["read"] };
    const page = await browser.open(at);
    await page.getByRole("table").waitFor();
    expect(await page.getByRole("button", { name: "Flush now" }).count()).toBe(0);
    await page.goto(system.url + instant.at);
    await page.getByRole("heading", { name: "This webhook sends each event at once" }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Recent deliveries" }).last().click();
    await page.getByRole("heading", { name: "Recent deliveries", exact: true }).waitFor();
  });

  it("say what went wrong, and try again", async () => {
    const { system } = browser;
    const { at } = await waiting(system, 1);
    const page = await browser.open();
    let isAway = true;
    const body = JSON.stringify({ code: "FORBIDDEN", title: "Forbidden", status: 403, detail: "No." });
    await page.route(/\/pending-events/, (route) =>
      isAway
        ? route.fulfill({ status: 403, contentType: "application/problem+json", body })
        : route.continue(),
    );
    await page.goto(system.url + at);
    await page.getByText("This could not be loaded").waitFor();
    isAway = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 event", { exact: true }).waitFor();
    isAway = true;
    await page.getByText("Could not be read again; what you see may be old.").waitFor();
    await page.unroute(/\/pending-events/);
    await page.route(/\/flush/, (route) =>
      route.fulfill({ status: 403, contentType: "application/problem+json", body }),
    );
    await page.getByRole("button", { name: "Flush now" }).click();
    await page.getByText("That did not work").waitFor();
  });
});
