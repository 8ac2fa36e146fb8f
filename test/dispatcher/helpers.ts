import { Deadlines } from "../../src/dispatcher/deadline.js";
import { Dispatcher, type DispatcherParts } from "../../src/dispatcher/dispatcher.js";
import type { Finished } from "../../src/dispatcher/finished.js";
import type { Recipient, Unsendable } from "../../src/dispatcher/recipient.js";
import { Sender, type SenderParts } from "../../src/dispatcher/sender.js";
import { formatsWith } from "../../src/formats/registry.js";
import type { LeasedDelivery, Outcome } from "../../src/model/delivery.js";
import type { ClaimRequest, Settled } from "../../src/model/store.js";
import { FRESH_HEALTH, type HealthChange } from "../../src/model/subscription.js";
import type { TransportRequest, TransportResult } from "../../src/model/transport.js";
import { createRedactor } from "../../src/subscriptions/redact.js";
import { clockAt, deferred, event } from "../make.js";

/** A subscription that can be sent to. */
export function recipient(change: Partial<Recipient> = {}): Recipient {
  return {
    id: "sub_1",
    name: "Splunk",
    scope: "",
    metadata: {},
    enabled: true,
    ordered: false,
    schedule: [60_000, 300_000],
    url: "https://hooks.example.com/in",
    contentType: null,
    headers: {},
    tls: { verify: true },
    timeoutMs: 15_000,
    sign: ({ id }) => ({ "webhook-id": id }),
    redact: createRedactor(Object.values(change.headers ?? {})),
    ...change,
  };
}

/** An answer with this status. */
export function answer(status: number, headers: Record<string, string> = {}): TransportResult {
  return { kind: "response", status, headers, body: "", truncated: false, ms: 1.5 };
}

/** A transport of which each request waits until it is told what became of it. */
export function heldTransport() {
  const requests: { request: TransportRequest; signal: AbortSignal; end(result: TransportResult): void }[] =
    [];
  const transport = {
    send(request: TransportRequest, signal: AbortSignal): Promise<TransportResult> {
      const { promise, resolve } = deferred<TransportResult>();
      requests.push({ request, signal, end: resolve });
      return promise;
    },
  };
  return { transport, requests };
}

/** A sender whose parts are as given, or else simple ones that work. */
export function senderOf(change: Partial<SenderParts> = {}) {
  const faults: unknown[] = [];
  const sent: TransportRequest[] = [];
  const clock = clockAt();
  const deadlines = new Deadlines();
  const known = new Map<string, Recipient | Unsendable | null>();
  const sender = new Sender({
    clock,
    transport: {
      async send(request) {
        sent.push(request);
        return answer(200);
      },
    },
    deadlines,
    formats: formatsWith({}),
    maxResponseBytes: 100,
    recipient: async (id) => (known.has(id) ? (known.get(id) ?? null) : recipient({ id })),
    readEvents: async (ids) => ids.map((id) => event({ id })),
    recordedAttempts: async () => 0,
    onFailure: () => undefined,
    onFault: (error) => void faults.push(error),
    ...change,
  });
  return { sender, faults, sent, clock, deadlines, known };
}

/** A queue of prepared claims that records what is settled. */
export function queueOf(claims: LeasedDelivery[][] = []) {
  const asked: ClaimRequest[] = [];
  const settled: Outcome[] = [];
  const health: HealthChange[] = [];
  const store: DispatcherParts["store"] = {
    async claim(request) {
      asked.push(request);
      return claims.shift() ?? [];
    },
    async settle(outcomes, changes): Promise<Settled> {
      settled.push(...outcomes);
      health.push(...changes);
      return {
        refused: [],
        health: changes.map(({ subscriptionId, add, holdUntil, failedAt }) => ({
          ...FRESH_HEALTH,
          subscriptionId,
          consecutiveFailures: add,
          failingSince: failedAt,
          holdUntil,
        })),
      };
    },
  };
  return { store, claims, asked, settled, health };
}

/** A dispatcher over a queue and a sender. */
export function dispatcherOf(
  queue: ReturnType<typeof queueOf>,
  sender: Sender,
  change: Partial<DispatcherParts> = {},
) {
  const faults: string[] = [];
  const told: Finished[] = [];
  let rooms = 0;
  const dispatcher = new Dispatcher({
    clock: clockAt(),
    store: queue.store,
    sender,
    limits: { concurrency: 100, perSubscription: 8, leaseMs: 60_000 },
    warm: async () => {},
    onSettled: async (finished) => void told.push(...finished),
    onRoom: () => rooms++,
    onFault: (_, message) => void faults.push(message),
    ...change,
  });
  return { dispatcher, faults, told, rooms: () => rooms };
}
