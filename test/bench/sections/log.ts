import { type Section, STORE_NAMES } from "../bench.js";
import type { LogSample, Steps } from "../runs/log.run.js";
import { percentile, summary } from "../summary.js";
import { fixed, spread, table, whole } from "../table.js";

const TURNS = 100;
const FILL_MS = 1_800_000;
const ms = fixed(1);

/** The store's own steps on an empty and on a full history, by turns, and what pruning the full one does. */
export const log: Section = async (bench) => {
  const rows = bench.isLong ? 10_000_000 : 1_000_000;
  const empty = await bench.keepStore("postgres");
  const full = await bench.keepStore("postgres");
  await bench.run("fill", { spec: empty, subscriptions: 0, history: 0 });
  await bench.run("fill", { spec: full, subscriptions: 0, history: rows }, { timeoutMs: FILL_MS });
  const sample = await bench.run<LogSample>("log", { empty, full, rows, turns: TURNS });
  const cells = (["append", "claim", "settle"] as const satisfies readonly (keyof Steps)[]).map((step) => {
    const [a, b] = [sample.empty[step], sample.full[step]];
    const cell = (values: readonly number[]) =>
      `${ms(summary(values).median)} (${ms(percentile(values, 0.99))})`;
    return [step, cell(a), cell(b), fixed(2)(summary(b).median / summary(a).median)];
  });
  const { perSecond, longestMs, append } = sample.prune;
  return (
    `${STORE_NAMES.postgres}: steps of 200 deliveries on an empty history and on one of ${whole(rows)} finished ` +
    `deliveries, ms, median (p99) of ${TURNS} by turns.\n\n${table(["", "empty", "full", "factor"], cells)}\n\n` +
    `Pruning it: ${whole(perSecond)} rows a second, longest chunk ${ms(longestMs)} ms; append meanwhile ` +
    `${spread(append, ms)} ms.`
  );
};
