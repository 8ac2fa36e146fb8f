// The main job on real input: several hundred payloads that GitHub really sent are published to an SQLite file and
// delivered to seven endpoints, of which one fails at first, one is slow, one is dead, one changes its secret, one takes
// batches, and one belongs to an organization and hears what happens in its repositories and to its own settings.
// Ends with exit code 0 only if every promise below was kept.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebhooks, type SubscriptionInput } from "hookwright";
import { sqliteStore } from "hookwright/stores/sqlite";
import { catalogue, payloads } from "./github.js";
import { startProgress } from "./progress.js";
import { type Behaviour, type DemoReceiver, deadUrl, startDemoReceiver } from "./receiver.js";

const folder = mkdtempSync(join(tmpdir(), "hookwright-demo-"));
const store = sqliteStore(join(folder, "webhooks.db"));
const webhooks = createWebhooks({
  catalogue,
  store,
  encryptionKeys: [randomBytes(32).toString("base64")],
  retry: { schedule: ["100ms", "200ms", "300ms", "400ms"], timeout: "5s" },
  dispatcher: { pollInterval: "20ms" },
  endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
});
const published = new Map<string, string>();
const problems: string[] = [];
const promised = (kept: boolean, promise: string) => {
  if (!kept) problems.push(promise);
};

const behaviours: Record<string, Behaviour> = {
  Steady: () => 200,
  Flaky: (times) => (times <= 2 ? 503 : 200),
  Slow: () => new Promise((resolve) => setTimeout(resolve, 50, 200)),
  Rotating: () => 200,
  Archive: () => 200,
  Organization: () => 200,
};
const owner = "organization:Codertocat";
const settings: Record<string, Partial<SubscriptionInput>> = {
  Flaky: { events: ["github.pull_request.*", "github.issues.*"] },
  Archive: { type: "batch", batch: { maxEvents: 100 } },
  Organization: { scope: owner, events: ["*"] },
};
const receivers = new Map<string, DemoReceiver>();
const ids = new Map<string, string>();
for (const [name, behaviour] of Object.entries(behaviours)) {
  const receiver = await startDemoReceiver(published, behaviour);
  const { subscription, secret } = await webhooks.subscriptions.create({
    name,
    url: receiver.url,
    events: ["github.*"],
    enabled: true,
    ...settings[name],
  });
  receiver.secret = secret ?? "";
  receivers.set(name, receiver);
  ids.set(name, subscription.id);
}
const dead = await webhooks.subscriptions.create({
  name: "Dead",
  url: await deadUrl(),
  events: ["github.release.*"],
  enabled: true,
});
ids.set("Dead", dead.subscription.id);

const tally = { delivered: 0, attempts: 0, retries: 0 };
webhooks.on("delivery.succeeded", ({ delivery }) => {
  tally.delivered += delivery.kind === "event" ? 1 : 0;
  tally.attempts++;
  tally.retries += delivery.attempts > 1 ? 1 : 0;
});
for (const failed of ["delivery.failed", "delivery.exhausted"] as const) {
  webhooks.on(failed, ({ delivery }) => {
    tally.attempts++;
    tally.retries += delivery.attempts > 1 ? 1 : 0;
  });
}
webhooks.on("error", ({ message }) => problems.push(message));

console.log(
  `Publishing ${payloads.length} GitHub payloads of ${catalogue.types.length} types to ${ids.size} endpoints.`,
);
await webhooks.start();
const begun = performance.now();
const heardBy = ({ type, scope }: (typeof payloads)[number]) =>
  3 +
  (/^github\.(pull_request|issues)\./.test(type) ? 1 : 0) +
  (scope === owner || scope.startsWith(`${owner}/`) ? 1 : 0);
// Of the organization's endpoint, that it was created and that its description was changed.
const audits = 2;
const inOrganization = payloads.filter(
  ({ scope }) => scope === owner || scope.startsWith(`${owner}/`),
).length;
const progress = startProgress(audits + payloads.reduce((sum, payload) => sum + heardBy(payload), 0));
webhooks.on("delivery.succeeded", () => progress.update(tally.delivered));
let expected = audits;
const half = Math.ceil(payloads.length / 2);
const threeQuarters = Math.ceil(payloads.length * 0.75);
await publish(payloads.slice(0, half));

// Half-way the secret is rotated. For a day everything is signed with both, so the endpoint may change over when it
// likes: it knows only the old one for another quarter, and only the new one after that.
const rotating = receivers.get("Rotating") as DemoReceiver;
const rotated = await webhooks.subscriptions.rotateSecret(ids.get("Rotating") as string);
promised(rotated.secret !== null && rotated.secret !== rotating.secret, "rotating makes another secret");
await publish(payloads.slice(half, threeQuarters));
await until(() => rotating.verified.size === threeQuarters);
rotating.secret = rotated.secret ?? "";
await publish(payloads.slice(threeQuarters));

await webhooks.subscriptions.update(ids.get("Organization") as string, {
  description: "Hears its repositories",
});
await webhooks.subscriptions.flush(ids.get("Archive") as string);
const archive = receivers.get("Archive") as DemoReceiver;
await until(() => tally.delivered >= expected && archive.verified.size === payloads.length);
progress.stop();
const seconds = (performance.now() - begun) / 1000;
await until(async () => !(await webhooks.subscriptions.get(dead.subscription.id)).enabled);
await webhooks.stop();

const rows: Record<string, Record<string, string | number>> = {};
for (const [name, id] of ids) {
  const { enabled, disabledReason } = await webhooks.subscriptions.get(id);
  const count = { deliveries: 0, delivered: 0, attempts: 0 };
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await webhooks.deliveries.list({
      subscriptionId: id,
      limit: 200,
      ...(cursor ? { cursor } : {}),
    });
    for (const { status, attempts } of page.items) {
      count.deliveries++;
      count.delivered += status === "delivered" ? 1 : 0;
      count.attempts += attempts;
    }
    more = page.next !== null;
    cursor = page.next ?? undefined;
  }
  const receiver = receivers.get(name);
  const retries = count.attempts - count.deliveries;
  const state = enabled ? "enabled" : `disabled: ${disabledReason}`;
  rows[name] = { ...count, retries, verified: receiver?.verified.size ?? 0, state };
  if (receiver === undefined) {
    promised(!enabled && disabledReason === "exhausted", "the dead endpoint is disabled and says why");
    continue;
  }
  promised(count.delivered === count.deliveries, `everything for ${name} is delivered`);
  const events = name === "Archive" ? payloads.length : count.deliveries;
  promised(
    receiver.verified.size === events,
    `${name} verified every body and found it byte for byte as published`,
  );
  promised(receiver.rejected.length === 0, `${name} rejected nothing (${receiver.rejected[0] ?? ""})`);
  promised(receiver.requests === count.attempts, `${name} got exactly the requests that are recorded`);
  promised(enabled, `${name} stays enabled`);
  if (name === "Archive")
    promised(count.deliveries === Math.ceil(events / 100), "batches are as large as they may be");
  if (name === "Organization")
    promised(events === inOrganization + audits, "the organization hears its repositories and its own audit");
  if (name === "Flaky")
    promised(retries === count.deliveries * 2, "each flaky delivery was tried three times");
  await receiver.close();
}
promised(tally.delivered === expected, `${expected} deliveries to live endpoints succeed`);
await store.close?.();
rmSync(folder, { recursive: true, force: true });

console.table(rows);
console.log(
  `${tally.delivered} deliveries, ${tally.attempts} attempts, ${tally.retries} retries in ${seconds.toFixed(1)} s: ` +
    `${Math.round(tally.delivered / seconds)} deliveries per second, one endpoint answering after 50 ms.`,
);
for (const problem of problems) console.error(`NOT KEPT: ${problem}`);
console.log(problems.length === 0 ? "Every promise was kept." : `${problems.length} promises were not kept.`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function publish(some: typeof payloads): Promise<void> {
  for (const { type, data, scope } of some) {
    const { id, deliveries } = await webhooks.publish(type, data, { scope });
    published.set(id, JSON.stringify(data));
    expected += deliveries - (type.startsWith("github.release.") ? 1 : 0);
  }
}

/** Waits for something to become true, for a minute at most; what did not is found out below. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const latest = performance.now() + 60_000;
  while (!(await condition()) && performance.now() < latest) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
