import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { createWebhooks, defineCatalogue, type Store } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { type Evil, type EvilEnd, type EvilReceiver, evils, startEvilReceiver } from "hookwright/testing";
import { kyTransport } from "hookwright/transports/ky";
import { undiciTransport } from "hookwright/transports/undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testClock } from "../../src/testing/clock.js";
import { LOOPBACK_ENDPOINTS, post } from "../../src/testing/transport/case.js";

/** Every evil receiver at once, through the public surface. */

const KEPT = 4_096;
/** What a connection may have read beyond what is kept: the chunks that were on their way. */
const READ = 256 * 1_024;

/** What the history says of each way in which an attempt ends. */
const CODES: Readonly<Partial<Record<EvilEnd, string>>> = {
  timeout: "TIMEOUT",
  reset: "CONNECTION_CLOSED",
  protocol: "INVALID_RESPONSE",
  tls: "TLS",
};

let receiver: EvilReceiver;
let sockets: Socket[];
const onSocket = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
const cleanUps: (() => unknown)[] = [];
beforeEach(async () => {
  receiver = await startEvilReceiver();
  sockets = [];
  subscribe("net.client.socket", onSocket);
  cleanUps.push(
    () => receiver.close(),
    () => unsubscribe("net.client.socket", onSocket),
  );
});
afterEach(async () => {
  for (let step = cleanUps.pop(); step; step = cleanUps.pop()) await step();
});

const TRANSPORTS = [
  ["undici", undiciTransport],
  ["ky", kyTransport],
] as const;
const HOUSES: readonly (readonly [string, (typeof TRANSPORTS)[number][1], () => Store])[] = [
  ["undici, on sqlite", undiciTransport, () => sqliteStore(":memory:")],
  ["ky, in memory", kyTransport, memoryStore],
];

describe.each(HOUSES)("over %s", (_, make, makeStore) => {
  test("each ends in one recorded attempt, by the deadline, with little read, less kept and no redirect followed", async () => {
    const store = makeStore();
    const transport = make({ ca: receiver.ca });
    const faults: unknown[] = [];
    const webhooks = createWebhooks({
      catalogue: defineCatalogue({ events: { "order.paid": {} } }),
      store,
      transport,
      clock: testClock(),
      encryptionKeys: [Buffer.alloc(32, 7).toString("base64")],
      endpoints: LOOPBACK_ENDPOINTS,
      retry: { schedule: [], timeout: "4s" },
      limits: { responseBytes: KEPT },
    });
    webhooks.on("error", (fault) => faults.push(fault));
    cleanUps.push(
      () => store.close?.(),
      () => transport.close?.(),
      () => webhooks.stop({ drain: 0 }),
    );
    await webhooks.migrate();
    const all = [
      ...evils.map(({ name }) => ({ name, url: receiver.url(name) })),
      { name: "plain", url: receiver.plainUrl },
      { name: "secure", url: receiver.tlsUrl },
    ];
    for (const fields of all)
      await webhooks.subscriptions.create({ ...fields, events: ["*"], enabled: true });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();

    const met = new Map<string, Awaited<ReturnType<typeof attemptOf>>>();
    async function attemptOf(subscriptionId: string) {
      const { items } = await webhooks.deliveries.list({ subscriptionId });
      expect(items).toHaveLength(1);
      const delivery = await webhooks.deliveries.get(items[0]?.id ?? "");
      expect(delivery.attemptLog).toHaveLength(1);
      return { status: delivery.status, response: null, error: null, ...delivery.attemptLog[0] };
    }
    for (const { id, name } of (await webhooks.subscriptions.list({ limit: 100 })).items) {
      met.set(name, await attemptOf(id));
    }
    expect(met.size).toBe(evils.length + 2);
    for (const [name, { status, response, error }] of met) {
      const evil = evils.find((one) => one.name === name);
      if (evil) expectEnd(evil, response, error?.code);
      else expect([name, status, response?.status]).toEqual([name, "delivered", 204]);
      expect(response?.body.length ?? 0, name).toBeLessThanOrEqual(KEPT);
    }
    expect(receiver.strays).toBe(0);
    expect(faults).toEqual([]);
    expect(sockets.length).toBeGreaterThanOrEqual(evils.length);
    expect(Math.max(...sockets.map(({ bytesRead }) => bytesRead))).toBeLessThan(READ);
    // What has no end was really sent for as long as it was read.
    expect(met.get("endless-body")?.response).toMatchObject({ truncated: true, body: ".".repeat(KEPT) });
    await Promise.all(receiver.visits.map(({ closed }) => closed));
  });
});

function expectEnd(evil: Evil, response: { status: number } | null, code: string | undefined): void {
  const ends = evil.ends.map((end) => CODES[end] ?? end);
  if (response === null) expect(ends, evil.name).toContain(code);
  else expect(ends, `${evil.name} answered ${response.status}`).toContain("response");
}

describe.each(TRANSPORTS)("over %s", (_, make) => {
  test("a Host header that would fit the certificate is refused before a connection is made", async () => {
    const transport = make({ ca: receiver.ca, endpoints: LOOPBACK_ENDPOINTS });
    cleanUps.push(() => transport.close?.());
    const url = receiver.url("tls-host-header");
    for (const name of ["host", "Host"]) {
      const result = await post(transport, url, { headers: { [name]: receiver.hostHeader } });
      expect(result).toMatchObject({ kind: "failure", reason: "protocol" });
    }
    expect(receiver.visits).toEqual([]);
  });

  test.each([301, 302, 303, 307, 308])("a %i to a private address is not followed", async (status) => {
    const transport = make({ endpoints: LOOPBACK_ENDPOINTS });
    cleanUps.push(() => transport.close?.());
    const name = `redirect-${status}` as Evil["name"];
    const result = await post(transport, receiver.url(name));
    expect(result).toMatchObject({ kind: "response", status });
    expect(result.kind === "response" && result.headers.location).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/latest/,
    );
    expect(receiver.strays).toBe(0);
  });
});
