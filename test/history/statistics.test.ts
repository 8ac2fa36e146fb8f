import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  presentStatistics,
  type StatisticsOptions,
  statistics,
  statisticsRange,
} from "../../src/history/statistics.js";
import { type Issue, isWebhookError } from "../../src/model/errors.js";
import type { StatisticsQuery, StoredBucket } from "../../src/model/store.js";
import { clockAt } from "../make.js";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function issuesOf(options: StatisticsOptions): readonly Issue[] {
  try {
    statisticsRange(options, NOW);
  } catch (error) {
    if (isWebhookError(error, "INVALID_ARGUMENT")) return error.issues;
    throw error;
  }
  return [];
}

const paths = (options: StatisticsOptions) => issuesOf(options).map(({ path }) => path.join("."));

const stored = (at: number, change: Partial<StoredBucket> = {}): StoredBucket => ({
  at,
  delivered: 0,
  failed: 0,
  exhausted: 0,
  cancelled: 0,
  pending: 0,
  latency: null,
  ...change,
});

describe("the range", () => {
  test("is the last day in hours, this moment included, unless it is said", () => {
    expect(statisticsRange({}, NOW)).toEqual({ since: NOW + 1 - DAY, until: NOW + 1, bucketMs: HOUR });
    expect(statisticsRange({ until: "2026-01-01T00:00:00Z", bucket: "5m" }, NOW)).toEqual({
      since: Date.UTC(2025, 11, 31),
      until: Date.UTC(2026, 0, 1),
      bucketMs: 300_000,
    });
    expect(statisticsRange({ since: new Date(NOW - 5), until: NOW, bucket: 1000 }, NOW)).toEqual({
      since: NOW - 5,
      until: NOW,
      bucketMs: 1000,
    });
  });

  test("names each option that is not acceptable", () => {
    expect(paths({ since: "yesterday" })).toEqual(["since"]);
    expect(paths({ until: Number.NaN })).toEqual(["until"]);
    expect(paths({ since: NOW, until: NOW })).toEqual(["since"]);
    expect(paths({ since: NOW + 1, until: NOW, bucket: "1x" as never })).toEqual(["bucket", "since"]);
    for (const bucket of [999, "0.5s", 3_600_000.5, -1, Number.NaN, 0] as const)
      expect(paths({ bucket })).toEqual(["bucket"]);
    expect(paths({ bucket: "1s" })).toEqual(["bucket"]);
    const message = expect.stringContaining("86401 buckets");
    expect(issuesOf({ bucket: "1s" })).toEqual([{ path: ["bucket"], message }]);
  });

  test("has at most 1000 buckets, those it only touches too", () => {
    const since = Date.UTC(2026, 0, 1);
    expect(paths({ since, until: since + 1_000_000, bucket: "1s" })).toEqual([]);
    expect(paths({ since, until: since + 1_000_001, bucket: "1s" })).toEqual(["bucket"]);
    expect(paths({ since: since - 1, until: since + 999_999, bucket: "1s" })).toEqual(["bucket"]);
  });

  test("reaches as far as dates do and no further", () => {
    const first = -8.64e15;
    expect(paths({ since: first, until: first + DAY, bucket: "1d" })).toEqual([]);
    expect(paths({ since: first, until: first + DAY, bucket: "7h" })).toEqual(["since"]);
    expect(paths({ until: first })).toEqual(["since"]);
    expect(paths({ until: first + HOUR })).toEqual([]);
    expect(paths({ since: 8.64e15 - HOUR, until: 8.64e15 })).toEqual([]);
  });
});

describe("the answer", () => {
  test("has every bucket, counts those given up among the failed, and says times in ISO 8601", () => {
    const latency = { p50: 1, p95: 2.5, p99: 3 };
    const buckets = [
      stored(HOUR, { delivered: 4, failed: 2, exhausted: 3, cancelled: 5, pending: 6, latency }),
    ];
    const range = { since: 10, until: 3 * HOUR, bucketMs: HOUR };
    const empty = { delivered: 0, failed: 0, exhausted: 0, cancelled: 0, pending: 0, latency: null };
    expect(presentStatistics("sub_1", range, { since: 10, buckets })).toEqual({
      subscriptionId: "sub_1",
      since: "1970-01-01T00:00:00.010Z",
      until: "1970-01-01T03:00:00.000Z",
      bucketMs: HOUR,
      buckets: [
        { at: "1970-01-01T00:00:00.000Z", ...empty },
        {
          at: "1970-01-01T01:00:00.000Z",
          delivered: 4,
          failed: 5,
          exhausted: 3,
          cancelled: 5,
          pending: 6,
          latency,
        },
        { at: "1970-01-01T02:00:00.000Z", ...empty },
      ],
      complete: true,
    });
  });

  test("begins where the store began, and says that it is not complete", () => {
    const range = { since: 10, until: 3 * HOUR, bucketMs: HOUR };
    const buckets = [stored(2 * HOUR, { pending: 1 })];
    const answer = presentStatistics("sub_1", range, { since: 2 * HOUR + 7, buckets });
    expect(answer).toMatchObject({ since: "1970-01-01T02:00:00.007Z", complete: false });
    expect(answer.buckets).toMatchObject([{ at: "1970-01-01T02:00:00.000Z", pending: 1 }]);
  });

  test("has no bucket where nothing could be counted", () => {
    const range = { since: 10, until: 2 * HOUR + 1, bucketMs: HOUR };
    const answer = presentStatistics("sub_1", range, { since: 2 * HOUR + 1, buckets: [] });
    expect(answer).toMatchObject({ buckets: [], complete: false });
  });

  test("covers any range that is acceptable with buckets side by side", () => {
    const bucket = fc.integer({ min: 1000, max: 1e9 });
    const spans = fc.tuple(
      fc.integer({ min: -1e12, max: 4e12 }),
      bucket,
      fc.integer({ min: 1, max: 50 }),
      fc.nat(999),
    );
    fc.assert(
      fc.property(spans, ([since, bucketMs, count, rest]) => {
        const until = since + bucketMs * count - rest;
        if (until <= since) return;
        const range = statisticsRange({ since, until, bucket: bucketMs }, NOW);
        const answer = presentStatistics("sub_1", range, { since, buckets: [] });
        const starts = answer.buckets.map(({ at }) => Date.parse(at));
        const [first = Number.NaN] = starts;
        expect(first <= since && first + bucketMs > since).toBe(true);
        expect(starts.every((at, i) => at % bucketMs === 0 && at === first + i * bucketMs)).toBe(true);
        const last = first + (starts.length - 1) * bucketMs;
        expect(last < until && last + bucketMs >= until).toBe(true);
      }),
    );
  });
});

describe("the verb", () => {
  test("asks the store for the range, and for no more than it can count", async () => {
    const asked: StatisticsQuery[] = [];
    const store = {
      readStatistics: async (query: StatisticsQuery) => {
        asked.push(query);
        return { since: query.since, buckets: [] };
      },
    };
    const clock = clockAt(NOW);
    const answer = await statistics({ clock, store }, "sub_1", { bucket: "1d" });
    expect(asked).toEqual([
      { subscriptionId: "sub_1", since: NOW + 1 - DAY, until: NOW + 1, bucketMs: DAY, limit: 100_000 },
    ]);
    expect(answer.buckets).toHaveLength(2);
  });

  test("says when the store has none, after it has judged what it was given", async () => {
    const parts = { clock: clockAt(NOW), store: {} };
    await expect(statistics(parts, "sub_1", {})).rejects.toMatchObject({ code: "INVALID_STATE" });
    await expect(statistics(parts, "sub_1", { bucket: 1 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
