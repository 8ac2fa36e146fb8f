import { expect, test } from "vitest";
import { figuresOf } from "./figures.js";
import { runChaos } from "./run.js";

test("workers, publishers and the server are killed: what was acknowledged or committed arrives, nothing else does", {
  timeout: 240_000,
}, async ({ signal }) => {
  const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`CHAOS_SEED=${seed}`);
  // The clock runs so fast that a lease ends, and the interval of a batch is over, within seconds.
  const outcome = await runChaos({ seed, ms: 8_000, speed: 24, signal });
  console.log(
    figuresOf(outcome)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  );
  expect(outcome.verdict.faults).toEqual([]);

  // That it passed means something only if there was work, and if it was disturbed.
  const { lives, outages, operations, requests } = outcome.facts;
  const killed = (kind: string) =>
    lives.filter((life) => life.kind === kind && life.killedAt !== null).length;
  expect(killed("worker")).toBeGreaterThanOrEqual(1);
  expect(killed("publisher")).toBeGreaterThanOrEqual(1);
  expect(outages.length).toBeGreaterThanOrEqual(2);
  expect(new Set(operations.map(({ how }) => how))).toEqual(new Set(["plain", "many", "tx", "sql"]));
  expect(operations.filter(({ end }) => end?.answer === "acknowledged").length).toBeGreaterThan(50);
  expect(requests.filter(({ status }) => status !== 204).length).toBeGreaterThan(20);
});
