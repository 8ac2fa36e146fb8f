import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { axeViolations, describeInBrowser, OWNER, overflow } from "../../support/browser/index.js";

const SCOPE = "organization:acme/signin:lobby";
const ACTOR = { type: "user", id: "user_2", name: "Grace Hopper" } as const;

const bar = (page: Page) => page.getByRole("region", { name: "Unsaved changes" });
/** Headers have a field "Name", too, further down. */
const field = (page: Page, name: string) =>
  page.getByRole("textbox", { name: new RegExp(`^${name}( \\(required\\))?$`) }).first();
/** Until the page has looked again, which it does by itself. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const secret = (page: Page) =>
  page.getByRole("region", { name: "Signing", exact: true }).getByLabel("Signing secret", { exact: true });
const box = (page: Page, name: string | RegExp) => page.getByRole("checkbox", { name });
const header = (page: Page, n: number) => page.getByRole("group", { name: new RegExp(`^Header ${n}`) });
const save = (page: Page) => bar(page).getByRole("button", { name: "Save" }).click();

/** Saves, and waits until that is done. */
async function saved(page: Page) {
  await save(page);
  await bar(page).waitFor({ state: "hidden" });
}

describeInBrowser("The settings of a webhook", (browser) => {
  const get = (id: string) => browser.system.webhooks.subscriptions.get(id);

  async function make(more: object = {}) {
    const input = {
      scope: SCOPE,
      name: "Splunk",
      url: "https://a.example/in",
      events: ["signin.dhcp.granted"],
    };
    const made = await browser.system.webhooks.subscriptions.create({ ...input, ...more }, { actor: ACTOR });
    return made.subscription.id;
  }

  async function open(id: string, look: object = {}) {
    const page = await browser.open(`subscriptions/${id}`, look);
    await page.getByRole("heading", { name: "Events", exact: true }).waitFor();
    await box(page, /All events/).waitFor();
    return page;
  }

  it("saves what was changed and nothing else, by keyboard alone; the bar moves nothing", async () => {
    const id = await make({ description: "Old", headers: { "x-kept": "1" }, retry: { timeout: "9s" } });
    const page = await open(id);
    expect(await bar(page).isVisible()).toBe(false);
    const before = await page.getByRole("heading", { name: "Headers" }).boundingBox();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);

    await field(page, "Name").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Ops Slack");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Backspace");
    await bar(page).getByText("2 unsaved changes: Name, Description").waitFor();
    expect(await page.getByRole("heading", { name: "Headers" }).boundingBox()).toEqual(before);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height);
    const patches: unknown[] = [];
    page.on("request", (request) => {
      if (request.method() === "PATCH") patches.push(request.headers()["if-match"]);
    });
    await field(page, "Name").focus();
    await page.keyboard.press("Enter");
    await page.getByText("Saved", { exact: true }).waitFor();
    await bar(page).waitFor({ state: "hidden" });
    expect(patches).toEqual(['"1"']);
    expect(await get(id)).toMatchObject({ name: "Ops Slack", description: null, version: 2 });
    await page.getByRole("heading", { level: 1, name: "Ops Slack" }).waitFor();
  });

  it("saves every card, and the endpoint gets what was saved", async () => {
    const endpoint = await browser.system.endpoint();
    const id = await make({ type: "batch", headers: { "x-kept": "1", "x-gone": "2" } });
    const page = await open(id);
    // The address first: another server gets none of the header values.
    await field(page, "Payload URL").fill(endpoint.url.replace("//", "//ada:secret@"));
    await page.getByText("are moved to a sealed Authorization header").waitFor();
    await page.getByText("saving removes the values of 2 headers").waitFor();
    await header(page, 1).getByLabel("Value", { exact: true }).fill("kept again");
    await page.getByRole("button", { name: "Remove the header x-gone" }).click();
    await page.getByRole("button", { name: "Add a header" }).click();
    await page.keyboard.type("x-new");
    await header(page, 2).getByLabel("Value", { exact: true }).fill("new");
    expect(await header(page, 2).getByLabel("Value", { exact: true }).getAttribute("type")).toBe("password");
    await page.getByRole("button", { name: "Show: Value" }).last().click();
    expect(await header(page, 2).getByLabel("Value", { exact: true }).getAttribute("type")).toBe("text");

    await page.getByLabel("Body format").selectOption("standard");
    await field(page, "Content type").fill("application/vnd.acme+json");
    await box(page, "Deliver in order").click();
    await field(page, "Batch size limit").fill("2");
    await field(page, "Batch interval in minutes").fill("7");
    await field(page, "Batch bytes limit").fill("512 KiB");
    await page.getByLabel("Signature scheme").selectOption("mist");
    await page.getByText("The secret goes on with this scheme").waitFor();
    await secret(page).fill("a secret of ours");
    await page.getByText("Saving replaces the secret at once").waitFor();
    await field(page, "Waits between attempts").fill("1m, 5m, 30m, 2h");
    await page.getByText("5 attempts over 2 h 36 min").waitFor();
    await field(page, "Time for an answer").fill("9s");
    await page.getByLabel("Disable by itself").selectOption("consecutive");
    await field(page, "Failed attempts in a row").fill("12");
    await saved(page);

    expect(await get(id)).toMatchObject({
      url: endpoint.url,
      credentials: true,
      headers: { "x-kept": "[redacted]", "x-new": "[redacted]" },
      format: "standard",
      contentType: "application/vnd.acme+json",
      ordered: true,
      batch: { maxEvents: 2, intervalMinutes: 7, maxBytes: 524_288 },
      signing: { scheme: "mist" },
      retry: { schedule: [60_000, 300_000, 1_800_000, 7_200_000], timeout: 9_000 },
      autoDisable: { consecutive: 12 },
    });
    await page.getByRole("region", { name: "The signing secret" }).getByText("a secret of ours").waitFor();
    await page.getByRole("switch", { name: "Webhook active" }).click();
    await page.getByText("The webhook is active").waitFor();
    const data = { sessionId: "ses_1", device: "aa:bb:cc:00:11:22", address: "10.20.0.7" };
    for (let i = 0; i < 2; i++) {
      await browser.system.webhooks.publish("signin.dhcp.granted", data, { scope: SCOPE });
    }
    await soon(() => endpoint.got.length).toBe(1);
    expect(endpoint.got[0]?.headers).toMatchObject({
      authorization: `Basic ${btoa("ada:secret")}`,
      "x-kept": "kept again",
      "x-new": "new",
      "content-type": "application/vnd.acme+json",
      "x-mist-signature-v2": expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // Back to the defaults of the host, and without the credentials.
    await field(page, "Batch bytes limit").fill("");
    await field(page, "Waits between attempts").fill("");
    await field(page, "Content type").fill("");
    await page.getByLabel("Disable by itself").selectOption("host");
    await box(page, "Forget them when saving").click();
    await saved(page);
    const after = await get(id);
    const { retry, autoDisable, batch } = browser.system.webhooks.settings;
    expect([after.retry.schedule, after.autoDisable]).toEqual([retry.schedule, autoDisable]);
    expect([after.batch?.maxBytes, after.batch?.maxEvents]).toEqual([batch.maxBytes, 2]);
    expect([after.credentials, after.contentType]).toEqual([false, "application/json"]);
  });

  it("chooses events one by one, by group, with those to come, and all", async () => {
    const id = await make({ events: ["signin.*"] });
    const page = await open(id);
    await page.getByText("12 of 12 event types chosen").waitFor();
    expect(await box(page, "signin.dhcp.granted").isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Name its types instead: signin.*" }).click();
    await box(page, "signin.dhcp.granted").click();
    await page.getByText("11 of 12 event types chosen").waitFor();
    expect(await box(page, "DHCP (2)").getAttribute("aria-checked")).toBe("mixed");
    await box(page, "DHCP (2)").click();
    expect(await box(page, "DHCP (2)").isChecked()).toBe(true);
    await box(page, "DHCP (2)").click();
    await box(page, "Session lifecycle (7)").click();
    await box(page, "Also types to come: signin.session.*").click();
    await page.getByText("10 of 12 event types chosen").waitFor();
    await saved(page);
    expect([...(await get(id)).events].sort()).toEqual([
      "signin.arenasession.login",
      "signin.arenasession.resumed",
      "signin.configuration.audit",
      "signin.session.*",
    ]);

    await box(page, "Also types to come: signin.session.*").click();
    await page.getByLabel("Filter event types").fill("verification");
    await page.getByText("Session lifecycle (1 of 7 shown)").waitFor();
    expect(await box(page, "signin.dhcp.granted").count()).toBe(0);
    await box(page, "Session lifecycle (1 of 7 shown)").click();
    await page.getByLabel("Filter event types").fill("nothing like it");
    await page.getByText("No event type has this").waitFor();
    await page.getByLabel("Filter event types").fill("");
    await saved(page);
    const { events } = await get(id);
    expect(events).not.toContain("signin.session.verified");
    expect(events.filter((type) => type.startsWith("signin.session."))).toHaveLength(6);

    await box(page, "All events, also future ones").click();
    await page.getByText("All 12 event types, and those to come").waitFor();
    await box(page, "All events, also future ones").click();
    await bar(page).waitFor({ state: "hidden" });
    await box(page, "All events, also future ones").click();
    await saved(page);
    expect((await get(id)).events).toEqual(["*"]);
  });

  it("shows each error beside its field, leads to the first, and says what has no field", async () => {
    const id = await make({ type: "batch" });
    const page = await open(id);
    await field(page, "Batch size limit").fill("many");
    await save(page);
    await page.getByText("Must be a whole number.").waitFor();
    await soon(() => field(page, "Batch size limit").evaluate((e) => e === document.activeElement)).toBe(
      true,
    );
    expect((await get(id)).version).toBe(1);

    await field(page, "Batch size limit").fill("1");
    expect(await page.getByText("Must be a whole number.").count()).toBe(0);
    await field(page, "Name").fill("x");
    await field(page, "Payload URL").fill("https://10.0.0.1/in");
    await page.getByRole("button", { name: "Add a header" }).click();
    await page.keyboard.type("Host");
    await field(page, "Waits between attempts").fill("1m, 8d");
    await page.getByLabel("Disable by itself").selectOption("failingFor");
    await field(page, "Failing for").fill("0s");
    await save(page);
    await page.getByText("Must have 3 to 125 characters.").waitFor();
    await soon(() => field(page, "Name").evaluate((e) => e === document.activeElement)).toBe(true);
    await header(page, 1).getByText("it belongs to the connection").waitFor();
    await page.getByText("Must be a whole number from 2 to 20000.").waitFor();
    await page.getByText("2: Must be a duration from 0 to 7d").waitFor();
    await page.getByText("Must be a duration from 1s to 365d").waitFor();
    const url = await field(page, "Payload URL").getAttribute("aria-invalid");
    expect(url).toBe("true");
    await bar(page).getByText("Not saved: look at the fields that are marked.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect((await get(id)).version).toBe(1);

    // What the page has no field for, and what is no answer at all.
    const problem = {
      code: "INVALID_SUBSCRIPTION",
      detail: "No.",
      errors: [{ pointer: "#/metadata", detail: "Too large." }],
    };
    await page.route("**/api/subscriptions/*", (route) =>
      route.request().method() === "PATCH"
        ? route.fulfill({
            status: 422,
            contentType: "application/problem+json",
            body: JSON.stringify(problem),
          })
        : route.fallback(),
    );
    await save(page);
    await bar(page).getByText("Too large.").waitFor();
    await page.route("**/api/subscriptions/*", (route) =>
      route.request().method() === "PATCH" ? route.abort() : route.fallback(),
    );
    await save(page);
    await bar(page).getByText("The server cannot be reached.").waitFor();
    expect(await field(page, "Name").inputValue()).toBe("x");
    await page.unrouteAll();
  });

  it("explains that someone else has saved, and keeps mine or takes theirs", async () => {
    const id = await make();
    const page = await open(id);
    const { subscriptions } = browser.system.webhooks;
    await field(page, "Name").fill("Mine");
    // Typing is never overwritten; what was not touched follows.
    await subscriptions.update(id, { name: "Theirs", description: "Also theirs" }, { actor: ACTOR });
    await soon(() => field(page, "Description").inputValue()).toBe("Also theirs");
    expect(await field(page, "Name").inputValue()).toBe("Mine");
    await save(page);
    const dialog = page.getByRole("dialog", { name: "Someone else has saved this webhook" });
    await dialog.getByRole("row", { name: "Name Theirs Mine" }).waitFor();
    await dialog.getByRole("row", { name: /^Description Also theirs Not changed by you/ }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await field(page, "Name").inputValue()).toBe("Mine");
    expect((await get(id)).name).toBe("Theirs");

    await save(page);
    await dialog.getByRole("button", { name: "Keep mine" }).click();
    // What stands behind an open dialog has no role, so that its going says nothing.
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Saved", { exact: true }).waitFor();
    await bar(page).waitFor({ state: "hidden" });
    expect(await get(id)).toMatchObject({ name: "Mine", description: "Also theirs", version: 3 });

    await field(page, "Name").fill("Mine again");
    await subscriptions.update(id, { name: "Theirs again" }, { actor: ACTOR });
    await save(page);
    await dialog.getByRole("button", { name: "Take theirs" }).click();
    await dialog.waitFor({ state: "hidden" });
    await bar(page).waitFor({ state: "hidden" });
    await soon(() => field(page, "Name").inputValue()).toBe("Theirs again");
    expect((await get(id)).version).toBe(4);
  });

  it("loses nothing on the way to other pages, asks before the tab is closed, and discards when told", async () => {
    const id = await make();
    const page = await open(id);
    await field(page, "Name").fill("Not yet");
    await page.getByRole("link", { name: "Recent deliveries" }).click();
    await page.getByRole("link", { name: "All webhooks" }).click();
    await page.getByRole("link", { name: "Splunk" }).first().click();
    await soon(() => field(page, "Name").inputValue()).toBe("Not yet");

    const asked = page.waitForEvent("dialog");
    // It comes to rest only once the dialog is answered.
    const closing = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await closing;

    await bar(page).getByRole("button", { name: "Discard" }).click();
    const question = page.getByRole("alertdialog", { name: "Discard your changes?" });
    expect(await axeViolations(page)).toEqual([]);
    await question.getByRole("button", { name: "Discard" }).click();
    await question.waitFor({ state: "hidden" });
    await bar(page).waitFor({ state: "hidden" });
    expect(await field(page, "Name").inputValue()).toBe("Splunk");
    expect((await get(id)).version).toBe(1);
    // Nothing is left to ask for.
    await page.reload();
    await field(page, "Name").waitFor();
  });

  it("is switched on once there are an address and an event, at once and apart from the rest", async () => {
    const id = await make({ url: null, events: [] });
    const page = await open(id);
    const active = page.getByRole("switch", { name: "Webhook active" });
    await page.getByText("Enter a payload URL, choose at least one event and save").waitFor();
    expect(await active.isDisabled()).toBe(true);
    await field(page, "Payload URL").fill("https://hooks.example.com/in");
    await saved(page);
    await page.getByText("Choose at least one event and save").waitFor();
    await box(page, "signin.dhcp.granted").click();
    await saved(page);
    await field(page, "Description").fill("Typed before it is switched on");
    await active.click();
    await page.getByText("The webhook is active").waitFor();
    expect(await get(id)).toMatchObject({ enabled: true, description: null });
    // Switching made a new version, which is no conflict.
    await saved(page);
    expect(await get(id)).toMatchObject({ enabled: true, description: "Typed before it is switched on" });
    await active.click();
    await page.getByText("The webhook is paused").waitFor();
    expect(await get(id)).toMatchObject({ enabled: false, disabledReason: "manual" });

    const errors = [
      { pointer: "#/url", detail: "Is refused." },
      { pointer: "#/events/0", detail: "Is gone." },
    ];
    const problem = { code: "INVALID_SUBSCRIPTION", detail: "No.", errors };
    await page.route("**/api/subscriptions/*", (route) =>
      route.request().method() === "PATCH"
        ? route.fulfill({
            status: 422,
            contentType: "application/problem+json",
            body: JSON.stringify(problem),
          })
        : route.fallback(),
    );
    await active.click();
    await page.getByText("Is refused.").waitFor();
    await page.getByText("Is gone.").waitFor();
    await soon(() => field(page, "Payload URL").evaluate((e) => e === document.activeElement)).toBe(true);
    expect(await active.isChecked()).toBe(false);
    await page.unrouteAll();
  });

  it("is deleted once that is confirmed, and the list is shown", async () => {
    const id = await make();
    const page = await open(id);
    await page.getByRole("button", { name: "Delete webhook" }).click();
    const question = page.getByRole("alertdialog", { name: "Delete “Splunk”?" });
    await question.getByText("still to be tried are cancelled").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await question.getByRole("button", { name: "Cancel" }).click();
    expect((await get(id)).name).toBe("Splunk");
    await page.getByRole("button", { name: "Delete webhook" }).click();
    await question.getByRole("button", { name: "Delete" }).click();
    await page.getByText("“Splunk” is deleted").waitFor();
    expect(new URL(page.url()).pathname).toBe("/hooks/");
    await expect(get(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("makes a secret where the other scheme needs one, and says who signs now", async () => {
    const id = await make();
    await browser.system.webhooks.subscriptions.rotateSecret(id);
    const page = await open(id);
    await page.getByText("2 secrets sign now.").waitFor();
    await page.getByText("which signs until").waitFor();
    const scheme = page.getByLabel("Signature scheme");
    await scheme.selectOption("none");
    await page.getByText("Every secret is deleted").waitFor();
    await saved(page);
    await page.getByText("Nothing is signed.", { exact: true }).waitFor();
    await scheme.selectOption("standard-ed25519");
    await page.getByText("This scheme cannot use the secret").waitFor();
    await save(page);
    await page.getByText("Must be given:").waitFor();
    await page.getByRole("button", { name: "Make one" }).click();
    await saved(page);
    const { signing } = await get(id);
    expect(signing).toMatchObject({
      scheme: "standard-ed25519",
      verificationKey: expect.stringMatching(/^whpk_/),
    });
    // The receiver's half is what is to be stored, not ours.
    const shown = page.getByRole("region", { name: "The signing secret" });
    await shown.getByText(signing.verificationKey ?? "none").waitFor();
    await page.getByRole("link", { name: "Rotate the secret" }).click();
    expect(page.url()).toContain(`/subscriptions/${id}/verify`);
  });

  it("lets readers look and nothing more", async () => {
    const id = await make({ headers: { "x-a": "1" }, type: "batch" });
    browser.system.authorization = { ...OWNER, permissions: ["read"] };
    const page = await open(id);
    expect(await field(page, "Name").isEditable()).toBe(false);
    expect(await box(page, "signin.dhcp.granted").isDisabled()).toBe(true);
    expect(await page.getByRole("switch").isDisabled()).toBe(true);
    expect(await page.getByLabel("Body format").isDisabled()).toBe(true);
    expect(await header(page, 1).getByLabel("Value", { exact: true }).getAttribute("placeholder")).toContain(
      "not shown",
    );
    expect(await page.getByRole("button", { name: /Save|Discard|Delete|Add|Remove|Make/ }).count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("has no fault that axe finds and does not scroll sideways, narrow and wide; waits and fails with words", async () => {
    const id = await make({
      type: "batch",
      headers: { "x-a": "1" },
      events: ["signin.*"],
      url: "https://u:p@a.example/in",
    });
    for (const width of [360, 1600]) {
      const page = await open(id, { width });
      await field(page, "Payload URL").fill("https://b.example/in");
      await page.getByLabel("Signature scheme").selectOption("none");
      await bar(page).waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await axeViolations(page)).toEqual([]);
      await save(page);
      await bar(page).waitFor({ state: "hidden" });
      await browser.system.webhooks.subscriptions.update(id, {
        url: "https://u:p@a.example/in",
        headers: { "x-a": "1" },
        signing: { scheme: "standard", secret: `whsec_${btoa("x".repeat(32))}` },
      });
    }
    const page = await browser.open();
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/api/catalogue*", async (route) => {
      await held;
      await route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: '{"code":"STORE_UNAVAILABLE","detail":"Away."}',
      });
    });
    await page.goto(`${browser.system.url}subscriptions/${id}`);
    const events = page.getByRole("region", { name: "Events" });
    await events.getByText("Loading").waitFor({ state: "attached" });
    answer();
    await events.getByText("The event types could not be loaded").waitFor();
    await page.unrouteAll();
    await events.getByRole("button", { name: "Try again" }).click();
    await box(page, /All events/).waitFor();
  });
});
