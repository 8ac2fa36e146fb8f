// `npm run screenshots`: the pictures of the README, of a live system with real deliveries.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildPortal } from "../../../.ci/portal.js";
import { launch } from "./browser.js";
import { startPortal } from "./portal.js";
import { findTool } from "./tools.js";

const folder = fileURLToPath(new URL("../../../src/portal/screenshots/", import.meta.url));
mkdirSync(folder, { recursive: true });
await buildPortal();
const chromium = await findTool("chromium");
if (chromium === null) throw new Error("There is no Chromium.");

const system = await startPortal({ title: "Acme Webhooks" });
const { webhooks } = system;
const actor = { type: "user", id: "user_1", name: "Ada Lovelace" } as const;
const scope = "organization:acme/signin:lobby";

// Endpoints by what they answer, their addresses shown as a customer's would be.
const steady = await system.endpoint();
const moody = await system.endpoint();
let asked = 0;
moody.answer = () =>
  ++asked % 3 === 0
    ? {
        status: 503,
        body: '{"error":"The index is being rebuilt. Try again later."}',
        headers: { "content-type": "application/json" },
      }
    : { status: 202, body: '{"accepted":true}', headers: { "content-type": "application/json" } };
const ids = new Map<string, string>();
for (const input of [
  {
    name: "Data lake",
    type: "batch",
    url: steady.url,
    events: ["*"],
    batch: { maxEvents: 5_000, intervalMinutes: 15 },
  },
  { name: "Ops Slack", url: moody.url, events: ["signin.session.denied", "signin.session.revoked"] },
  {
    name: "Splunk",
    description: "Sessions and leases for the SIEM.",
    url: moody.url,
    events: ["signin.session.*", "signin.dhcp.*"],
    headers: { "x-tenant": "acme" },
  },
] as const) {
  const made = await webhooks.subscriptions.create({ scope, enabled: true, ...input }, { actor });
  ids.set(input.name, made.subscription.id);
}
await webhooks.subscriptions.create({ scope, name: "CRM", description: "Not configured yet." }, { actor });

for (let guest = 0; guest < 40; guest++) {
  const device = `aa:bb:cc:00:11:${guest.toString(16).padStart(2, "0")}`;
  const policy = { id: "pol_1", name: "Guests" };
  const session = { sessionId: `ses_${1000 + guest}`, device, policy };
  await webhooks.publish("signin.session.created", session, { scope });
  if (guest % 4 === 0) await webhooks.publish("signin.session.denied", session, { scope });
  await webhooks.runUntilIdle();
}

const splunk = ids.get("Splunk") ?? "";
const [failed] = (await webhooks.deliveries.list({ subscriptionId: splunk, status: "failed" })).items;
// A second attempt, by hand, so that there is one of each.
if (failed !== undefined) await webhooks.deliveries.retry(failed.id);
await webhooks.runUntilIdle();

const browser = await launch(chromium, false);
const shots = [
  { name: "list", path: "", scheme: "light" },
  { name: "settings", path: `subscriptions/${splunk}`, scheme: "light" },
  { name: "delivery", path: `subscriptions/${splunk}/deliveries/${failed?.id}`, scheme: "light" },
  { name: "activity", path: `subscriptions/${splunk}/activity?range=1h`, scheme: "dark" },
] as const;
for (const { name, path, scheme } of shots) {
  const { page, context } = await browser.open({ width: 1280, height: 900, scheme });
  await page.goto(system.url + path);
  await page.locator("h1").waitFor();
  await page.waitForLoadState("networkidle").catch(() => {});
  await page.screenshot({ path: `${folder}${name}.png` });
  console.log(`${name}.png`);
  await context.close();
}
await browser.close();
await system.close();
process.exit(0);
