import type { Section } from "../bench.js";
import * as cells from "../cells.js";
import { interleave } from "../interleave.js";
import type { Sample } from "../spec.js";
import { table, whole } from "../table.js";

const COUNT = 10_000;
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
    cells.perSecond(all),
    cells.cpu(all),
    cells.serverCpu(all),
  ]);
  return (
    `PostgreSQL: a backlog of ${whole(COUNT)} deliveries (fewer where that takes long) to ten endpoints, by worker processes.\n\n` +
    table(["workers", "deliveries/s", "CPU of the workers a delivery, us", "CPU of PostgreSQL, us"], rows)
  );
};
