// One case of the batch benchmark, in a process of its own so that its memory is its own: publishes a whole batch,
// flushes it, delivers it, and says how long the event loop stood still in each.
import { randomBytes } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createWebhooks, defineCatalogue } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";

/** What one case cost. Stalls and times in milliseconds, memory in bytes. */
export interface BatchSample {
  readonly publish: Phase;
  readonly flush: Phase;
  readonly deliver: Phase;
  /** `deliveries.get` of it. */
  readonly read: Phase;
  /** The body of the request. */
  readonly bodyBytes: number;
  /** Most memory of the process while flushing and delivering, over what it had before. */
  readonly peakBytes: number;
}

/** One step of a case. */
export interface Phase {
  readonly ms: number;
  /** The longest time in which the event loop did nothing else. */
  readonly stallMs: number;
}

const COUNT = 20_000;
const EVENT_BYTES = 400;
const [, , path = "", url = ""] = process.argv;
const MiB = 1024 * 1024;

const store = path === "memory" ? memoryStore() : sqliteStore(path);
const webhooks = createWebhooks({
  catalogue: defineCatalogue({ events: { "bench.event": {} } }),
  store,
  encryptionKeys: [randomBytes(32).toString("base64")],
  endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
});
await webhooks.migrate();
const batch = { maxEvents: COUNT, maxBytes: 64 * MiB };
const { subscription } = await webhooks.subscriptions.create({
  name: "bench",
  url,
  type: "batch",
  events: ["bench.event"],
  batch,
  enabled: true,
});

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

/** The pauses let the probe fire, before and after: reset, it counts from its next tick, and would miss what blocks at once. */
async function phase(work: () => Promise<unknown>): Promise<Phase> {
  globalThis.gc?.();
  delay.reset();
  await sleep(20);
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  await sleep(20);
  return { ms, stallMs: delay.max / 1e6 };
}

const block = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
};
const probe = await phase(async () => block(100));
if (probe.stallMs < 90) throw new Error(`The probe missed a block of 100 ms: it saw ${probe.stallMs}.`);

const data = { text: "x".repeat(EVENT_BYTES - JSON.stringify({ text: "" }).length) };
const publish = await phase(async () => {
  for (let sent = 0; sent < COUNT; sent += 500) {
    await Promise.all(Array.from({ length: 500 }, () => webhooks.publish("bench.event", data)));
  }
});

globalThis.gc?.();
const rest = process.memoryUsage().rss;
let peak = rest;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 1);
const flush = await phase(() => webhooks.subscriptions.flush(subscription.id));
const deliver = await phase(() => webhooks.runUntilIdle());
clearInterval(sampler);
peak = Math.max(peak, process.memoryUsage().rss);

const { items } = await webhooks.deliveries.list({ status: "delivered" });
const [only] = items;
if (items.length !== 1 || only?.eventIds.length !== COUNT)
  throw new Error("The batch was not delivered whole.");
let payload: string | null = null;
const read = await phase(async () => {
  payload = (await webhooks.deliveries.get(only.id)).payload;
});
const sample: BatchSample = {
  publish,
  flush,
  deliver,
  read,
  bodyBytes: Buffer.byteLength(payload ?? ""),
  peakBytes: peak - rest,
};
await webhooks.stop();
await store.close?.();
process.send?.(sample);
process.disconnect?.();
