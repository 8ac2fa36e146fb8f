import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import {
  axeViolations,
  describeInBrowser,
  OWNER,
  overflow,
  type PortalSystem,
} from "../../support/browser/index.js";

const SCOPE = "organization:acme/signin:lobby";

async function delivered(system: PortalSystem, more: object = {}) {
  const endpoint = await system.endpoint();
  endpoint.answer = () => ({
    status: 500,
    body: "<h1>It is <b>away</b></h1>",
    headers: { "content-type": "text/html", "x-answer": "yes" },
  });
  const { subscription } = await system.webhooks.subscriptions.create({
    scope: SCOPE,
    name: "Splunk",
    url: endpoint.url,
    events: ["signin.session.*"],
    enabled: true,
    autoDisable: "never",
    headers: { "x-token": "hidden-value" },
    ...more,
  });
  await system.webhooks.publish(
    "signin.session.created",
    { sessionId: "ses_1", device: "aa:bb:cc:00:11:22", policy: { id: "pol_1", name: "Gäste" } },
    { scope: SCOPE },
  );
  await system.webhooks.runUntilIdle();
  const { items } = await system.webhooks.deliveries.list({ subscriptionId: subscription.id });
  const id = items[0]?.id ?? "";
  return { endpoint, subscription, id, at: `subscriptions/${subscription.id}/deliveries/${id}` };
}

describeInBrowser("a delivery", (browser) => {
  it("shows its facts, its payload and its attempts, in words that help", async () => {
    const { system } = browser;
    const { id, at } = await delivered(system);
    const { payload, eventIds } = await system.webhooks.deliveries.get(id);
    const page = await browser.open(at);
    await page.getByRole("heading", { name: "Delivery", exact: true }).waitFor();
    const facts = await page.getByRole("article").innerText();
    for (const part of [
      "Retrying",
      id,
      eventIds[0] ?? "",
      "The endpoint answered 500.",
      "Instant: one event",
    ]) {
      expect(facts).toContain(part);
    }
    expect(facts).toMatch(/in (59 min|1 h)/);
    await page.getByRole("button", { name: "Copy: Event id" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(eventIds[0]);
    const current = page.getByRole("navigation", { name: "Views of this webhook" }).locator("[aria-current]");
    expect(await current.innerText()).toBe("Recent deliveries");

    const tree = page.getByRole("tree");
    await tree.getByText('"Gäste"').waitFor();
    await page.getByRole("button", { name: "Copy: Body as it was sent" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(payload);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("tab", { name: "Raw" }).click();
    expect(await page.locator("pre").first().textContent()).toBe(payload);
    await page.getByText(`${Buffer.byteLength(payload ?? "")} bytes, exactly as it was sent`).waitFor();

    const attempt = page.getByRole("region", { name: "Attempt 1", exact: true });
    await attempt.getByText("HTTP 500").waitFor();
    await attempt.getByText("Something failed at the endpoint. Its log says what.").waitFor();
    await attempt.getByText(/^Completed in .+ seconds\.$/).waitFor();
    await attempt.getByRole("row", { name: "x-token [redacted]" }).waitFor();
    await attempt.getByRole("row", { name: `webhook-id ${eventIds[0]}` }).waitFor();
    await attempt.getByRole("tab", { name: "Request" }).press("ArrowRight");
    await attempt.getByRole("row", { name: "x-answer yes" }).waitFor();
    expect(await attempt.locator("pre").textContent()).toBe("<h1>It is <b>away</b></h1>");
    expect(await attempt.locator("h1, b").count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
  });

  it("has a tree that the keyboard opens and closes, and that stays so while it is read anew", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await delivered(system);
    const page = await browser.open(at);
    const tree = page.getByRole("tree");
    const root = tree.getByRole("button").first();
    await root.focus();
    await page.keyboard.press("ArrowDown");
    const data = tree.getByRole("button").nth(1);
    expect(await data.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await tree.getByText('"Gäste"').waitFor({ state: "detached" });
    const response = page.getByRole("tab", { name: "Response" });
    await response.click();

    endpoint.answer = () => ({ status: 204 });
    await system.webhooks.deliveries.retry(id);
    await page.getByRole("heading", { name: "Attempt 2" }).waitFor();
    await page.getByText("The endpoint took it.").waitFor();
    expect(await data.getAttribute("aria-expanded")).toBe("false");
    const first = page.getByRole("region", { name: "Attempt 1", exact: true });
    expect(await first.getByRole("tab", { name: "Response" }).getAttribute("aria-selected")).toBe("true");
    await data.press("Space");
    await tree.getByText('"Gäste"').waitFor();
  });

  it("is tried once more by hand, whether it is open or closed", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await delivered(system);
    const page = await browser.open(at);
    endpoint.answer = () => ({ status: 200, body: "ok" });
    await page.getByRole("button", { name: "Try now" }).press("Enter");
    await page.getByText("One more attempt is on its way").waitFor();
    await page.getByRole("heading", { name: "Attempt 2" }).waitFor();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    expect(await system.webhooks.deliveries.get(id)).toMatchObject({ status: "delivered", attempts: 2 });
    expect(await page.getByRole("button", { name: "Call off" }).count()).toBe(0);
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("heading", { name: "Attempt 3" }).waitFor();
    expect(endpoint.got.map(({ headers }) => headers["webhook-id"])).toEqual(
      Array(3).fill(endpoint.got[0]?.headers["webhook-id"]),
    );
  });

  it("is called off after a question, and not where that is declined", async () => {
    const { system } = browser;
    const { id, at, subscription } = await delivered(system);
    await system.webhooks.subscriptions.disable(subscription.id);
    const page = await browser.open(at);
    await page.getByText("When the webhook is enabled again").waitFor();
    await page.getByRole("button", { name: "Call off" }).click();
    const dialog = page.getByRole("alertdialog", { name: `Call off delivery ${id}?` });
    await dialog.waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect((await system.webhooks.deliveries.get(id)).status).toBe("failed");
    await page.getByRole("button", { name: "Call off" }).click();
    await dialog.getByRole("button", { name: "Call off" }).click();
    await page.getByText("The delivery was called off").waitFor();
    await page.getByText("It was called off.").waitFor();
    expect((await system.webhooks.deliveries.get(id)).status).toBe("cancelled");
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByText("One more attempt is made when the webhook is enabled").waitFor();
  });

  it("says why an action was refused", async () => {
    const { system } = browser;
    const { id, at } = await delivered(system);
    const page = await browser.open(at);
    await page.getByRole("button", { name: "Call off" }).click();
    await system.webhooks.deliveries.cancel(id);
    await page.getByRole("alertdialog").getByRole("button", { name: "Call off" }).click();
    await page.getByText("This delivery is cancelled already.").waitFor();
  });

  it("of a large body shows the beginning, and gives all of it as a file", async () => {
    const { system } = browser;
    const { id: none, subscription } = await delivered(system, {
      type: "batch",
      batch: { maxEvents: 1_000 },
    });
    expect(none).toBe("");
    await system.webhooks.publishMany(
      Array.from({ length: 3 }, () => ({
        type: "signin.session.created" as const,
        scope: SCOPE,
        data: { sessionId: "é".repeat(50_000), device: "aa:bb:cc:00:11:22" },
      })),
    );
    await system.webhooks.subscriptions.flush(subscription.id);
    await system.webhooks.runUntilIdle();
    const { items } = await system.webhooks.deliveries.list({ subscriptionId: subscription.id });
    const id = items[0]?.id ?? "";
    const at = `subscriptions/${subscription.id}/deliveries/${id}`;
    const page = await browser.open(at);
    await page.getByText("The body is large: only its first 64 KiB are shown.").waitFor();
    expect(await page.getByRole("tree").count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download all of it" }).click(),
    ]);
    const { payload } = await system.webhooks.deliveries.get(id);
    expect(download.suggestedFilename()).toBe(`${id}.txt`);
    expect(await readFile(await download.path(), "utf8")).toBe(payload);
  });

  it("of a body that is several objects, and of an answer that was cut off, shows what there is", async () => {
    const { system } = browser;
    const { endpoint, id, at } = await delivered(system, {
      type: "batch",
      format: "splunk",
      batch: { maxEvents: 1_000 },
    });
    expect(id).toBe("");
    endpoint.answer = () => ({ status: 301, body: "x".repeat(40_000) });
    await system.webhooks.publish(
      "signin.session.created",
      { sessionId: "ses_2", device: "aa:bb:cc:00:11:22" },
      { scope: SCOPE },
    );
    const subscriptionId = at.split("/")[1] ?? "";
    await system.webhooks.subscriptions.flush(subscriptionId);
    await system.webhooks.runUntilIdle();
    const { items } = await system.webhooks.deliveries.list({ subscriptionId });
    const page = await browser.open(at + items[0]?.id);
    await page.getByText("Batch: one flush").waitFor();
    const { payload } = await system.webhooks.deliveries.get(items[0]?.id ?? "");
    expect(await page.locator("pre").first().textContent()).toBe(payload);
    expect(await page.getByRole("tree").count()).toBe(0);
    await page.getByText("Redirects are never followed").waitFor();
    await page.getByRole("tab", { name: "Response" }).click();
    await page.getByText("It was cut off after 16 KiB; the rest was not kept.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it("that got no answer says so; a reader sees no buttons that write", async () => {
    const { system } = browser;
    const { id, at, subscription } = await delivered(system, { url: "http://127.0.0.1:9/in" });
    system.authorization = { ...OWNER, permissions: ["read"] };
    const page = await browser.open(at);
    await page.getByText("No answer", { exact: true }).waitFor();
    await page.getByText("The endpoint could not be reached, or its address is not allowed.").waitFor();
    await page.getByRole("tab", { name: "Response" }).click();
    await page.getByText("No answer came, so that there is nothing to show.").waitFor();
    for (const name of ["Try now", "Call off"])
      expect(await page.getByRole("button", { name }).count()).toBe(0);

    const other = await delivered(system);
    await page.goto(`${system.url}subscriptions/${other.subscription.id}/deliveries/${id}`);
    await page.getByRole("heading", { name: "This delivery is not there" }).waitFor();
    await page.goto(`${system.url}subscriptions/${subscription.id}/deliveries/dlv_none`);
    await page.getByRole("heading", { name: "This delivery is not there" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it("says what went wrong, and tries again", async () => {
    const { system } = browser;
    const { at } = await delivered(system);
    const page = await browser.open();
    let isAway = true;
    const body = JSON.stringify({ code: "FORBIDDEN", title: "Forbidden", status: 403, detail: "No." });
    await page.route(/\/api\/deliveries\/dlv/, (route) =>
      isAway
        ? route.fulfill({ status: 403, contentType: "application/problem+json", body })
        : route.continue(),
    );
    await page.goto(system.url + at);
    await page.getByText("This could not be loaded").waitFor();
    isAway = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Attempt 1" }).waitFor();
    isAway = true;
    await page.getByText("Could not be read again; what you see may be old.").waitFor();
  });
});
