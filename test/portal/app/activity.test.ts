import { describe, expect, it } from "vitest";
import type { StatisticsBucket } from "../../../src/history/statistics.js";
import {
  chartColumns,
  isBusy,
  latencyText,
  percentText,
  totalsOf,
} from "../../../src/portal/app/pages/activity/figures.js";
import { readRange } from "../../../src/portal/app/pages/activity/range.js";
import { nextFlush } from "../../../src/portal/app/pages/pending/next-flush.js";
import { sizeText } from "../../../src/portal/app/ui/size-text.js";
import { spanText } from "../../../src/portal/app/ui/span-text.js";

const bucket = (second: number, counts: Partial<StatisticsBucket> = {}): StatisticsBucket => ({
  at: new Date(second * 1_000).toISOString(),
  delivered: 0,
  failed: 0,
  exhausted: 0,
  cancelled: 0,
  pending: 0,
  latency: null,
  ...counts,
});

describe("the figures of a range", () => {
  const buckets = [
    bucket(0, { delivered: 3, failed: 2, exhausted: 1, latency: { p50: 10, p95: 20, p99: 30 } }),
    bucket(60),
    bucket(120, { delivered: 1, cancelled: 4, pending: 5 }),
  ];

  it("add up", () => {
    expect(totalsOf(buckets)).toEqual({
      delivered: 4,
      failed: 2,
      retrying: 1,
      cancelled: 4,
      pending: 5,
      rate: 4 / 6,
    });
    expect(totalsOf([bucket(0, { pending: 1 })]).rate).toBeNull();
  });

  it("become the columns of the charts: stacked, without bars of no height", () => {
    expect(chartColumns({ buckets, bucketMs: 60_000 })).toEqual({
      at: [0, 60, 120],
      middle: [30, 90, 150],
      step: 60,
      delivered: [3, null, 1],
      both: [5, null, 1],
      p50: [10, null, null],
      p95: [20, null, null],
    });
  });

  it("leave out times in which nothing was made", () => {
    expect(buckets.map(isBusy)).toEqual([true, false, true]);
    expect(isBusy(bucket(0, { pending: 1 }))).toBe(true);
    expect(isBusy(bucket(0, { cancelled: 1 }))).toBe(true);
  });

  it("never call a rate whole that is not", () => {
    expect(percentText(0.99999)).toBe("99.9 %");
    expect(percentText(1)).toBe("100 %");
    expect(percentText(0)).toBe("0 %");
  });

  it("write a latency as people read it", () => {
    expect([0.44, 9.96, 42.4, 999, 1_254].map(latencyText)).toEqual([
      "0.4 ms",
      "10 ms",
      "42 ms",
      "999 ms",
      "1.25 s",
    ]);
  });
});

describe("words for lengths", () => {
  it("name the largest unit that divides a span", () => {
    expect([259_200_000, 90 * 60_000, 60_000, 1_500].map(spanText)).toEqual([
      "3 days",
      "90 minutes",
      "1 minute",
      "1.5 seconds",
    ]);
  });

  it("name sizes in powers of two", () => {
    expect([0, 1, 1_023, 1_024, 1_536, 4 * 1_048_576].map(sizeText)).toEqual([
      "0 bytes",
      "1 byte",
      "1,023 bytes",
      "1 KiB",
      "1.5 KiB",
      "4 MiB",
    ]);
  });
});

describe("a range in the address", () => {
  it("is a day unless it is named", () => {
    expect([readRange("range=1h"), readRange("range=3d"), readRange("range=9y"), readRange("")]).toEqual([
      "1h",
      "3d",
      "24h",
      "24h",
    ]);
  });
});

describe("nextFlush", () => {
  it("is when the oldest has waited the interval", () => {
    expect(nextFlush({ since: "2026-01-01T00:00:00.000Z" }, 20)).toBe("2026-01-01T00:20:00.000Z");
    expect(nextFlush(undefined, 20)).toBeNull();
  });
});
