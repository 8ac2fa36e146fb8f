import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BatchSample, Phases } from "./batch-run.js";
import { type BenchReceiver, summary } from "./measure.js";

/** Columns of the table. */
const COLUMNS: Readonly<Record<keyof Phases, string>> = {
  publish: "publish",
  flush: "flush",
  deliver: "deliver",
  read: "read back",
  split: "413 split",
  remove: "remove",
  prune: "prune",
};

/** Measures one batch of 20 000 events of 400 bytes in one delivery, in a new process. */
export async function batchSample(store: string, receiver: BenchReceiver): Promise<BatchSample> {
  const child = fork(fileURLToPath(new URL("batch-run.ts", import.meta.url)), [store, receiver.url], {
    execArgv: [...process.execArgv, "--expose-gc"],
  });
  const ended = once(child, "exit");
  const failed = ended.then(([code]) => {
    throw new Error(`The batch of the store "${store}" ended with ${code}.`);
  });
  failed.catch(() => {});
  const [sample] = (await Promise.race([once(child, "message"), failed])) as [BatchSample];
  await ended;
  return sample;
}

/** Prints the cases as a table: medians, the longest stall beside each. */
export function printBatches(cases: ReadonlyMap<string, readonly BatchSample[]>): void {
  console.log(
    "\nOne batch of 20 000 events of 400 bytes in one delivery: median ms (longest stall of the event loop in",
  );
  console.log("ms: median, worst), each repetition in a process of its own.\n");
  const names = Object.keys(COLUMNS) as (keyof Phases)[];
  const heads = [...names.map((name) => COLUMNS[name]), "body, MiB", "memory over rest, MiB"];
  console.log(`| | ${heads.join(" | ")} |`);
  console.log(`|---${"|---".repeat(heads.length)}|`);
  for (const [name, samples] of cases) {
    const cell = (phase: keyof Phases) => {
      const stall = summary(samples.map((one) => one.phases[phase].stallMs));
      const ms = summary(samples.map((one) => one.phases[phase].ms)).median;
      return `${Math.round(ms)} (${Math.round(stall.median)}, ${Math.round(stall.most)})`;
    };
    const mebibytes = (pick: (sample: BatchSample) => number) =>
      summary(samples.map(pick)).median / 1024 / 1024;
    const peak = summary(samples.map((one) => one.peakBytes)).most / 1024 / 1024;
    const cells = [...names.map(cell), mebibytes((one) => one.bodyBytes).toFixed(1), Math.round(peak)];
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}
