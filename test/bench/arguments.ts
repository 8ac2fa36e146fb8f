import { parseArgs } from "node:util";

/** What is asked of a run of the benchmark. */
export interface Arguments {
  /** Names of sections; empty for all that are not only run by name. */
  readonly sections: readonly string[];
  /** Repetitions of each case. @default 5 */
  readonly repetitions: number;
  /** Whether to take what needs more than the ten minutes as well. @default false */
  readonly isLong: boolean;
  /** Where the tables are written, as Markdown; null: nowhere. @default results.md beside this file for a whole run */
  readonly out: string | null;
}

/**
 * Reads the command line.
 *
 * @throws Error for an option or a section that does not exist.
 */
export function parseArguments(
  argv: readonly string[],
  known: readonly string[],
  results: string,
): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      repetitions: { type: "string", default: "5" },
      long: { type: "boolean", default: false },
      out: { type: "string" },
    },
  });
  const repetitions = Number(values.repetitions);
  if (!Number.isInteger(repetitions) || repetitions < 1)
    throw new Error(`--repetitions ${values.repetitions} is not a whole number from 1.`);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}": ${known.join(", ")}.`);
  const isWhole = positionals.length === 0 && repetitions >= 5;
  return {
    sections: positionals,
    repetitions,
    isLong: values.long,
    out: values.out ?? (isWhole ? results : null),
  };
}
