import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { catalogue as github } from "../../../examples/demo/github.js";
import { axeViolations, describeInBrowser, overflow } from "../../support/browser/index.js";

describeInBrowser(
  "a host with some 160 event types, long descriptions, and a format, a scheme and a title of its own",
  (browser) => {
    it("has pages that are wide enough, not endless, and say what is the host's", async () => {
      const { system } = browser;
      const endpoint = await system.endpoint();
      const { subscription } = await system.webhooks.subscriptions.create({
        ...{ name: "Own ways", url: endpoint.url, enabled: true, format: "lines" },
        ...{
          events: ["github.issues.*"] as never,
          signing: { scheme: "acme", secret: "a secret of twenty" },
        },
      });
      const page = await browser.open("catalogue");
      await page.getByRole("heading", { level: 1, name: "Event catalogue" }).waitFor();
      await page.getByText("github.issues.opened").first().waitFor();
      expect(await page.title()).toBe("Event catalogue · Octo");
      expect(await axeViolations(page)).toEqual([]);
      for (const width of [360, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await overflow(page), `catalogue ${width}`).toBe(0);
      }

      await page.goto(`${system.url}subscriptions/${subscription.id}`);
      const types = page.getByRole("region", { name: "Event types" });
      await types.getByText("github.issues.opened", { exact: true }).first().waitFor();
      expect(await page.getByLabel("Body format").inputValue()).toBe("lines");
      expect(await page.getByLabel("Signature scheme").inputValue()).toBe("acme");
      expect(await page.evaluate("document.documentElement.scrollHeight")).toBeLessThan(5_000);
      expect(await axeViolations(page)).toEqual([]);
      for (const width of [360, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await overflow(page), `settings ${width}`).toBe(0);
      }

      await page.goto(`${system.url}subscriptions/${subscription.id}/verify`);
      await page.getByRole("heading", { level: 1, name: "Own ways" }).waitFor();
      await page
        .getByText(/documentation/)
        .first()
        .waitFor();
      expect(await page.getByRole("tab", { name: "Node" }).count()).toBe(0);
      expect(await axeViolations(page)).toEqual([]);

      await system.webhooks.publish("github.issues.opened" as never, { title: "Gäste" } as never);
      await expect.poll(() => endpoint.got.length).toBe(1);
      expect(endpoint.got[0]?.body).toMatch(/^github\.issues\.opened \{.*Gäste/);
      await page.goto(`${system.url}subscriptions/${subscription.id}/deliveries`);
      await page.getByRole("link", { name: "github.issues.opened" }).click();
      await page.getByText(/^github\.issues\.opened \{/).waitFor();
    }, 60_000);
  },
  {
    title: "Octo",
    host: {
      catalogue: github,
      formats: {
        lines: {
          contentType: "text/plain",
          body: (events) => events.map(({ type, data }) => `${type} ${JSON.stringify(data)}`).join("\n"),
        },
      },
      signatures: {
        acme: {
          headers: ["x-acme-signature"],
          checkSecret() {},
          sign: ({ body }, [key = ""]) => ({
            "x-acme-signature": createHmac("sha256", String(key)).update(body).digest("hex"),
          }),
        },
      },
    },
  },
);
