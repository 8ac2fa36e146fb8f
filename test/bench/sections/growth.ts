import { type Bench, type Section, STORE_NAMES, type StoreKind } from "../bench.js";
import * as cells from "../cells.js";
import { interleave } from "../interleave.js";
import type { Sample } from "../spec.js";
import { pick } from "../summary.js";
import { fixed, ratio, spread, table, whole } from "../table.js";

const COUNT = 5_000;
const WARM = 2_000;
/** Enough to warm up every subscription: what is met for the first time costs several times as much. */
const SECONDS = 4;
const FEW = 10;
const FILL_MS = 1_800_000;

interface Case {
  readonly kind: StoreKind;
  readonly subscriptions: number;
  readonly history: number;
}

const nameOf = ({ kind, subscriptions, history }: Case) =>
  `${STORE_NAMES[kind]}, ${whole(subscriptions)} subscriptions, ${whole(history)} rows of history`;

/** The same work with more subscriptions and with more history: CPU a delivery as a factor of the first of its store. */
export const growth: Section = async (bench) => {
  const cases: Case[] = [];
  for (const kind of ["postgres", "sqlite"] as const) {
    const sizes = kind === "postgres" ? [FEW, 1_000, 10_000] : [FEW, 10_000];
    for (const subscriptions of sizes) cases.push({ kind, subscriptions, history: 0 });
    cases.push({ kind, subscriptions: FEW, history: 1_000_000 });
  }
  if (bench.isLong) cases.push({ kind: "postgres", subscriptions: FEW, history: 10_000_000 });
  const serverPid = (await bench.postgres()).pid;
  const runs: Record<string, () => Promise<Sample>> = {};
  // Filled side by side, which is nothing that is measured; named in the order of the cases.
  const prepared = await Promise.all(cases.map((one) => prepare(bench, one, serverPid)));
  for (const [index, one] of cases.entries()) runs[nameOf(one)] = prepared[index] as () => Promise<Sample>;
  const samples = await interleave(bench.repetitions, runs);

  const cost = (one: Case) =>
    pick(samples.get(nameOf(one)) ?? [], ({ cpuMicros, serverMicros }) => cpuMicros + (serverMicros ?? 0));
  const rows = cases.map((one) => {
    const first = cases.find(({ kind }) => kind === one.kind) ?? one;
    const all = samples.get(nameOf(one)) ?? [];
    return [
      nameOf(one),
      ratio(cost(one), cost(first)),
      spread(cost(one), fixed(0)),
      cells.cpu(all),
      cells.serverCpu(all),
      cells.perSecond(all),
    ];
  });
  return (
    `${whole(COUNT)} events (fewer where that takes long) published while delivering, each heard by one subscription, all ` +
    `by turns, after one to each to warm up. CPU of Node and ` +
    "PostgreSQL together, us a delivery, and as a factor of the store's first row.\n\n" +
    table(["", "factor", "CPU", "of Node", "of PostgreSQL", "deliveries/s"], rows)
  );
};

/** Fills a store, which all repetitions share: each adds as many rows to each. */
async function prepare(
  bench: Bench,
  { kind, subscriptions, history }: Case,
  serverPid: number | null,
): Promise<() => Promise<Sample>> {
  const spec = await bench.keepStore(kind);
  await bench.run("fill", { spec, subscriptions, history }, { timeoutMs: FILL_MS });
  return () =>
    bench.run("growth", {
      ...{ spec, subscriptions, count: COUNT, warm: Math.max(WARM, subscriptions), seconds: SECONDS },
      serverPid: kind === "postgres" ? serverPid : null,
    });
}
