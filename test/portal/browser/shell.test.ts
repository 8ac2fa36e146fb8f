import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { axeViolations, describeInBrowser, OWNER, overflow } from "../../support/browser/index.js";

describeInBrowser("what stands around every page", (browser) => {
  it("is passed by with one key, says where one is, and moves the focus to a new page's heading", async () => {
    const page = await browser.open();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").innerText()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    const catalogue = page.getByRole("link", { name: "Event catalogue" });
    await catalogue.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Event catalogue" }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("H1");
    expect(await page.title()).toContain("Event catalogue");
    expect(await catalogue.getAttribute("aria-current")).toBe("true");
    await page.goBack();
    await expect.poll(() => page.title()).not.toContain("Event catalogue");
  });

  it("says that there is nothing at an address that is none, and leads back", async () => {
    const page = await browser.open("no/such/page");
    await page.getByRole("heading", { level: 1, name: "There is nothing here" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.getByRole("link", { name: "To the webhooks" }).click();
    await expect.poll(() => page.url()).toBe(browser.system.url);
    await page.goto(`${browser.system.url}subscriptions/sub_none`);
    await page.getByRole("heading", { level: 1, name: "This webhook is not there" }).waitFor();
  });

  it("is there without a slash behind the base path, too", async () => {
    await browser.system.webhooks.subscriptions.create({ name: "Without a slash" });
    const page = await browser.open();
    await page.goto(browser.system.url.slice(0, -1));
    await page.getByRole("link", { name: "Without a slash" }).click();
    await page.getByRole("heading", { level: 1, name: "Without a slash" }).waitFor();
    expect(page.url()).toContain(`${browser.system.url}subscriptions/`);
  });

  it("says that there is no connection, and goes on when there is", async () => {
    const page = await browser.open();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("You are offline").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.getByText("You are offline").waitFor({ state: "detached" });
  });

  it("says so to whoever is signed out meanwhile, and keeps what was read", async () => {
    await browser.system.webhooks.subscriptions.create({ name: "Still here" });
    const page = await browser.open();
    await page.getByText("Still here").first().waitFor();
    browser.system.authorization = null;
    await page.goto(`${browser.system.url}catalogue`);
    await page.getByRole("heading", { name: "Sign in first" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it("works behind a proxy that puts another prefix before it", async () => {
    const { system } = browser;
    const { subscription } = await system.webhooks.subscriptions.create({ name: "Behind a proxy" });
    const inside = new URL(system.url);
    const proxy = createServer((message, response) => {
      const path = (message.url ?? "").replace(/^\/outside\/tools\//, inside.pathname);
      const { method, headers } = message;
      const onward = ask({ host: inside.hostname, port: inside.port, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      message.pipe(onward);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const outside = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/outside/tools/`;
    const page = await browser.open();
    await page.goto(`${outside}subscriptions/${subscription.id}/deliveries`);
    await page.getByRole("heading", { level: 1, name: "Behind a proxy" }).waitFor();
    await page.getByRole("link", { name: "All webhooks" }).click();
    await expect.poll(() => page.url()).toBe(outside);
    await page.getByRole("link", { name: "Behind a proxy" }).click();
    await expect.poll(() => page.url()).toBe(`${outside}subscriptions/${subscription.id}`);
  });

  it("shows no button that writes to a reader who may only look", async () => {
    const { subscription } = await browser.system.webhooks.subscriptions.create({ name: "Look only" });
    browser.system.authorization = { ...OWNER, permissions: ["read"] };
    const page = await browser.open();
    await page.getByText("Look only").first().waitFor();
    const at = `subscriptions/${subscription.id}`;
    for (const path of ["", at, `${at}/deliveries`, `${at}/verify`]) {
      await page.goto(browser.system.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      const writes = /create|save|enable|delete|retry|rotate|send|recover|flush/i;
      expect(await page.getByRole("button", { name: writes }).count(), path).toBe(0);
      expect(await page.getByRole("link", { name: /create/i }).count(), path).toBe(0);
    }
  });
});
