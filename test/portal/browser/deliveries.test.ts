import { expect, it } from "vitest";
import {
  axeViolations,
  describeInBrowser,
  OWNER,
  overflow,
  type PortalSystem,
  type TestEndpoint,
} from "../../support/browser/index.js";

const SCOPE = "organization:acme/signin:lobby";
const TYPE = "signin.session.created";

async function subscribed(system: PortalSystem, more: object = {}) {
  const endpoint = await system.endpoint();
  const { subscription } = await system.webhooks.subscriptions.create({
    scope: SCOPE,
    name: "Splunk",
    url: endpoint.url,
    events: ["signin.session.*"],
    enabled: true,
    autoDisable: "never",
    ...more,
  });
  return { endpoint, id: subscription.id, at: `subscriptions/${subscription.id}/deliveries` };
}

async function publish(system: PortalSystem, count = 1): Promise<string[]> {
  const published = await system.webhooks.publishMany(
    Array.from({ length: count }, (_, index) => ({
      type: TYPE,
      scope: SCOPE,
      data: { sessionId: `ses_${index}`, device: "aa:bb:cc:00:11:22" },
    })),
  );
  await system.webhooks.runUntilIdle();
  return published.map(({ id }) => id);
}

const fails = (endpoint: TestEndpoint) => {
  endpoint.answer = () => ({ status: 500, body: "away" });
};

describeInBrowser("recent deliveries", (browser) => {
  it("are listed, found by status and by id, and open", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await subscribed(system);
    await publish(system, 2);
    fails(endpoint);
    const [failing = ""] = await publish(system);
    const page = await browser.open(at);
    const table = page.getByRole("table");
    const rows = table.getByRole("row");
    await expect.poll(() => rows.count()).toBe(4);
    const first = await rows.nth(1).innerText();
    for (const part of ["Retrying", TYPE, "dlv_", "500", "Answered with an error"]) {
      expect(first).toContain(part);
    }
    // The first of the hour is "in 1 hour".
    expect(first).toMatch(/in (59 minutes|1 hour)/);
    expect(await rows.nth(2).innerText()).toContain("Completed");
    await page.getByText("Each is kept for 3 days after its last attempt.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }

    await page.getByLabel("Status").selectOption("Retrying");
    await expect.poll(() => rows.count()).toBe(2);
    expect(new URL(page.url()).search).toBe("?status=failed");
    await table.getByRole("link").click();
    await page.getByRole("heading", { name: "Attempt 1" }).waitFor();
    await page.getByRole("link", { name: "Recent deliveries" }).last().click();
    expect(new URL(page.url()).search).toBe("?status=failed");
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => rows.count()).toBe(4);

    const search = page.getByRole("searchbox", { name: "Event or delivery id" });
    await search.fill(` ${failing} `);
    await search.press("Enter");
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(1).innerText()).toContain("Retrying");
    expect(new URL(page.url()).search).toBe(`?event=${failing}`);
    await search.fill("evt_none");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByRole("heading", { name: "No delivery is like that" }).waitFor();

    const { items } = await system.webhooks.deliveries.list({ subscriptionId: id });
    const [newest] = items;
    await search.fill(newest?.id ?? "");
    await search.press("Enter");
    await page.getByRole("heading", { name: "Attempt 1" }).waitFor();
    expect(page.url()).toContain(`/deliveries/${newest?.id}`);
  });

  it("are cards where there is no room for a table", async () => {
    const { system } = browser;
    const { endpoint, at } = await subscribed(system);
    fails(endpoint);
    await publish(system, 2);
    const page = await browser.open(at, { width: 360 });
    const cards = page.getByRole("list", { name: "Recent deliveries" }).getByRole("listitem");
    await expect.poll(() => cards.count()).toBe(2);
    expect(await page.getByRole("table").count()).toBe(0);
    expect(await cards.first().innerText()).toContain("Answered with an error");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("let new ones in at once where nobody reads, else hold them back, and change in place", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await subscribed(system);
    fails(endpoint);
    await publish(system);
    const page = await browser.open(at);
    const rows = page.getByRole("table").getByRole("row");
    await expect.poll(() => rows.count()).toBe(2);
    await publish(system);
    await expect.poll(() => rows.count(), { timeout: 6_000 }).toBe(3);

    await rows.nth(1).hover();
    const before = await rows.nth(1).boundingBox();
    const text = await rows.nth(1).innerText();
    await publish(system, 2);
    const fresh = page.getByRole("button", { name: "2 new deliveries" });
    await fresh.waitFor();
    expect(await rows.count()).toBe(3);
    expect(await rows.nth(1).innerText()).toBe(text);
    expect(await rows.nth(1).boundingBox()).toEqual(before);

    const { items } = await system.webhooks.deliveries.list({ subscriptionId: id });
    await system.webhooks.deliveries.cancel(items[2]?.id ?? "");
    await expect.poll(() => rows.nth(1).innerText(), { timeout: 6_000 }).toContain("Cancelled");
    expect(await rows.count()).toBe(3);

    await fresh.click();
    await expect.poll(() => rows.count()).toBe(5);
    expect(await page.getByRole("button", { name: /new deliver/ }).count()).toBe(0);
  });

  it("hold new ones back while something in the list has the focus or the list is scrolled", async () => {
    const { system } = browser;
    const { at } = await subscribed(system);
    await publish(system, 30);
    const page = await browser.open(at);
    const rows = page.getByRole("table").getByRole("row");
    await expect.poll(() => rows.count()).toBe(31);
    await rows.nth(1).getByRole("link").focus();
    await publish(system);
    const fresh = page.getByRole("button", { name: "1 new delivery" });
    await fresh.waitFor();
    await fresh.click();
    await expect.poll(() => rows.count()).toBe(32);
    await page.mouse.move(5, 5);
    await page.evaluate(() => scrollTo(0, 700));
    const before = await rows.nth(20).boundingBox();
    await publish(system);
    await fresh.waitFor({ state: "attached" });
    expect(await rows.nth(20).boundingBox()).toEqual(before);
  });

  it("come page by page", async () => {
    const { system } = browser;
    const { at } = await subscribed(system);
    await publish(system, 60);
    const page = await browser.open(at);
    const rows = page.getByRole("table").getByRole("row");
    await expect.poll(() => rows.count()).toBe(51);
    await page.getByRole("button", { name: "Load more" }).click();
    await expect.poll(() => rows.count()).toBe(61);
    expect(await page.getByRole("button", { name: "Load more" }).count()).toBe(0);
    await publish(system);
    await page.getByRole("button", { name: "1 new delivery" }).waitFor();
    expect(await rows.count()).toBe(61);
  });

  it("a test event is sent by keyboard alone, and its outcome is told", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await subscribed(system, { events: ["signin.session.*", "signin.dhcp.*"] });
    const page = await browser.open(at);
    const open = page.getByRole("button", { name: "Send test event" });
    await page.getByRole("heading", { name: "Nothing has been sent yet" }).waitFor();
    await open.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Send a test event to Splunk" });
    const types = dialog.getByLabel("Event type");
    await types.waitFor();
    const options = await types.getByRole("option").allInnerTexts();
    expect(options).toContain(TYPE);
    expect(options.every((type) => /^signin\.(session|dhcp)\./.test(type))).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
    await types.focus();
    const wanted = options.at(-1) ?? "";
    await types.selectOption(wanted);
    await dialog.getByRole("button", { name: "Send" }).focus();
    await page.keyboard.press("Space");
    await dialog.getByText("The endpoint took it (HTTP 204).").waitFor();
    expect(JSON.parse(endpoint.got[0]?.body ?? "")).toMatchObject({ type: wanted });
    expect(await axeViolations(page)).toEqual([]);

    endpoint.answer = () => ({ status: 418 });
    await dialog.getByRole("button", { name: "Send again" }).press("Enter");
    await dialog.getByText("The endpoint answered 418.").waitFor();
    await dialog.getByRole("link", { name: "See what was sent and answered" }).press("Enter");
    await page.getByText("Test: tried once, counts for nothing").waitFor();
    const { items } = await system.webhooks.deliveries.list({ subscriptionId: id });
    expect(items.map(({ kind, status }) => [kind, status])).toEqual([
      ["test", "exhausted"],
      ["test", "delivered"],
    ]);
    expect(page.url()).toContain(items[0]?.id);
  });

  it("what was missed is brought back, at a moment that is one", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await subscribed(system);
    await system.webhooks.subscriptions.disable(id);
    await publish(system, 3);
    const page = await browser.open(at);
    await page.getByText("This webhook is disabled: events are not queued").waitFor();
    await page.getByRole("button", { name: "Recover" }).click();
    const dialog = page.getByRole("dialog");
    const since = dialog.getByLabel("Since");
    await dialog
      .getByText("Your time, Europe/Berlin. Events older than 3 days are no longer kept.")
      .waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const go = dialog.getByRole("button", { name: "Recover" });
    for (const wrong of ["", "2999-01-01T00:00"]) {
      await since.fill(wrong);
      await go.click();
      await dialog.getByText("Choose a date and a time in the past.").waitFor();
      expect(await since.getAttribute("aria-invalid")).toBe("true");
    }
    const values: string[] = [];
    for (const name of ["The last 24 hours", "The last hour", "Since it was disabled"]) {
      await dialog.getByRole("button", { name }).click();
      values.push(await since.inputValue());
    }
    expect(new Set(values).size).toBe(3);
    await go.click();
    await dialog.getByText("3 events were brought back. They wait until the webhook is enabled.").waitFor();
    await go.click();
    await dialog.getByText("There was nothing to bring back.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(endpoint.got).toEqual([]);
    await system.webhooks.subscriptions.enable(id);
    await expect.poll(() => endpoint.got.length).toBe(3);
  });

  it("a webhook without a URL says what to do first; a reader sees nothing that writes", async () => {
    const { system } = browser;
    const { id, at } = await subscribed(system);
    const { subscription: draft } = await system.webhooks.subscriptions.create({
      scope: SCOPE,
      name: "Draft",
    });
    const page = await browser.open(`subscriptions/${draft.id}/deliveries`);
    await page.getByText("It has no URL yet. Enter one under Settings first.").waitFor();
    await page.getByRole("button", { name: "Send test event" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Enter one under Settings, then send a test.").waitFor();
    await dialog.getByText("has an example").waitFor();
    expect(await dialog.getByRole("button", { name: "Send" }).count()).toBe(0);

    system.authorization = { ...OWNER, permissions: ["read"] };
    await publish(system);
    const reader = await browser.open(at);
    await reader.getByRole("table").waitFor();
    for (const name of ["Send test event", "Recover"]) {
      expect(await reader.getByRole("button", { name }).count()).toBe(0);
    }
    expect((await system.webhooks.deliveries.list({ subscriptionId: id })).items).toHaveLength(1);
  });

  it("say what went wrong, and try again", async () => {
    const { system } = browser;
    const { at } = await subscribed(system);
    await publish(system);
    const page = await browser.open();
    const address = /\/api\/deliveries\?/;
    let isAway = true;
    await page.route(address, (route) =>
      isAway
        ? route.fulfill({ status: 404, contentType: "application/problem+json", body: PROBLEM })
        : route.continue(),
    );
    await page.goto(system.url + at);
    await page.getByText("This could not be loaded").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    isAway = false;
    await page.getByRole("button", { name: "Try again" }).click();
    const rows = page.getByRole("table").getByRole("row");
    await expect.poll(() => rows.count()).toBe(2);
    const before = await rows.nth(1).boundingBox();
    isAway = true;
    await page.getByText("Could not be read again; what you see may be old.").waitFor();
    expect(await rows.nth(1).boundingBox()).toEqual(before);
  });
});

const PROBLEM = JSON.stringify({ code: "NOT_FOUND", title: "Not found", status: 404, detail: "Gone." });
