import { expect, it } from "vitest";
import { axeViolations, describeInBrowser, OWNER, overflow } from "../../support/browser/index.js";

const ACME = "organization:acme";
const GRANTED = "signin.dhcp.granted";

describeInBrowser(
  "the event catalogue",
  (browser) => {
    const card = (page: Awaited<ReturnType<typeof browser.open>>, name: string) =>
      page.getByRole("article").filter({ has: page.getByRole("heading", { level: 3, name }) });

    it("shows each type under its group with description, name, scopes, schema and example", async () => {
      const { catalogue } = browser.system.webhooks;
      const page = await browser.open(`catalogue?scope=${ACME}`);
      await page.getByText("16 event types").waitFor();
      const groups = catalogue.groups({ at: "organization" }).map(({ group }) => group);
      expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual(groups);
      const described = catalogue.describe({ at: "organization" }).events;
      expect(await page.getByRole("article").count()).toBe(described.length);
      for (const { type, description } of described) {
        const article = page.getByRole("article").filter({ hasText: type });
        expect(await article.getByText(description, { exact: true }).count(), type).toBe(1);
      }
      const granted = card(page, GRANTED);
      expect(
        await granted
          .getByRole("list", { name: "Can be subscribed to at" })
          .getByRole("listitem")
          .allInnerTexts(),
      ).toEqual(["signin", "organization"]);
      expect(await granted.getByText("Audit", { exact: true }).count()).toBe(0);
      const audit = card(page, "Configuration Change");
      expect(await audit.getByText("Audit", { exact: true }).count()).toBe(1);
      expect(await audit.getByText("organization.configuration.audit").count()).toBeGreaterThan(0);

      await granted.getByRole("button", { name: `Copy: the name ${GRANTED}` }).click();
      await granted.getByText("Copied").waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(GRANTED);
      await granted.getByText("Schema and example").click();
      const info = described.find(({ type }) => type === GRANTED);
      const shown = async (label: string) =>
        JSON.parse(await granted.getByRole("region", { name: `${label} of ${GRANTED}` }).innerText());
      expect(await shown("Example")).toEqual(info?.example);
      // By keyboard from tab to tab.
      await granted.getByRole("tab", { name: "Example" }).press("ArrowRight");
      expect(await shown("JSON Schema")).toEqual(info?.jsonSchema);
      expect(await axeViolations(page)).toEqual([]);
      for (const width of [360, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await overflow(page), String(width)).toBe(0);
      }
    });

    it("is searched, and each type has an address that scrolls to it and opens it", async () => {
      const page = await browser.open(`catalogue?scope=${ACME}#${GRANTED}`);
      const heading = page.getByRole("heading", { level: 3, name: GRANTED });
      const isHere = () => heading.evaluate((it) => it === document.activeElement);
      await expect.poll(isHere).toBe(true);
      const top = (await heading.boundingBox())?.y ?? -1;
      expect(top).toBeGreaterThan(0);
      expect(top).toBeLessThan(200);
      await page.getByRole("region", { name: `Example of ${GRANTED}` }).waitFor();

      const search = page.getByRole("searchbox", { name: "Search" });
      await search.fill("arena login");
      const status = page.getByRole("status").filter({ hasText: "event type" });
      await expect.poll(() => status.innerText()).toBe("1 of 16 event types");
      expect(await page.getByRole("heading", { level: 3 }).allInnerTexts()).toEqual([
        "signin.arenasession.login",
      ]);
      await search.fill("nothing like it");
      await page.getByRole("heading", { name: "No event type matches" }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Clear the search" }).click();
      await expect.poll(() => status.innerText()).toBe("16 event types");

      await page.getByRole("link", { name: "Link to signin.session.denied" }).click();
      await page.getByRole("region", { name: "Example of signin.session.denied" }).waitFor();
      expect(new URL(page.url()).hash).toBe("#signin.session.denied");
      expect(new URL(page.url()).searchParams.get("scope")).toBe(ACME);
      await page
        .getByRole("navigation", { name: "Groups" })
        .getByRole("link", { name: "DHCP" })
        .press("Enter");
      await expect
        .poll(() =>
          page
            .getByRole("heading", { level: 2, name: "DHCP" })
            .evaluate((it) => it === document.activeElement),
        )
        .toBe(true);
      // A search does not hide what the address names next.
      await search.fill("arena");
      await expect.poll(() => heading.count()).toBe(0);
      await page.evaluate(`location.hash = "#${GRANTED}"`);
      await expect.poll(isHere).toBe(true);
      expect(await search.inputValue()).toBe("");
      await page.evaluate(`location.hash = "#no.such.type"`);
      await search.fill("arena");
      await expect.poll(() => status.innerText()).toBe("2 of 16 event types");
    });

    it("is that of the scope that is chosen", async () => {
      const page = await browser.open("catalogue");
      await page.getByText("5 event types").waitFor();
      await page.getByText("Every type of event that a webhook in Root can be sent").waitFor();
      await page.getByLabel("Scope", { exact: true }).selectOption("Acme");
      await page.getByText("16 event types").waitFor();
      expect(new URL(page.url()).searchParams.get("scope")).toBe(ACME);
    });

    it("says that it loads, why it cannot, and where there is nothing", async () => {
      const page = await browser.open("new");
      let answer: "wait" | "fail" | "empty" = "wait";
      await page.route("**/api/catalogue?*", async (route) => {
        const problem = { code: "INTERNAL", title: "Internal", status: 500, detail: "Something broke." };
        if (answer === "fail") {
          const contentType = "application/problem+json";
          await route.fulfill({ status: 500, contentType, body: JSON.stringify(problem) });
        }
        if (answer === "empty") {
          await route.fulfill({ json: { scope: "", kind: "", groups: [], events: [] } });
        }
      });
      await page.getByRole("link", { name: "Event catalogue" }).click();
      await page.getByRole("status").filter({ hasText: "Loading" }).waitFor();
      answer = "fail";
      await page.reload();
      const alert = page.getByRole("alert");
      await alert.getByText("This could not be loaded").waitFor();
      answer = "empty";
      await alert.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("heading", { name: "There is nothing to subscribe to here" }).waitFor();
      await page.getByText("Choose another scope above").waitFor();
      expect(await alert.count()).toBe(0);
      expect(await axeViolations(page)).toEqual([]);
    });

    it("marks what is deprecated, says what has no schema, and shows it to readers", async () => {
      const { system } = browser;
      system.authorization = { ...OWNER, permissions: ["read"] };
      const page = await browser.open("new");
      const event = { label: null, description: "Once.", group: null, at: [""], audit: false };
      const events = [
        { ...event, type: "old.one", deprecated: "Use new.one.", example: null, jsonSchema: null },
        { ...event, type: "old.two", deprecated: true, example: null, jsonSchema: null },
        { ...event, type: "new.one", deprecated: false, example: null, jsonSchema: null },
      ];
      await page.route("**/api/catalogue?*", (route) =>
        route.fulfill({ json: { scope: "", kind: "", groups: [{ group: null, types: events }], events } }),
      );
      await page.getByRole("link", { name: "Event catalogue" }).click();
      await page.getByRole("heading", { level: 2, name: "Other events" }).waitFor();
      await card(page, "old.one").getByText("Deprecated: Use new.one.").waitFor();
      await card(page, "old.two").getByText("Do not build on it: it may go away.").waitFor();
      expect(
        await card(page, "new.one")
          .getByText(/deprecated/i)
          .count(),
      ).toBe(0);
      await card(page, "old.one").getByText("Schema and example").click();
      await page.getByText("There is no example of it.").waitFor();
      await page.getByRole("tab", { name: "JSON Schema" }).click();
      await page.getByText("There is no schema of it").waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  },
  { scopes: () => [{ scope: ACME, label: "Acme" }] },
);
