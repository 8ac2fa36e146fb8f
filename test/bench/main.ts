// `npm run bench`: the whole cost of a delivery (publish, match, claim, sign, POST, record) beside the bare HTTP
// client posting the same bodies to the same receiver in the same run. Repetitions are interleaved.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebhooks, defineCatalogue, type Store } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { Pool } from "undici";
import { batchSample, printBatches } from "./batch.js";
import type { BatchSample } from "./batch-run.js";
import { BenchReceiver, type Sample, sample, summary } from "./measure.js";

const COUNT = Number(process.env.BENCH_COUNT ?? 10_000);
const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 5);
const ENDPOINTS = 10;
const IN_FLIGHT = 50;

const types = Array.from({ length: ENDPOINTS }, (_, index) => `bench.event${index}`);
const data = { text: "x".repeat(900), number: 7 };
const folder = mkdtempSync(join(tmpdir(), "hookwright-bench-"));
const receiver = await BenchReceiver.start();

/** The bare client: the same bytes, nothing stored, nothing signed. */
async function bare(): Promise<Sample> {
  const { origin, pathname } = new URL(receiver.url);
  const pool = new Pool(origin, { connections: IN_FLIGHT, pipelining: 1 });
  const body = JSON.stringify({
    id: "evt_0000000000000000000000",
    type: types[0],
    timestamp: new Date(0),
    scope: "",
    data,
  });
  const headers = { "content-type": "application/json", "user-agent": "bench" };
  const finished = await receiver.expect(COUNT);
  let left = COUNT;
  const worker = async () => {
    while (left-- > 0) {
      const answer = await pool.request({ method: "POST", path: pathname, headers, body });
      await answer.body.dump();
    }
  };
  const result = await sample(
    COUNT,
    async () => void (await Promise.all(Array.from({ length: IN_FLIGHT }, worker))),
    finished,
  );
  await pool.close();
  return result;
}

/** The library: `drain` delivers what was published before, otherwise both go on at once. */
async function library(store: Store, drain: boolean): Promise<Sample> {
  const webhooks = createWebhooks({
    catalogue: defineCatalogue({ events: Object.fromEntries(types.map((type) => [type, {}])) }),
    store,
    encryptionKeys: [randomBytes(32).toString("base64")],
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
  });
  await webhooks.migrate();
  for (const type of types) {
    await webhooks.subscriptions.create({ name: type, url: receiver.url, events: [type], enabled: true });
  }
  const publish = async () => {
    for (let sent = 0; sent < COUNT; sent += 500) {
      const some = Array.from({ length: 500 }, (_, index) => types[(sent + index) % ENDPOINTS] as string);
      await Promise.all(some.map((type) => webhooks.publish(type, data)));
    }
  };
  const finished = await receiver.expect(COUNT);
  if (drain) await publish();
  else await webhooks.start();
  const result = await sample(COUNT, drain ? () => webhooks.start() : publish, finished);
  await webhooks.stop();
  await store.close?.();
  return result;
}

let files = 0;
const sqlite = (synchronous: "FULL" | "NORMAL") =>
  sqliteStore(join(folder, `${files++}.db`), { synchronous });
const cases: readonly [string, () => Promise<Sample>][] = [
  ["bare undici Pool.request", bare],
  ["memory, publish while delivering", () => library(memoryStore(), false)],
  ["memory, drain a backlog", () => library(memoryStore(), true)],
  ["SQLite (synchronous FULL), publish while delivering", () => library(sqlite("FULL"), false)],
  ["SQLite (synchronous FULL), drain a backlog", () => library(sqlite("FULL"), true)],
  ["SQLite (synchronous NORMAL), publish while delivering", () => library(sqlite("NORMAL"), false)],
  ["SQLite (synchronous NORMAL), drain a backlog", () => library(sqlite("NORMAL"), true)],
];

const samples = new Map<string, Sample[]>(cases.map(([name]) => [name, []]));
for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
  for (const [name, run] of cases) {
    const result = await run();
    if (repetition > 0) samples.get(name)?.push(result);
  }
}

const batches = new Map<string, BatchSample[]>([
  ["memory", []],
  ["SQLite (synchronous FULL)", []],
]);
for (let repetition = 0; repetition < REPETITIONS; repetition++) {
  for (const [name, results] of batches) {
    const path = name === "memory" ? name : join(folder, `${files++}.db`);
    results.push(await batchSample(path, receiver));
  }
}
receiver.stop();
rmSync(folder, { recursive: true, force: true });

const ceiling = summary((samples.get("bare undici Pool.request") ?? []).map((one) => one.perSecond)).median;
console.log(`${COUNT} deliveries of a 1 KB body to ${ENDPOINTS} subscriptions, Node ${process.version},`);
console.log(`median of ${REPETITIONS} interleaved repetitions after one to warm up (least to most).\n`);
console.log("| | deliveries/s | CPU a delivery, us | ratio to bare |");
console.log("|---|---|---|---|");
for (const [name, results] of samples) {
  const speed = summary(results.map((one) => one.perSecond));
  const cpu = summary(results.map((one) => one.cpuMicros));
  const range = (least: number, most: number) => `(${Math.round(least)} to ${Math.round(most)})`;
  console.log(
    `| ${name} | ${Math.round(speed.median)} ${range(speed.least, speed.most)} | ${Math.round(cpu.median)} ` +
      `${range(cpu.least, cpu.most)} | ${(speed.median / ceiling).toFixed(2)} |`,
  );
}
printBatches(batches);
