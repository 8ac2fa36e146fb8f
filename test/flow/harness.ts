import { type AnyCatalogue, createWebhooks, defineCatalogue, type Store, type Webhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { z } from "zod";
import type { Transport, TransportRequest, TransportResult } from "../../src/model/transport.js";
import type { WebhooksOptions } from "../../src/options.js";
import { type TestClock, testClock } from "../../src/testing/clock.js";
import { type Receiver, startReceiver } from "../../src/testing/receiver.js";

/** The whole library on a store of the caller's choice, a clock that stands still and a network that is a function. */

/** The stores every flow is proved on. */
export const STORES: readonly (readonly [string, () => Store])[] = [
  ["memory", memoryStore],
  ["sqlite", () => sqliteStore(":memory:")],
];

/** 32 bytes in base64: a key for tests and nothing else. */
export const KEY = Buffer.alloc(32, 7).toString("base64");

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Where the test clock stands at first. */
export const START = Date.UTC(2026, 0, 1);

export const LOCAL = { allowHttp: true, allowNetworks: ["127.0.0.0/8"] } as const;

export const catalogue = defineCatalogue({
  scopes: { organization: {}, signin: { parent: "organization" } },
  events: {
    "order.paid": {
      description: "An order was paid.",
      schema: z.object({ n: z.number(), note: z.string().optional() }),
      example: { n: 0 },
    },
    "order.shipped": { description: "An order was shipped.", example: { shipped: true } },
    "guest.arrived": {
      description: "A guest arrived.",
      at: ["signin", "organization"],
      schema: z.object({ guest: z.string() }),
    },
  },
});

export type TestCatalogue = typeof catalogue;

/** An answer of the network: a status, a result, or whatever a broken transport does. */
export type NetworkAnswer =
  | number
  | Partial<Extract<TransportResult, { kind: "response" }>>
  | TransportResult;

/** What the network does with the nth request, counted from 1. */
export type Network = (
  request: TransportRequest,
  number: number,
  signal: AbortSignal,
) => NetworkAnswer | Promise<NetworkAnswer>;

export interface Flow<C extends AnyCatalogue = TestCatalogue> {
  readonly webhooks: Webhooks<C>;
  readonly clock: TestClock;
  readonly store: Store;
  /** Every request so far, and when it was made by the test clock. */
  readonly requests: readonly (TransportRequest & { readonly at: number })[];
  /** What the library reported as faults of its own or the host's. */
  readonly faults: readonly { readonly error: unknown; readonly message: string }[];
  /** Answers like this from now on; the numbers go on. */
  answer(network: Network | NetworkAnswer): void;
  /** Moves the clock, then does what is due. */
  pass(ms: number): Promise<void>;
  /** An enabled subscription at the root that hears all, unless the change says otherwise. */
  subscribe(change?: Record<string, unknown>): Promise<{ id: string; secret: string }>;
}

const cleanUps: (() => unknown)[] = [];

/** To be called when the test is over. */
export function cleanUp(step: () => unknown): void {
  cleanUps.push(step);
}

/** Give it to `afterEach`: stops what the test started, last first. */
export async function cleanAll(): Promise<void> {
  for (let step = cleanUps.pop(); step; step = cleanUps.pop()) await step();
}

type Options = Partial<WebhooksOptions<TestCatalogue, never>>;

/** Builds the library for one test. */
export function flowOn(makeStore: () => Store, options: Options = {}): Flow {
  const clock = (options.clock as TestClock | undefined) ?? testClock(START);
  const store = options.store ?? makeStore();
  const requests: (TransportRequest & { at: number })[] = [];
  const faults: { error: unknown; message: string }[] = [];
  let network: Network = () => 200;
  const transport: Transport = {
    async send(request, signal) {
      requests.push({ ...request, at: clock.now() });
      return resultOf(await network(request, requests.length, signal));
    },
  };
  const webhooks = createWebhooks({
    catalogue,
    transport,
    encryptionKeys: [KEY],
    endpoints: LOCAL,
    ...options,
    clock,
    store,
  });
  webhooks.on("error", (fault) => faults.push(fault));
  cleanUp(async () => {
    await webhooks.stop({ drain: 0 });
    await store.close?.();
  });
  return {
    webhooks,
    clock,
    store,
    requests,
    faults,
    answer(next) {
      network = typeof next === "function" ? next : () => next;
    },
    async pass(ms) {
      clock.advance(ms);
      await webhooks.runUntilIdle();
    },
    async subscribe(change = {}) {
      await webhooks.migrate();
      const { subscription, secret } = await webhooks.subscriptions.create({
        name: "Endpoint",
        url: "https://hooks.example.com/in",
        events: ["*"],
        enabled: true,
        ...change,
      });
      return { id: subscription.id, secret: secret ?? "" };
    },
  };
}

function resultOf(answer: NetworkAnswer): TransportResult {
  if (typeof answer === "number") return resultOf({ status: answer });
  if (answer.kind === "failure") return answer;
  return { status: 200, headers: {}, body: "", truncated: false, ms: 1, ...answer, kind: "response" };
}

/** An endpoint on this machine that is closed when the test is over. */
export async function receiving(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...args);
  cleanUp(() => receiver.close());
  return receiver;
}

/** The one item there is; fails when there are more or none. */
export function only<T>(items: readonly T[]): T {
  const [first, ...others] = items;
  if (first === undefined || others.length > 0)
    throw new Error(`Expected one item, there are ${items.length}`);
  return first;
}

/** A value that must be there. */
export function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("Expected a value, there is none");
  return value;
}

/** Resolves when the condition holds; gives up after some seconds of real time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = "the condition",
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
