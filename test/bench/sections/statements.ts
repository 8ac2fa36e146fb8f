import type { Section } from "../bench.js";
import { interleave } from "../interleave.js";
import { fixed, spread, table, whole } from "../table.js";

const SIZES = [
  { fanOut: 1, events: 5_000 },
  { fanOut: 10, events: 500 },
  { fanOut: 1_000, events: 8 },
] as const;

const VERBS = ["append", "claim", "settle", "other"] as const;

/** Statements that the PostgreSQL store asks for, for each delivery. */
export const statements: Section = async (bench) => {
  const cases: Record<string, () => Promise<Readonly<Record<string, number>>>> = {};
  for (const { fanOut, events } of SIZES)
    cases[`${whole(fanOut)} (${whole(fanOut * events)} deliveries)`] = () =>
      bench.withStore("postgres", (spec) => bench.run("statements", { spec, fanOut, events }));
  const samples = await interleave(bench.repetitions, cases);
  const rows = [...samples].map(([name, all]) => [
    name,
    ...VERBS.map((verb) =>
      spread(
        all.map((one) => one[verb] ?? 0),
        fixed(4),
      ),
    ),
  ]);
  return (
    "PostgreSQL: statements for each delivery, by what the driver was asked; events published a hundred at once while " +
    `delivering.\n\n${table(["subscriptions an event", ...VERBS], rows)}`
  );
};
