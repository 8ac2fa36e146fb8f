// `npm run bench`: what the built library costs, beside the bare HTTP client and other queues in the same run. Names of
// sections as arguments run only those; README.md says what each one measures, arguments.ts which options there are.
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArguments } from "./arguments.js";
import { buildRuns } from "./build.js";
import { allSections, ONLY_BY_NAME } from "./sections/index.js";
import { startBench } from "./start.js";

const RESULTS = fileURLToPath(new URL("results.md", import.meta.url));

const known = Object.keys(allSections);
const asked = parseArguments(process.argv.slice(2), known, RESULTS);
const begun = performance.now();
const secondsSince = (moment: number) => Math.round((performance.now() - moment) / 1000);

await buildRuns();
const bench = await startBench(asked);
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    isInterrupted = true;
    void bench.stop().finally(() => process.exit(130));
  });

const parts: string[] = [];
const say = (text: string) => {
  console.log(`${text}\n`);
  parts.push(text);
};
say(
  `# Figures of ${new Date().toISOString().slice(0, 16).replace("T", " ")}\n\n` +
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}). Each figure is the median of ` +
    `${asked.repetitions} interleaved repetitions (least to most). Receiver, sender and database share the cores, on which ` +
    `${loadavg()[0]?.toFixed(1)} processes were busy on average in the minute before.`,
);
for (const [name, section] of Object.entries(allSections)) {
  if (asked.sections.length === 0 ? ONLY_BY_NAME.includes(name) : !asked.sections.includes(name)) continue;
  const started = performance.now();
  try {
    say(`## ${name}\n\n${await section(bench)}\n\n(${secondsSince(started)} s)`);
  } catch (error) {
    // What runs was ended, and so is this process in a moment.
    if (isInterrupted) await new Promise(() => {});
    process.exitCode = 1;
    console.error(error);
    say(
      `## ${name}\n\nFAILED after ${secondsSince(started)} s: ${error instanceof Error ? error.message : error}`,
    );
  }
}
await bench.stop();
say(`All of it took ${secondsSince(begun)} s.`);
if (asked.out !== null) writeFileSync(asked.out, `${parts.join("\n\n")}\n`);
