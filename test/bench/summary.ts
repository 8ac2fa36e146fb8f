/** The middle of some figures, and how far they lie apart. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Of an even number the upper of the two in the middle. All are NaN when there are none. */
export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), most: at(sorted.length - 1) };
}

/**
 * The figure that `share` of all lie below: 0.99 is the p99.
 *
 * @returns NaN when there are none.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Of some samples one figure each, without those that have none. */
export function pick<T>(samples: readonly T[], figure: (sample: T) => number | null): number[] {
  return samples.map(figure).filter((value) => value !== null);
}
