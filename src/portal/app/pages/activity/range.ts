/** A span of time that ends now, and the pieces in which it is counted. */
export interface Range {
  readonly span: number;
  readonly bucket: `${number}${"m" | "h"}`;
  /** Milliseconds between two looks: a longer range changes more slowly, and costs the store more. */
  readonly every: number;
}

/** Each range by its name in the address. */
export const RANGES = {
  "1h": { span: 3_600_000, bucket: "2m", every: 10_000 },
  "24h": { span: 86_400_000, bucket: "1h", every: 20_000 },
  "3d": { span: 3 * 86_400_000, bucket: "3h", every: 30_000 },
} as const satisfies Readonly<Record<string, Range>>;

/** The name of a range. */
export type RangeName = keyof typeof RANGES;

/** Every name, shortest first. */
export const RANGE_NAMES: readonly RangeName[] = ["1h", "24h", "3d"];

/** The range that the query of an address names. @default "24h" */
export function readRange(query: string): RangeName {
  const named = new URLSearchParams(query).get("range");
  return RANGE_NAMES.find((name) => name === named) ?? "24h";
}
