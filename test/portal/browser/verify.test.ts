import { verify } from "hookwright/verify";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { goSnippet } from "../../../src/portal/app/snippets/go.js";
import { nodeSnippet } from "../../../src/portal/app/snippets/node.js";
import { pythonSnippet } from "../../../src/portal/app/snippets/python.js";
import { receiverOf } from "../../../src/portal/app/snippets/receiver.js";
import { axeViolations, describeInBrowser, OWNER, overflow } from "../../support/browser/index.js";

const HOUR = 3_600_000;

describeInBrowser("The page of verification", (browser) => {
  async function create(input: object = {}) {
    const { subscription, secret } = await browser.system.webhooks.subscriptions.create({
      scope: "organization:acme/signin:lobby",
      name: "Splunk",
      url: (await browser.system.endpoint()).url,
      events: ["signin.session.*"],
      enabled: true,
      ...input,
    });
    return { id: subscription.id, secret: secret ?? "" };
  }

  const read = (id: string) => browser.system.webhooks.subscriptions.get(id);

  const open = (id: string, look = {}) => browser.open(`subscriptions/${id}/verify`, look);

  const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

  /** By its name: what is said in passing is a dialog, too. */
  const rotating = (page: Page) => page.getByRole("dialog", { name: /^Rotate the/ });

  const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

  /** How long the older secrets go on, in whole hours. */
  async function hoursLeft(id: string) {
    const { secrets } = (await read(id)).signing;
    return secrets
      .slice(1)
      .map(({ expiresAt }) => Math.round((Date.parse(expiresAt ?? "") - Date.now()) / HOUR));
  }

  it("says how requests are signed, and has code in three languages to copy", async () => {
    const { id } = await create();
    const page = await open(id);
    const signing = region(page, "How requests are signed");
    await expect
      .poll(() => signing.locator("dt").allInnerTexts())
      .toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
    expect(await signing.innerText()).toContain("Standard Webhooks");

    const receiver = receiverOf(await read(id));
    if (receiver === null) throw new Error("There is no receiver.");
    expect(receiver.path).toBe("/in");
    // By the keyboard alone: along the tabs, then to the button.
    await page.getByRole("tab", { name: "Node" }).focus();
    for (const [language, snippet] of [
      ["Node", nodeSnippet],
      ["Python", pythonSnippet],
      ["Go", goSnippet],
    ] as const) {
      expect(await page.getByRole("tab", { selected: true }).innerText()).toBe(language);
      const copy = page.getByRole("button", { name: `Copy: Receiver in ${language}` });
      await copy.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => clipboard(page)).toBe(snippet(receiver));
      await page.getByRole("tab", { name: language }).focus();
      await page.keyboard.press("ArrowRight");
    }
    await page.getByRole("link", { name: /^Try it/ }).click();
    expect(page.url()).toMatch(/\/deliveries$/);
  });

  it("rotates the secret: the new one is shown once, and both sign until the end of the overlap", async () => {
    const { webhooks } = browser.system;
    const endpoint = await browser.system.endpoint();
    const { id, secret: old } = await create({ url: endpoint.url });
    const page = await open(id);

    // By the keyboard alone, with what is chosen already.
    await page.getByRole("button", { name: "Rotate the secret" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Rotate the secret of Splunk" });
    await dialog.waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole("combobox", { name: /How long the old one/ }).press("Enter");
    await dialog.getByRole("button", { name: "Rotate" }).press("Enter");
    await dialog.waitFor({ state: "hidden" });

    const card = region(page, "The signing secret");
    const shown = region(page, "Signing secret");
    const secret = await shown.innerText();
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(old);
    expect(await hoursLeft(id)).toEqual([24]);
    // What is shown this once has the focus, and is in view.
    await expect
      .poll(() => card.evaluate((element) => element.parentElement === document.activeElement))
      .toBe(true);

    await webhooks.publish(
      "signin.session.created",
      { sessionId: "ses_1", device: "aa:bb:cc:00:11:22" },
      { scope: "organization:acme/signin:lobby" },
    );
    await expect.poll(() => endpoint.got.length).toBe(1);
    const [got] = endpoint.got;
    if (got === undefined) throw new Error("Nothing arrived.");
    for (const each of [secret, old]) {
      expect(await verify({ headers: got.headers, body: got.body }, each)).toMatchObject({
        type: "signin.session.created",
      });
    }

    const secrets = region(page, "Secrets that sign");
    await expect.poll(() => secrets.getByRole("row").count()).toBe(3);
    expect(await secrets.getByRole("rowheader").allInnerTexts()).toEqual(["Current", "Previous"]);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "I have stored it" }).click();
    await card.waitFor({ state: "hidden" });
    await page.reload();
    await secrets.waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  it("rotates to a secret of one's own, and says what is wrong with one", async () => {
    const { id } = await create();
    const page = await open(id);
    await page.getByRole("button", { name: "Rotate the secret" }).click();
    const dialog = rotating(page);
    await dialog.getByRole("combobox", { name: /How long the old one/ }).selectOption("0");
    await dialog.getByText("Deliveries fail until your endpoint has the new one").waitFor();
    await dialog.getByRole("combobox", { name: "The new secret" }).selectOption({ label: "I enter my own" });
    const field = dialog.getByLabel(/^New secret/);
    await field.fill("hunter2");
    await field.press("Enter");
    await dialog.getByText("A secret of this scheme is `whsec_`").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await axeViolations(page)).toEqual([]);
    expect((await read(id)).version).toBe(1);

    const own = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    await field.fill(own);
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await page.getByText("The secret is rotated").first().waitFor();
    expect((await read(id)).signing.secrets).toHaveLength(1);
    expect(await page.content(), "what one entered is not shown").not.toContain(own);
    await expect(
      browser.system.webhooks.subscriptions.rotateSecret(id, { secret: own }),
      "it signs already",
    ).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("changes nothing when the dialog is left, and says so when it cannot be done", async () => {
    const { id } = await create();
    const page = await open(id);
    const button = page.getByRole("button", { name: "Rotate the secret" });
    const dialog = rotating(page);
    await button.click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    await button.click();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect((await read(id)).version).toBe(1);

    for (let rotations = 0; rotations < 9; rotations++) {
      await browser.system.webhooks.subscriptions.rotateSecret(id);
    }
    await button.click();
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await dialog.getByRole("alert").filter({ hasText: "has 10 secrets that still sign" }).waitFor();
    await dialog.getByRole("combobox", { name: /How long the old one/ }).selectOption("0");
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await hoursLeft(id)).toEqual([]);
  });

  it("shows the public key of a key pair, which is no secret", async () => {
    const { id, secret } = await create({ signing: { scheme: "standard-ed25519" } });
    const page = await open(id);
    const key = region(page, "Public key");
    expect(await key.innerText()).toBe(secret);
    await page.getByRole("button", { name: "Copy: Public key" }).click();
    await expect.poll(() => clipboard(page)).toBe(secret);

    await page.getByRole("button", { name: "Rotate the key" }).click();
    const dialog = page.getByRole("dialog", { name: "Rotate the key of Splunk" });
    expect(await dialog.getByRole("combobox").count(), "its private half is made here").toBe(1);
    await dialog.getByRole("combobox").selectOption("7d");
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await page.getByText("The new public key is on this page").first().waitFor();
    expect(await hoursLeft(id)).toEqual([7 * 24]);
    const { verificationKey } = (await read(id)).signing;
    expect(verificationKey).not.toBe(secret);
    await expect.poll(() => key.innerText()).toBe(verificationKey);
    expect(await region(page, "The signing secret").count()).toBe(0);

    // Nor has one to see secrets for it.
    browser.system.authorization = { ...OWNER, permissions: ["read", "write"] };
    await page.reload();
    await page.getByRole("button", { name: "Rotate the key" }).click();
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await expect.poll(() => hoursLeft(id)).toEqual([24, 24]);
  });

  it("asks for the secret beforehand where only the newest signs", async () => {
    const { id } = await create({ signing: { scheme: "github", secret: "a long secret" } });
    const page = await open(id);
    await page.getByRole("button", { name: "Rotate the secret" }).click();
    const dialog = rotating(page);
    await dialog.getByText("has room for one signature").waitFor();
    expect(await dialog.getByRole("combobox", { name: /How long/ }).count()).toBe(0);
    await dialog.getByRole("combobox", { name: "The new secret" }).selectOption({ label: "I enter my own" });
    await dialog.getByLabel(/^New secret/).fill("another long secret");
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect((await read(id)).signing.secrets).toHaveLength(1);
    // Kept by somebody else: it is there, and signs nothing.
    await browser.system.webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
    await page.reload();
    await page.getByRole("row", { name: /Previous .* Signs no more/ }).waitFor();
  });

  it("keeps readers without rights from making what nobody can see", async () => {
    const { id } = await create();
    browser.system.authorization = { ...OWNER, permissions: ["read", "write"] };
    const writer = await open(id);
    await writer.getByRole("button", { name: "Rotate the secret" }).click();
    const dialog = rotating(writer);
    await dialog.getByText("Ask someone who may see them").waitFor();
    expect(await dialog.getByRole("combobox", { name: "The new secret" }).count()).toBe(0);
    expect(await axeViolations(writer)).toEqual([]);
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await dialog.getByText("Must not be empty").waitFor();
    expect((await read(id)).version).toBe(1);
    await dialog.getByLabel(/^New secret/).fill(`whsec_${Buffer.alloc(24, 7).toString("base64")}`);
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect((await read(id)).signing.secrets).toHaveLength(2);
    expect(await region(writer, "The signing secret").count()).toBe(0);

    browser.system.authorization = { ...OWNER, permissions: ["read"] };
    const reader = await open(id);
    await reader.getByRole("row", { name: /Current/ }).waitFor();
    expect(await reader.getByRole("button", { name: /Rotate/ }).count()).toBe(0);
    await reader.getByRole("tab", { name: "Go" }).waitFor();
  });

  it("tells of the headers where nothing is signed, and what to do where there are none", async () => {
    const { id } = await create({ signing: { scheme: "none" }, url: null, enabled: false });
    const page = await open(id);
    await page.getByText("anybody who knows the address can send to it").waitFor();
    await page.getByText("x-webhook-token is an example").waitFor();
    await page.getByText("This webhook has no URL yet").waitFor();
    expect(await page.getByRole("button", { name: /Rotate/ }).count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await browser.system.webhooks.subscriptions.update(id, { headers: { "X-Api-Key": "s3cret" } });
    await page.reload();
    await region(page, "Receiver in Node").getByText('headers["x-api-key"]').waitFor();
    expect(await region(page, "How requests are signed").locator("dt").allInnerTexts()).toEqual([
      "X-Api-Key",
    ]);
    expect(await page.getByText("is an example").count()).toBe(0);
    await browser.system.webhooks.subscriptions.update(id, { headers: {} });
    await page.getByRole("link", { name: "To the settings" }).click();
    expect(page.url()).toMatch(new RegExp(`/subscriptions/${id}$`));
  });

  it("is free of violations, and as wide as its window", async () => {
    const { id } = await create({ signing: { scheme: "stripe" } });
    await browser.system.webhooks.subscriptions.rotateSecret(id);
    for (const width of [360, 1600]) {
      const page = await open(id, { width });
      await page.getByRole("row", { name: /Previous/ }).waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Rotate the secret" }).click();
      await rotating(page).waitFor();
      expect(await overflow(page)).toBe(0);
    }
  });
});
