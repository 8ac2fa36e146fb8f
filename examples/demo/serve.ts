// A system that keeps running on an SQLite file, with endpoints that behave as endpoints do and an event every second or
// so, and its portal. Everybody who can reach the address is let in: it listens on this machine only.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createWebhooks, type SubscriptionInput } from "hookwright";
import { toNodeHandler } from "hookwright/http";
import { createPortal } from "hookwright/portal";
import { sqliteStore } from "hookwright/stores/sqlite";
import { startEndpoints } from "./endpoints.js";
import { catalogue, payloads } from "./github.js";

const folder = mkdtempSync(join(tmpdir(), "hookwright-serve-"));
const store = sqliteStore(join(folder, "webhooks.db"));
const endpoints = await startEndpoints();
const webhooks = createWebhooks({
  catalogue,
  store,
  encryptionKeys: [randomBytes(32).toString("base64")],
  retry: { schedule: ["10s", "30s", "1m", "5m"], timeout: "5s" },
  autoDisable: { consecutive: 25 },
  endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
});
await webhooks.start();

const owner = "organization:Codertocat";
const subscriptions: readonly (Partial<SubscriptionInput> & { readonly name: string })[] = [
  {
    name: "Data warehouse",
    url: "/steady",
    type: "batch",
    events: ["*"],
    batch: { maxEvents: 50, intervalMinutes: 1 },
  },
  { name: "Issue tracker", url: "/flaky", events: ["github.issues.*", "github.issue_comment.*"] },
  {
    name: "Build server",
    url: "/slow",
    events: ["github.push", "github.pull_request.*", "github.check_run.*"],
  },
  {
    name: "Chat room",
    url: "/strict",
    events: ["github.release.*", "github.star.*", "github.issues.opened"],
  },
  { name: "Old CRM", url: "/broken", events: ["github.*"] },
  { name: "Audit log", url: "/steady", events: ["organization.configuration.audit"], scope: owner },
];
const actor = { type: "user", id: "demo", name: "Demo" } as const;
for (const { url, ...input } of subscriptions) {
  await webhooks.subscriptions.create({ enabled: true, url: endpoints.origin + url, ...input }, { actor });
}

const portal = createPortal(webhooks, {
  basePath: "/webhooks",
  title: "Acme Webhooks",
  authorize: () => ({ scope: "", actor, permissions: ["read", "write", "reveal"] }),
  scopes: () => [
    { scope: "", label: "All of GitHub" },
    { scope: owner, label: "Codertocat" },
  ],
  onError: (error) => console.error(error),
});
const server = createServer(toNodeHandler(portal));
server.listen(Number(process.env.PORT ?? 4400), "127.0.0.1");
await once(server, "listening");

const { port } = server.address() as AddressInfo;
console.log(`The portal: http://127.0.0.1:${port}/webhooks/   (Ctrl-C ends it)`);

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.abort());

for (let sent = 0; !ending.signal.aborted; sent++) {
  const { type, data, scope } = payloads[sent % payloads.length] as (typeof payloads)[number];
  await webhooks.publish(type, data, { scope });
  await setTimeout(700, undefined, { signal: ending.signal }).catch(() => {});
}
server.closeAllConnections();
server.close();
await webhooks.stop({ drain: "2s" });
endpoints.close();
await store.close?.();
rmSync(folder, { recursive: true, force: true });
