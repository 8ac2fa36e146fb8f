import type { Section } from "../bench.js";
import { interleave } from "../interleave.js";
import type { Sample } from "../spec.js";
import { pick } from "../summary.js";
import { fixed, spread, table, whole } from "../table.js";

const COUNT = 12_000;
const WARM = 2_000;
const SECONDS = 1.2;

/** A backlog drained by one or more processes. */
export const workers: Section = async (bench) => {
  const serverPid = (await bench.postgres()).pid;
  const cases: Record<string, () => Promise<Sample>> = {};
  for (const count of [1, 2, 4])
    cases[String(count)] = () =>
      bench.withStore("postgres", (spec) =>
        bench.run("workers", { spec, workers: count, count: COUNT, warm: WARM, seconds: SECONDS, serverPid }),
      );
  const samples = await interleave(bench.repetitions, cases);
  const rows = [...samples].map(([name, all]) => [
    name,
    spread(
      pick(all, (one) => one.perSecond),
      whole,
    ),
    spread(
      pick(all, (one) => one.cpuMicros),
      fixed(0),
    ),
    spread(
      pick(all, (one) => one.serverMicros),
      fixed(0),
    ),
  ]);
  return (
    `PostgreSQL: a backlog of ${whole(COUNT)} deliveries (fewer where that takes long) to ten endpoints, by worker processes.\n\n` +
    table(["workers", "deliveries/s", "CPU of the workers a delivery, us", "CPU of PostgreSQL, us"], rows)
  );
};
