const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** A length of time in words, in the reader's language: `259200000` is "3 days". The largest unit that divides it. */
export function spanText(millis: number): string {
  const [unit, size] = UNITS.find(([, each]) => millis >= each && millis % each === 0) ?? ["second", 1_000];
  const format = new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.round((millis / size) * 1_000) / 1_000);
}
