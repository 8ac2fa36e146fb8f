import { expect, it } from "vitest";
import { axeViolations, describeInBrowser, OWNER, overflow } from "../../support/browser/index.js";

describeInBrowser("creating a webhook", (browser) => {
  it("makes a disabled one, leads to its settings, and shows its secret once", async () => {
    const { system } = browser;
    const page = await browser.open();
    await page.getByRole("link", { name: "Create webhook" }).click();
    const instant = page.getByRole("radio", { name: "Instant Event Delivery" });
    await instant.waitFor();
    expect(await instant.isChecked()).toBe(true);
    await page.getByText("Recommended").waitFor();
    await page.getByLabel("Name").fill("  Splunk ");
    // The whole card is its label.
    const box = await page.getByText("your endpoint prefers few large requests").boundingBox();
    await page.mouse.click((box?.x ?? 0) + 20, (box?.y ?? 0) + 5);
    expect(await page.getByRole("radio", { name: "Batch Delivery" }).isChecked()).toBe(true);
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("heading", { level: 1, name: "Splunk" }).waitFor();
    const { items } = await system.webhooks.subscriptions.list();
    expect(items).toMatchObject([
      { name: "Splunk", type: "batch", enabled: false, url: null, events: [], createdBy: OWNER.actor },
    ]);
    expect(page.url()).toBe(`${system.url}subscriptions/${items[0]?.id}`);
    const secret = page.getByRole("region", { name: "Signing secret" }).getByText(/^whsec_/);
    await secret.waitFor();
    await page.getByText("Splunk is created").waitFor();
    // The empty form is not in the way back.
    await page.goBack();
    await page.getByRole("link", { name: "Splunk" }).waitFor();
    expect(page.url()).toBe(system.url);
  });

  it("works by keyboard alone", async () => {
    const page = await browser.open("new");
    await page.getByRole("radio", { name: "Instant Event Delivery" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await page.getByLabel("Name").evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type("Ops Slack");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Ops Slack" }).waitFor();
    const { items } = await browser.system.webhooks.subscriptions.list();
    expect(items).toMatchObject([{ name: "Ops Slack", type: "batch" }]);
  });

  it("says what is wrong with the name in the API's words, beside it, and keeps what was typed", async () => {
    const page = await browser.open("new");
    const name = page.getByLabel("Name");
    await page.getByRole("radio", { name: "Batch Delivery" }).click();
    for (const [typed, message] of [
      ["", "Must have 3 to 125 characters."],
      ["ab", "Must have 3 to 125 characters."],
      ["x".repeat(126), "Must have 3 to 125 characters."],
      ["Splunk!", "Must be letters, digits, spaces, - _ or . with no space at either end."],
    ] as const) {
      await name.fill(typed);
      await page.getByRole("button", { name: "Create webhook" }).click();
      await page.getByText(message).waitFor();
      await expect
        .poll(() => name.evaluate((field) => [field === document.activeElement, field.ariaInvalid]))
        .toEqual([true, "true"]);
      expect(await name.inputValue()).toBe(typed);
    }
    expect(await name.evaluate((field) => field.getAttribute("aria-describedby") !== null)).toBe(true);
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await name.fill("Splunk");
    await name.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Splunk" }).waitFor();
    const { items } = await browser.system.webhooks.subscriptions.list();
    expect(items).toMatchObject([{ name: "Splunk", type: "batch" }]);
  });

  it("creates one for many presses, and for a try after the answer was lost", async () => {
    const { system } = browser;
    const page = await browser.open("new");
    await page.getByLabel("Name").fill("Splunk");
    // Both before the page can draw that it is busy.
    await page.getByRole("button", { name: "Create webhook" }).evaluate((button) => {
      (button as HTMLButtonElement).click();
      (button as HTMLButtonElement).click();
    });
    await page.getByRole("heading", { level: 1, name: "Splunk" }).waitFor();
    await page.getByText(/^whsec_/).waitFor();
    expect((await system.webhooks.subscriptions.list()).items.length).toBe(1);

    await page.goto(`${system.url}new`);
    let isLost = true;
    const keys = new Set<string | undefined>();
    await page.route("**/api/subscriptions", async (route) => {
      keys.add(route.request().headers()["idempotency-key"]);
      await route.fetch();
      if (isLost) await route.abort();
      else await route.continue();
    });
    await page.getByLabel("Name").fill("Jira");
    await page.getByRole("button", { name: "Create webhook" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("The webhook was not created").waitFor();
    await alert.getByText("The server cannot be reached.").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Jira");
    expect(await axeViolations(page)).toEqual([]);
    isLost = false;
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("heading", { level: 1, name: "Jira" }).waitFor();
    await page.getByText(/^whsec_/).waitFor();
    expect(keys.size).toBe(1);
    const { items } = await system.webhooks.subscriptions.list();
    expect(items.map(({ name }) => name)).toEqual(["Jira", "Splunk"]);

    // As another process of the host answers to the same key.
    await page.unroute("**/api/subscriptions");
    await page.route("**/api/subscriptions", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), secret: null } });
    });
    await page.goto(`${system.url}new`);
    await page.getByLabel("Name").fill("Late");
    await page.getByLabel("Name").press("Enter");
    await page.getByText("An earlier try had created it already.").waitFor();
  });

  it("fits a narrow and a wide window, and goes back without creating", async () => {
    const page = await browser.open("new", { width: 360 });
    await page.getByLabel("Name").fill("Splunk");
    expect(await page.getByLabel("Scope").count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1600, height: 900 });
    expect(await overflow(page)).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "No webhooks yet" }).waitFor();
    expect((await browser.system.webhooks.subscriptions.list()).items).toEqual([]);
  });

  it("asks a reader without the right to write for nothing, and one without the right to reveal sees no secret", async () => {
    const { system } = browser;
    system.authorization = { ...OWNER, permissions: ["read"] };
    const page = await browser.open("new");
    await page.getByText("You may not create webhooks here").waitFor();
    expect(await page.getByRole("textbox").count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "To the webhooks" }).click();
    await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
    system.authorization = { ...OWNER, permissions: ["write"] };
    await page.goto(`${system.url}new`);
    await page.getByLabel("Name").fill("Splunk");
    await page.getByLabel("Name").press("Enter");
    await page.getByRole("heading", { level: 1, name: "Splunk" }).waitFor();
    await page.getByText("Enter its address and tick its events").waitFor();
    expect(await page.getByText(/whsec_[\w+/=]{20}/).count()).toBe(0);
  });
});

describeInBrowser(
  "creating a webhook where there are scopes to choose from",
  (browser) => {
    it("creates it at the scope that is chosen, and says why it may not", async () => {
      const { system } = browser;
      const page = await browser.open("new?scope=organization:globex");
      const scope = page.getByLabel("Scope", { exact: true });
      expect(await scope.inputValue()).toBe("organization:globex");
      await scope.selectOption("The lobby");
      await page.getByLabel("Name").fill("Splunk");
      // No longer theirs since the page was opened.
      system.authorization = { ...OWNER, scope: "organization:globex" };
      await page.getByRole("button", { name: "Create webhook" }).click();
      await page.getByRole("alert").getByText("The webhook was not created").waitFor();
      expect(await page.getByLabel("Name").inputValue()).toBe("Splunk");
      system.authorization = OWNER;
      await page.getByRole("button", { name: "Create webhook" }).click();
      await page.getByRole("heading", { level: 1, name: "Splunk" }).waitFor();
      const { items } = await system.webhooks.subscriptions.list();
      expect(items).toMatchObject([{ scope: "organization:acme/signin:lobby" }]);
    });
  },
  {
    scopes: () => [
      { scope: "organization:acme/signin:lobby", label: "The lobby" },
      { scope: "organization:globex", label: "Globex" },
    ],
  },
);
