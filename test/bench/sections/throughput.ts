import { type Bench, type Section, STORE_NAMES, type StoreKind } from "../bench.js";
import * as cells from "../cells.js";
import { interleave } from "../interleave.js";
import type { Sample } from "../spec.js";
import { pick } from "../summary.js";
import { ratio, spread, table, whole } from "../table.js";

const COUNT = 20_000;
const WARM = 6_000;
const SECONDS = 1.6;

/** What the row of the bare client is called. */
export const BARE = "bare undici Pool.request";

/** The bare client, once. */
export const bareOnce = (bench: Bench) => bench.run<Sample>("bare", { count: 2 * COUNT, warm: WARM });

/** One store, once. `drain`: a backlog; otherwise publishing while delivering. */
export async function throughputOnce(bench: Bench, kind: StoreKind, drain: boolean): Promise<Sample> {
  const serverPid = kind === "postgres" ? (await bench.postgres()).pid : null;
  return bench.withStore(kind, (spec) =>
    bench.run<Sample>("throughput", { spec, drain, count: COUNT, warm: WARM, seconds: SECONDS, serverPid }),
  );
}

/** Deliveries a second of each store beside the bare client. */
export const throughput: Section = async (bench) => {
  const cases: Record<string, () => Promise<Sample>> = { [BARE]: () => bareOnce(bench) };
  // With both durabilities once: how the way in changes it is told by the other.
  for (const kind of ["memory", "sqlite", "sqlite-full", "postgres"] as const)
    for (const drain of kind === "sqlite-full" ? [true] : [false, true])
      cases[`${STORE_NAMES[kind]}, ${drain ? "drain a backlog" : "publish while delivering"}`] = () =>
        throughputOnce(bench, kind, drain);
  const samples = await interleave(bench.repetitions, cases);
  const bare = pick(samples.get(BARE) ?? [], (one) => one.perSecond);
  const rows = [...samples].map(([name, all]) => {
    const perSecond = pick(all, (one) => one.perSecond);
    return [
      name,
      spread(perSecond, whole),
      ratio(perSecond, bare),
      cells.cpu(all),
      cells.serverCpu(all),
      cells.memory(all),
    ];
  });
  return (
    `${whole(COUNT)} deliveries (where that takes longer: as many as go in about ${SECONDS} s) of a 1 KB body to ten ` +
    `endpoints, history on, after ${whole(WARM)} to warm up; each sample in a process of its own. The bare client posts the same bytes, ${whole(2 * COUNT)} times.\n\n` +
    table(
      [
        "",
        "deliveries/s",
        "of bare",
        "CPU of Node a delivery, us",
        "CPU of PostgreSQL, us",
        "peak memory over start, MiB",
      ],
      rows,
    )
  );
};
