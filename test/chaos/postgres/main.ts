// `npm run test:chaos`: the chaos test, for CHAOS_MINUTES (10), with CHAOS_SEED to repeat the choices. CHAOS_SPEED (1)
// makes the clock faster than real, so that the leases of the killed end sooner. Exit code 1: a promise was broken;
// CHAOS_FACTS names a file for all that is known of the run.
import { writeFileSync } from "node:fs";
import { figuresOf } from "./figures.js";
import { groupBy } from "./judge/report.js";
import { runChaos } from "./run.js";

const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
const minutes = Number(process.env.CHAOS_MINUTES ?? 10);
const speed = Number(process.env.CHAOS_SPEED ?? 1);
const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    process.exitCode = 130;
    controller.abort();
  });
}

console.log(`CHAOS_SEED=${seed} CHAOS_MINUTES=${minutes} CHAOS_SPEED=${speed}`);
try {
  const outcome = await runChaos({
    seed,
    ms: minutes * 60_000,
    speed,
    signal: controller.signal,
    say: (text) => process.stdout.isTTY && console.log(text),
  });
  for (const [name, value] of figuresOf(outcome)) console.log(`${name.padEnd(34)}${value}`);
  if (process.env.CHAOS_FACTS) {
    const { facts } = outcome;
    const text = JSON.stringify({ ...outcome, facts: { ...facts, hostRows: [...facts.hostRows] } });
    writeFileSync(process.env.CHAOS_FACTS, text);
  }
  const { faults } = outcome.verdict;
  if (faults.length === 0) {
    console.log("\nEvery promise was kept.");
  } else {
    process.exitCode = 1;
    for (const [promise, broken] of groupBy(faults, (fault) => fault.promise)) {
      console.log(`\nBROKEN: ${promise} (${broken.length} times)`);
      for (const { evidence } of broken.slice(0, 5)) console.log(`  ${evidence}`);
    }
    console.log("\nWhat the workers met with, at the end:");
    for (const line of outcome.complaints.slice(-20)) console.log(`  ${line}`);
  }
} catch (error) {
  if (!controller.signal.aborted) throw error;
  console.log("Broken off.");
}
