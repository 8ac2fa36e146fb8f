import { type Section, STORE_NAMES } from "../bench.js";
import { interleave } from "../interleave.js";
import { percentile } from "../summary.js";
import { fixed, spread, table } from "../table.js";
import { BARE } from "./throughput.js";

const COUNT = 80;
const WARM = 30;

/** From publish to receipt at a hundred events a second. */
export const latency: Section = async (bench) => {
  const cases: Record<string, () => Promise<readonly number[]>> = {
    [BARE]: () => bench.run("latency", { spec: null, count: COUNT, warm: WARM }),
  };
  for (const kind of ["memory", "sqlite", "postgres"] as const)
    cases[STORE_NAMES[kind]] = () =>
      bench.withStore(kind, (spec) => bench.run("latency", { spec, count: COUNT, warm: WARM }));
  const samples = await interleave(bench.repetitions, cases);
  const rows = [...samples].map(([name, all]) => [
    name,
    ...[0.5, 0.99].map((share) =>
      spread(
        all.map((one) => percentile(one, share)),
        fixed(2),
      ),
    ),
  ]);
  return (
    `Milliseconds from the call of \`publish\` to receipt at 100 events/s, one endpoint, ${COUNT} events a repetition.\n\n` +
    table(["", "p50", "p99"], rows)
  );
};
