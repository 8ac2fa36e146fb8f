import { type Summary, summary } from "./summary.js";

/** What a cell says that has no figure. */
export const NOTHING = "-";

/** A Markdown table. A row may be shorter than the heads: what is missing is empty. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${heads.map((_, index) => cells[index] ?? "").join(" | ")} |`;
  return [line(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}

/** A figure with so many digits after the point. */
export const fixed = (digits: number) => (value: number) => value.toFixed(digits);

/** A whole number, its thousands apart: `12 345`. */
export const whole = (value: number) =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, " ");

/** Bytes as MiB. */
export const mebibytes = (bytes: number) => whole(bytes / 1024 / 1024);

/** The median of some figures, and from the least to the most: `12 (11 to 14)`. */
export function spread(values: readonly number[], format: (value: number) => string): string {
  if (values.length === 0) return NOTHING;
  const { median, least, most }: Summary = summary(values);
  return `${format(median)} (${format(least)} to ${format(most)})`;
}

/** How many times the median of one is that of the other, with two digits. */
export function ratio(values: readonly number[], base: readonly number[]): string {
  const times = summary(values).median / summary(base).median;
  return Number.isFinite(times) ? times.toFixed(2) : NOTHING;
}
