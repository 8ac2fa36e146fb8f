import { type Section, STORE_NAMES } from "../bench.js";
import { interleave } from "../interleave.js";
import type { FanOutSample } from "../runs/fan-out.run.js";
import { pick } from "../summary.js";
import { fixed, spread, table, whole } from "../table.js";

const SIZES = [
  { subscriptions: 1, events: 50 },
  { subscriptions: 10, events: 50 },
  { subscriptions: 100, events: 15 },
  { subscriptions: 1_000, events: 3 },
] as const;

/** One event to more and more subscriptions. */
export const fanOut: Section = async (bench) => {
  const cases: Record<string, () => Promise<readonly FanOutSample[]>> = {};
  for (const kind of ["memory", "sqlite", "postgres"] as const)
    cases[STORE_NAMES[kind]] = () =>
      bench.withStore(kind, (spec) => bench.run("fan-out", { spec, sizes: SIZES }));
  const samples = await interleave(bench.repetitions, cases);
  const figures = { publish: "publish resolves", all: "the last one has it" } as const;
  const rows = [...samples].flatMap(([name, all]) =>
    (["publish", "all"] as const).map((figure) => [
      `${name}, ${figures[figure]}`,
      ...SIZES.map(({ subscriptions }) => {
        const ofSize = all.flatMap((one) => one.filter((size) => size.subscriptions === subscriptions));
        return spread(
          pick(ofSize, (one) => (figure === "publish" ? one.publishMs : one.allMs)),
          fixed(1),
        );
      }),
    ]),
  );
  return (
    "One event after another to so many subscriptions: milliseconds from the call of `publish`, the median of a " +
    "repetition's events.\n\n" +
    table(["", ...SIZES.map(({ subscriptions }) => whole(subscriptions))], rows)
  );
};
