import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import {
  axeViolations,
  describeInBrowser,
  OWNER,
  overflow,
  type PortalSystem,
} from "../../support/browser/index.js";

const LOBBY = "organization:acme/signin:lobby";
const GLOBEX = "organization:globex";
const CREATED = "signin.session.created";

type Input = Parameters<PortalSystem["webhooks"]["subscriptions"]["create"]>[0];

const ADA = { actor: { type: "user", id: "user_1", name: "Ada Lovelace" } } as const;

async function make({ webhooks }: PortalSystem, name: string, more: Partial<Input> = {}): Promise<string> {
  const input = { scope: LOBBY, name, enabled: true, events: ["signin.session.*"], ...more } as Input;
  return (await webhooks.subscriptions.create({ url: "https://hooks.example.com/in", ...input }, ADA))
    .subscription.id;
}

/** The names that are shown, in their order. */
async function names(page: Page): Promise<string[]> {
  return page.getByRole("rowheader").getByRole("link").allInnerTexts();
}

const count = (page: Page) => page.getByText(/^\d+( of \d+)? webhooks?$/);

describeInBrowser("the list", (browser) => {
  it("shows what one wants to know of each webhook, and leads to it", async () => {
    const { system } = browser;
    const [good, bad] = [await system.endpoint(), await system.endpoint()];
    bad.answer = () => ({ status: 503 });
    const id = await make(system, "Splunk", { url: good.url, description: "For the SIEM" });
    await make(system, "Ops Slack", { url: bad.url });
    await make(system, "Archive", { type: "batch", events: ["*"] });
    await make(system, "Gone", { url: bad.url, autoDisable: { consecutive: 1 } });
    await make(system, "Draft", { enabled: false, events: [] });
    await system.webhooks.publish(CREATED, { sessionId: "s", device: "d" }, { scope: LOBBY });
    await system.webhooks.runUntilIdle();
    await system.webhooks.subscriptions.disable(await make(system, "Resting"));
    const page = await browser.open();
    const cells = async (name: string) =>
      (await page.getByRole("row", { name }).getByRole("cell").allInnerTexts()).map((text) =>
        text.replace(/\s+/g, " ").trim(),
      );
    await expect
      .poll(() => names(page))
      .toEqual(["Resting", "Draft", "Gone", "Archive", "Ops Slack", "Splunk"]);
    const heads = [
      "Name",
      "Type",
      "Status",
      "Health",
      "Events",
      "URL",
      "Last delivery",
      "Scope",
      "Created by",
    ];
    expect(await page.getByRole("columnheader").allInnerTexts()).toEqual(heads);
    const [, url] = ["", "https://hooks.example.com/in"];
    const common = ["signin lobby", "Ada Lovelace"];
    const pattern = "signin.session.*";
    const sent = (status: number) => expect.stringMatching(new RegExp(`^(now|.+ ago) HTTP ${status}$`));
    expect(await cells("Splunk")).toEqual([
      ...["Instant", "Enabled", "Healthy", pattern, good.url],
      ...[sent(204), ...common],
    ]);
    expect(await cells("Ops Slack")).toEqual([
      ...["Instant", "Enabled", "Failing", pattern, bad.url],
      ...[sent(503), ...common],
    ]);
    expect(await cells("Archive")).toEqual(["Batch", "Enabled", "Pending", "*", url, "None yet", ...common]);
    expect((await cells("Gone")).slice(1, 3)).toEqual(["Disabled", "Auto-disabled"]);
    expect((await cells("Resting")).slice(1, 3)).toEqual(["Disabled", "Paused"]);
    expect((await cells("Draft")).slice(1, 4)).toEqual(["Disabled", "Pending", "None chosen"]);
    await page.getByText("What do the words under Health mean?").click();
    await page.getByText("The last delivery got another answer or none; it is tried again.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "Splunk" }).click();
    await page.getByRole("heading", { level: 1, name: "Splunk" }).waitFor();
    expect(page.url()).toBe(`${system.url}subscriptions/${id}`);
  });

  it("shows three events, and the others when asked, also by keyboard", async () => {
    const events = ["created", "resumed", "denied", "revoked", "approved"].map(
      (last) => `signin.session.${last}`,
    );
    await make(browser.system, "Splunk", { events: events as NonNullable<Input["events"]> });
    const page = await browser.open();
    const row = page.getByRole("row", { name: "Splunk" });
    const shown = row.getByText(/^signin\.session\./);
    await row.getByRole("button", { name: "Show 2 more events of Splunk" }).focus();
    expect(await shown.allInnerTexts()).toEqual(events.slice(0, 3));
    await page.keyboard.press("Enter");
    await row.getByRole("button", { name: "Show fewer events of Splunk", expanded: true }).waitFor();
    expect(await shown.allInnerTexts()).toEqual(events);
    await page.keyboard.press("Enter");
    await expect.poll(() => shown.count()).toBe(3);
  });

  it("is searched, filtered and sorted; the address keeps that", async () => {
    const { system } = browser;
    const endpoint = await system.endpoint();
    await make(system, "Beta", { url: endpoint.url });
    await system.webhooks.publish(CREATED, { sessionId: "s", device: "d" }, { scope: LOBBY });
    await system.webhooks.runUntilIdle();
    await make(system, "alpha", { type: "batch", events: ["signin.dhcp.granted"] });
    await make(system, "Gamma", { enabled: false, url: "https://other.example.net/x" });
    const page = await browser.open();
    await expect.poll(() => names(page)).toEqual(["Gamma", "alpha", "Beta"]);
    await expect.poll(() => count(page).innerText()).toBe("3 webhooks");
    expect(await count(page).getAttribute("role")).toBe("status");

    const search = page.getByRole("searchbox", { name: "Search" });
    for (const [text, found] of [
      ["ALPHA", ["alpha"]],
      ["example.net", ["Gamma"]],
      ["dhcp", ["alpha"]],
      ["signin.session.created", ["Gamma", "Beta"]],
    ] as const) {
      await search.fill(text);
      await expect.poll(() => names(page)).toEqual(found);
    }
    await page.getByLabel("Status", { exact: true }).selectOption("Enabled");
    await expect.poll(() => names(page)).toEqual(["Beta"]);
    await expect.poll(() => count(page).innerText()).toBe("1 of 3 webhooks");
    await page.getByLabel("Health", { exact: true }).selectOption("Healthy");
    await page.getByLabel("Type", { exact: true }).selectOption("Instant");
    await page.getByLabel("Sort by").selectOption("Name");
    const chosen = { status: "enabled", health: "healthy", type: "event", sort: "name" };
    const inAddress = () => Object.fromEntries(new URL(page.url()).searchParams);
    await expect.poll(inAddress).toEqual({ ...chosen, q: "signin.session.created" });

    // There and back, by the browser and by the page's own link.
    for (const back of [
      () => page.goBack(),
      () => page.getByRole("link", { name: "All webhooks" }).click(),
    ]) {
      await page.getByRole("link", { name: "Beta" }).click();
      await page.getByRole("heading", { level: 1, name: "Beta" }).waitFor();
      await back();
      await expect.poll(() => names(page)).toEqual(["Beta"]);
      expect(await search.inputValue()).toBe("signin.session.created");
    }
    await page.getByLabel("Type", { exact: true }).selectOption("Batch");
    await page.getByRole("heading", { name: "No webhook matches" }).waitFor();
    expect(await count(page).innerText()).toBe("0 of 3 webhooks");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await expect.poll(() => names(page)).toEqual(["alpha", "Beta", "Gamma"]);
    await expect.poll(() => new URL(page.url()).search).toBe("?sort=name");
    expect(await search.inputValue()).toBe("");
    await page.getByLabel("Sort by").selectOption("Last delivery");
    await expect.poll(() => names(page)).toEqual(["Beta", "Gamma", "alpha"]);

    const linked = await browser.open("?type=batch&status=nonsense");
    await expect.poll(() => names(linked)).toEqual(["alpha"]);
  });

  it("follows what changes, and keeps its place where that changes the order", async () => {
    const { system } = browser;
    const endpoint = await system.endpoint();
    await make(system, "First", { url: endpoint.url, events: [CREATED] });
    await make(system, "Second", { url: endpoint.url, events: ["signin.session.denied"] });
    const publish = async (type: typeof CREATED | "signin.session.denied") => {
      await system.webhooks.publish(type, { sessionId: "s", device: "d" }, { scope: LOBBY });
      await system.webhooks.runUntilIdle();
    };
    await publish(CREATED);
    const page = await browser.open("?sort=last");
    await expect.poll(() => names(page)).toEqual(["First", "Second"]);
    await publish("signin.session.denied");
    await page.getByRole("row", { name: /Second.*HTTP 204/ }).waitFor();
    expect(await names(page)).toEqual(["First", "Second"]);
    await page.reload();
    await expect.poll(() => names(page)).toEqual(["Second", "First"]);
  });

  it("is made of cards in a narrow window, and never scrolls sideways", async () => {
    const { system } = browser;
    const path = "a-rather-long-path/".repeat(6);
    await make(system, "Splunk of the whole lobby", { url: `https://hooks.example.com/${path}` });
    const page = await browser.open("", { width: 360 });
    const card = page.getByRole("list", { name: "Webhooks" }).getByRole("listitem").first();
    await card.getByRole("heading", { name: "Splunk of the whole lobby" }).waitFor();
    for (const text of ["Enabled", "Pending", "Instant", "signin.session.*", "None yet", "Ada Lovelace"]) {
      expect(await card.getByText(text, { exact: true }).count(), text).toBe(1);
    }
    expect(await page.getByRole("table").count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 1600, height: 900 });
    await page.getByRole("table").waitFor();
    expect(await overflow(page)).toBe(0);
  });

  it("teaches where there is nothing yet, and leads to the first one by keyboard", async () => {
    const page = await browser.open();
    await page.getByRole("heading", { name: "No webhooks yet" }).waitFor();
    for (const kind of ["Instant Event Delivery", "Batch Delivery"]) {
      await page.getByRole("heading", { name: kind }).waitFor();
    }
    await page.getByText("at 20,000 events or after 20 minutes").waitFor();
    expect(await page.getByRole("searchbox").count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 700 });
    expect(await overflow(page)).toBe(0);
    await page.getByRole("link", { name: "Create webhook" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Create a webhook" }).waitFor();
  });

  it("shows a reader without the right to write no way to create", async () => {
    const { system } = browser;
    system.authorization = { ...OWNER, permissions: ["read"] };
    const page = await browser.open();
    await page.getByText("You may look at webhooks, but not create them.").waitFor();
    expect(await page.getByRole("link", { name: "Create webhook" }).count()).toBe(0);
    await make(system, "Splunk");
    await page.reload();
    await page.getByRole("link", { name: "Splunk" }).waitFor();
    expect(await page.getByRole("link", { name: "Create webhook" }).count()).toBe(0);
  });

  it("says that it loads, why it cannot, and tries again", async () => {
    await make(browser.system, "Splunk");
    const page = await browser.open("catalogue");
    let answer: "wait" | "fail" = "wait";
    await page.route("**/api/subscriptions?*", async (route) => {
      const problem = { code: "INTERNAL", title: "Internal", status: 500, detail: "Something broke." };
      const contentType = "application/problem+json";
      if (answer === "fail") await route.fulfill({ status: 500, contentType, body: JSON.stringify(problem) });
    });
    await page.getByRole("link", { name: "Webhooks", exact: true }).last().click();
    await page.getByRole("status").filter({ hasText: "Loading" }).waitFor();
    answer = "fail";
    await page.goto(browser.system.url);
    const alert = page.getByRole("alert");
    await alert.getByText("This could not be loaded").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.unroute("**/api/subscriptions?*");
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "Splunk" }).waitFor();
    expect(await alert.count()).toBe(0);
  });

  it("says so where there are more than it reads, and draws them part by part", async () => {
    const id = await make(browser.system, "Webhook");
    const webhook = await browser.system.webhooks.subscriptions.get(id);
    const page = await browser.open("new");
    await page.route("**/api/subscriptions?*", async (route) => {
      const query = new URL(route.request().url()).searchParams;
      const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit"))];
      const items = Array.from({ length: limit }, (_, index) => ({ ...webhook, id: `sub_${from + index}` }));
      await route.fulfill({ json: { items, next: String(from + limit) } });
    });
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByText("These are the newest 1,000 webhooks").waitFor();
    await page.getByText("1,000 webhooks", { exact: true }).waitFor();
    expect((await names(page)).length).toBe(100);
    await page.getByRole("button", { name: "Show 100 more" }).click();
    await expect.poll(async () => (await names(page)).length).toBe(200);
  });
});

describeInBrowser(
  "the list of an organization with contexts",
  (browser) => {
    it("shows one scope at a time, also on the way to create and back", async () => {
      const { system } = browser;
      system.authorization = { ...OWNER, scope: "" };
      await make(system, "In the lobby");
      await make(system, "At Globex", { scope: GLOBEX, events: ["organization.configuration.audit"] });
      const page = await browser.open();
      const scope = page.getByLabel("Scope", { exact: true });
      await expect.poll(() => names(page)).toEqual(["At Globex", "In the lobby"]);
      expect(await scope.locator("option").allInnerTexts()).toEqual(["Root", "The lobby", "Globex"]);
      const row = page.getByRole("row", { name: "In the lobby" });
      expect(await row.getByRole("cell", { name: "The lobby", exact: true }).count()).toBe(1);
      await scope.selectOption("Globex");
      await expect.poll(() => names(page)).toEqual(["At Globex"]);
      expect(new URL(page.url()).searchParams.get("scope")).toBe(GLOBEX);
      await page.getByLabel("Status", { exact: true }).selectOption("Enabled");
      await page.getByRole("link", { name: "Create webhook" }).click();
      await page.getByRole("heading", { level: 1, name: "Create a webhook" }).waitFor();
      expect(await scope.inputValue()).toBe(GLOBEX);
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "Cancel" }).click();
      await expect.poll(() => names(page)).toEqual(["At Globex"]);
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
        scope: GLOBEX,
        status: "enabled",
      });
      await page.getByRole("link", { name: "Event catalogue" }).click();
      await page.getByRole("heading", { level: 1, name: "Event catalogue" }).waitFor();
      expect(await scope.inputValue()).toBe(GLOBEX);
      await page.getByRole("link", { name: "Webhooks", exact: true }).last().click();
      await scope.selectOption("Root");
      await expect.poll(() => names(page)).toEqual(["At Globex", "In the lobby"]);
      expect(new URL(page.url()).search).toBe("");
    });

    it("takes no scope from the address that is not to choose from", async () => {
      await make(browser.system, "In the lobby");
      const page = await browser.open("?scope=organization:elsewhere");
      await expect.poll(() => names(page)).toEqual(["In the lobby"]);
      expect(await page.getByLabel("Scope", { exact: true }).inputValue()).toBe("");
      const empty = await browser.open(`?scope=${GLOBEX}`);
      await empty.getByRole("heading", { name: "No webhooks in Globex yet" }).waitFor();
      expect(await overflow(empty)).toBe(0);
    });
  },
  {
    scopes: () => [
      { scope: LOBBY, label: "The lobby" },
      { scope: GLOBEX, label: "Globex" },
    ],
  },
);
