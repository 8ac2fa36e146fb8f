import type { StatisticsBucket, SubscriptionStatistics } from "../../../../history/statistics.js";

/** What a whole range adds up to. */
export interface Totals {
  readonly delivered: number;
  readonly failed: number;
  /** Of `failed`, those that are tried again. */
  readonly retrying: number;
  readonly cancelled: number;
  readonly pending: number;
  /** Delivered of all that were delivered or failed, 0 to 1; `null` where there are none. */
  readonly rate: number | null;
}

/** Adds the buckets up. Latency is not among it: percentiles do not add up. Pure. */
export function totalsOf(buckets: readonly StatisticsBucket[]): Totals {
  const sum = (of: (bucket: StatisticsBucket) => number) =>
    buckets.reduce((total, bucket) => total + of(bucket), 0);
  const delivered = sum((bucket) => bucket.delivered);
  const failed = sum((bucket) => bucket.failed);
  return {
    delivered,
    failed,
    retrying: failed - sum((bucket) => bucket.exhausted),
    cancelled: sum((bucket) => bucket.cancelled),
    pending: sum((bucket) => bucket.pending),
    rate: delivered + failed === 0 ? null : delivered / (delivered + failed),
  };
}

/** Whether anything was made in this time. */
export function isBusy({ delivered, failed, cancelled, pending }: StatisticsBucket): boolean {
  return delivered + failed + cancelled + pending > 0;
}

/** A rate in percent. Rounded down, so that 100 % means all of them. */
export function percentText(rate: number): string {
  const percent = Math.floor(rate * 1_000) / 10;
  return `${percent.toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
}

/** Columns of the charts: moments in epoch seconds, and a value for each. */
export interface ChartColumns {
  readonly at: number[];
  /** The middle of each bucket, where a line has its points. */
  readonly middle: number[];
  /** Length of a bucket in seconds. */
  readonly step: number;
  /** `null` where there are none, so that no bar of no height is drawn. */
  readonly delivered: (number | null)[];
  /** Delivered and failed: failed are drawn on top of delivered. */
  readonly both: (number | null)[];
  readonly p50: (number | null)[];
  readonly p95: (number | null)[];
}

/** The buckets as a chart takes them. Pure. */
export function chartColumns({
  buckets,
  bucketMs,
}: Pick<SubscriptionStatistics, "buckets" | "bucketMs">): ChartColumns {
  return {
    at: buckets.map(({ at }) => Date.parse(at) / 1_000),
    middle: buckets.map(({ at }) => (Date.parse(at) + bucketMs / 2) / 1_000),
    step: bucketMs / 1_000,
    delivered: buckets.map(({ delivered }) => delivered || null),
    both: buckets.map(({ delivered, failed }) => delivered + failed || null),
    p50: buckets.map(({ latency }) => latency?.p50 ?? null),
    p95: buckets.map(({ latency }) => latency?.p95 ?? null),
  };
}

/** Milliseconds as people read a latency: "42 ms", "1.25 s". */
export function latencyText(millis: number): string {
  if (millis < 1_000)
    return `${millis.toLocaleString(undefined, { maximumFractionDigits: millis < 10 ? 1 : 0 })} ms`;
  return `${(millis / 1_000).toLocaleString(undefined, { maximumFractionDigits: 2 })} s`;
}
