import { type Section, STORE_NAMES, type StoreKind } from "../bench.js";
import { interleave } from "../interleave.js";
import type { BatchSample, Phases } from "../runs/batch.run.js";
import { pick, summary } from "../summary.js";
import { mebibytes, spread, table, whole } from "../table.js";

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

/** One batch of 20 000 events of 400 bytes in one delivery. */
export const batch: Section = async (bench) => {
  const cases: Record<string, () => Promise<BatchSample>> = {};
  const kinds: readonly StoreKind[] = [
    "memory",
    "sqlite-full",
    ...(bench.isLong ? (["postgres"] as const) : []),
  ];
  for (const kind of kinds)
    cases[STORE_NAMES[kind]] = () =>
      bench.withStore(kind, (spec) => bench.run("batch", { spec }, { execArgv: ["--expose-gc"] }));
  const samples = await interleave(bench.repetitions, cases);
  const names = Object.keys(COLUMNS) as (keyof Phases)[];
  const rows = [...samples].map(([name, all]) => [
    name,
    ...names.map((phase) => {
      const stall = summary(pick(all, (one) => one.phases[phase].stallMs));
      const ms = summary(pick(all, (one) => one.phases[phase].ms));
      return `${whole(ms.median)} (${whole(stall.median)}, ${whole(stall.most)})`;
    }),
    mebibytes(summary(pick(all, (one) => one.bodyBytes)).median),
    spread(
      pick(all, (one) => one.peakBytes),
      mebibytes,
    ),
  ]);
  return (
    "One batch of 20 000 events of 400 bytes in one delivery: median ms (longest stall of the event loop in ms: median, " +
    "worst). `publish` is `publishMany` of 10 000, twice; `413 split` is a refused batch, its halves delivered; `remove` " +
    "deletes a subscription for which 20 000 events wait; `prune` forgets four deliveries and 60 000 events. Memory is " +
    "the peak while flushing and delivering.\n\n" +
    table(["", ...names.map((name) => COLUMNS[name]), "body, MiB", "memory over rest, MiB"], rows)
  );
};
