import { expect, it } from "vitest";
import { describeInBrowser, OWNER } from "../../support/browser/index.js";

describeInBrowser("two tenants", (browser) => {
  it("never see anything of each other, whatever address they try", async () => {
    const { system } = browser;
    const endpoint = await system.endpoint();
    endpoint.answer = () => ({ status: 500, body: "answer-of-alpha" });
    const scope = "organization:alpha";
    const actor = { type: "user", id: "alpha_1", name: "Alpha Person" } as const;
    const { subscription } = await system.webhooks.subscriptions.create(
      {
        ...{ scope: `${scope}/signin:hall`, name: "Alpha archive", description: "alpha-description" },
        ...{ url: endpoint.url, events: ["signin.session.*"], enabled: true },
      },
      { actor },
    );
    const batch = await system.webhooks.subscriptions.create(
      {
        ...{ scope, name: "Alpha batch", type: "batch", url: endpoint.url, events: ["*"], enabled: true },
      },
      { actor },
    );
    const data = { sessionId: "session-of-alpha", device: "aa:bb:cc:00:11:22" };
    await system.webhooks.publish("signin.session.created", data, { scope: `${scope}/signin:hall` });
    await expect.poll(() => endpoint.got.length).toBeGreaterThan(0);
    const delivery = (await system.webhooks.deliveries.list({ subscriptionId: subscription.id })).items[0];
    const at = `subscriptions/${subscription.id}`;
    // What each address shows to whom it belongs to: so that a page which shows nobody anything fails, too.
    const addresses: readonly (readonly [path: string, shows: RegExp])[] = [
      ["", /Alpha archive/],
      [`?scope=${encodeURIComponent(scope)}`, /Alpha archive/],
      [at, /Alpha archive/],
      [`${at}/deliveries`, /signin\.session\.created/],
      [`${at}/deliveries/${delivery?.id}`, /session-of-alpha/],
      [`${at}/activity`, /Alpha archive/],
      [`${at}/verify`, /Alpha archive/],
      [`subscriptions/${batch.subscription.id}/pending`, /signin\.session\.created|configuration\.audit/],
    ];
    const secrets = /alpha|session-of|127\.0\.0\.1:\d+\/in/i;

    system.authorization = { ...OWNER, scope, actor };
    for (const [path, shows] of addresses) {
      const page = await browser.open(path);
      await page.getByText(shows).first().waitFor();
      await page.context().close();
    }
    system.authorization = { ...OWNER, scope: "organization:beta", actor: { type: "user", id: "beta_1" } };
    const { subscription: own } = await system.webhooks.subscriptions.create({
      ...{ scope: "organization:beta", name: "Beta only" },
    });
    const known = await browser.open();
    await known.getByText(own.name).first().waitFor();
    for (const [path] of addresses) {
      const answers: string[] = [];
      const page = await browser.open();
      page.on("response", async (response) => {
        if (response.url().includes("/api/")) answers.push(await response.text().catch(() => ""));
      });
      await page.goto(system.url + path);
      await page.waitForLoadState("networkidle");
      const shown = (await page.content()).replaceAll(path, "");
      expect(shown, path).not.toMatch(secrets);
      expect(answers.join("\n").replaceAll(scope, ""), path).not.toMatch(secrets);
      await page.context().close();
    }
  }, 60_000);
});
