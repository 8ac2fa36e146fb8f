// Takes a whole batch through all that can happen to it, and says how long the event loop stood still in each step.
import { createWebhooks, defineCatalogue } from "hookwright";
import type { CaseInput, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { openStore } from "./house.js";
import { checkProbe, type Phase, phase } from "./phase.js";

/** What is measured, in this order. */
export interface Phases {
  /** `publishMany` of 10 000, twice. */
  readonly publish: Phase;
  /** `subscriptions.flush`. */
  readonly flush: Phase;
  readonly deliver: Phase;
  /** `deliveries.get`. */
  readonly read: Phase;
  /** Another whole batch meets a 413 and is delivered as two. */
  readonly split: Phase;
  /** `subscriptions.delete` while a whole batch waits. */
  readonly remove: Phase;
  /** All of it is past its retention. */
  readonly prune: Phase;
}

/** What one case cost. Stalls and times in milliseconds, memory in bytes. */
export interface BatchSample {
  readonly phases: Phases;
  /** The body of the request. */
  readonly bodyBytes: number;
  /** Most memory of the process while flushing and delivering, over what it had before. */
  readonly peakBytes: number;
}

interface Input extends CaseInput {
  readonly spec: StoreSpec;
}

const COUNT = 20_000;
const CALL = 10_000;
const EVENT_BYTES = 400;
const MiB = 1024 * 1024;

const EVENTS = { whole: "bench.whole", limited: "bench.limited", waiting: "bench.waiting" } as const;
const RETENTION = 3 * 86_400_000;

await runCase(async ({ spec, receiver }: Input): Promise<BatchSample> => {
  let ahead = 0;
  const { store, close } = openStore(spec);
  const webhooks = createWebhooks({
    catalogue: defineCatalogue({
      events: { [EVENTS.whole]: {}, [EVENTS.limited]: {}, [EVENTS.waiting]: {} },
    }),
    store,
    encryptionKeys: [Buffer.alloc(32, "bench").toString("base64")],
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    retention: RETENTION,
    clock: { now: () => Date.now() + ahead },
  });
  await webhooks.migrate();

  async function subscribe(name: keyof typeof EVENTS): Promise<string> {
    const { subscription } = await webhooks.subscriptions.create({
      name,
      url: `${receiver}/${name === "limited" ? "limited" : "hooks"}`,
      type: "batch",
      events: [EVENTS[name]],
      batch: { maxEvents: COUNT, maxBytes: 64 * MiB },
      enabled: true,
    });
    return subscription.id;
  }

  await checkProbe();

  const data = { text: "x".repeat(EVENT_BYTES - JSON.stringify({ text: "" }).length) };
  async function publishAll(name: keyof typeof EVENTS): Promise<void> {
    for (let sent = 0; sent < COUNT; sent += CALL) {
      await webhooks.publishMany(Array.from({ length: CALL }, () => ({ type: EVENTS[name], data })));
    }
  }

  const whole = await subscribe("whole");
  const publish = await phase(() => publishAll("whole"));

  globalThis.gc?.();
  const rest = process.memoryUsage().rss;
  let peak = rest;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 1);
  const flush = await phase(() => webhooks.subscriptions.flush(whole));
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

  const limited = await subscribe("limited");
  await publishAll("limited");
  await webhooks.subscriptions.flush(limited);
  const split = await phase(() => webhooks.runUntilIdle());
  const halves = (await webhooks.deliveries.list({ subscriptionId: limited, status: "delivered" })).items;
  if (halves.length !== 2) throw new Error(`The batch was split into ${halves.length}.`);

  const waiting = await subscribe("waiting");
  await publishAll("waiting");
  const remove = await phase(() => webhooks.subscriptions.delete(waiting));

  ahead = 2 * RETENTION;
  let pruned = 0;
  const prune = await phase(async () => {
    pruned = (await webhooks.runUntilIdle()).pruned;
  });
  // Four deliveries: the whole batch, the one that was split, its halves.
  if (pruned !== 3 * COUNT + 4) throw new Error(`${pruned} rows were forgotten.`);

  await webhooks.stop();
  await close();
  return {
    phases: { publish, flush, deliver, read, split, remove, prune },
    bodyBytes: Buffer.byteLength(payload ?? ""),
    peakBytes: peak - rest,
  };
});
