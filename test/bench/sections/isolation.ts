import type { Section } from "../bench.js";
import { interleave } from "../interleave.js";
import { percentile } from "../summary.js";
import { fixed, spread, table, whole } from "../table.js";

const MS = 2_000;

/** What a dead and a slow endpoint do to the other 98. */
export const isolation: Section = async (bench) => {
  const once = (isBad: boolean) => () =>
    bench.withStore("postgres", (spec) => bench.run<readonly number[]>("isolation", { spec, isBad, ms: MS }));
  const samples = await interleave(bench.repetitions, {
    alone: once(false),
    "beside a dead and a slow one": once(true),
  });
  const rows = [...samples].map(([name, all]) => [
    name,
    ...[0.5, 0.99].map((share) =>
      spread(
        all.map((one) => percentile(one, share)),
        fixed(1),
      ),
    ),
    whole(all.flat().length),
  ]);
  return (
    "PostgreSQL: 98 healthy endpoints, ten events a second to each, milliseconds from publish to receipt at them.\n\n" +
    table(["", "p50", "p99", "requests"], rows)
  );
};
