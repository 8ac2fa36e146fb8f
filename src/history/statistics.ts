import { parseDuration } from "../model/duration.js";
import { type Issue, WebhookError } from "../model/errors.js";
import type { StatisticsQuery, Store, StoredBucket, StoredStatistics } from "../model/store.js";
import type { Clock, Duration, Millis } from "../model/time.js";
import { type Moment, toMillis } from "./moment.js";

/** Which time to count, and how finely. */
export interface StatisticsOptions {
  /** Made at or after: a `Date`, epoch milliseconds, or an ISO 8601 text. @default 24 hours before `until` */
  readonly since?: Moment | undefined;
  /** Made before. @default now; what is made at this moment is counted */
  readonly until?: Moment | undefined;
  /** Length of a bucket, at least a second; at most 1000 buckets. @default "1h" */
  readonly bucket?: Duration | undefined;
}

/** What became of the deliveries that were made in one bucket, each counted once. */
export interface StatisticsBucket {
  /** When it begins, ISO 8601 in UTC: a multiple of its length since 1970. The first one may begin before `since`. */
  readonly at: string;
  readonly delivered: number;
  /** The last attempt failed, whether it is tried again or was given up. */
  readonly failed: number;
  /** Of `failed`, those given up. */
  readonly exhausted: number;
  /** A batch that was split is one of these; its halves are deliveries of their own. */
  readonly cancelled: number;
  /** No attempt has ended yet. */
  readonly pending: number;
  /**
   * Milliseconds of the last attempt of those delivered; each figure is one that was measured (nearest rank). `null`
   * where there are none.
   */
  readonly latency: { readonly p50: Millis; readonly p95: Millis; readonly p99: Millis } | null;
}

/** What became of a subscription's deliveries, by when they were made. Tests are left out. Times are ISO 8601 in UTC. */
export interface SubscriptionStatistics {
  readonly subscriptionId: string;
  /** Everything made at or after is counted. Later than what was asked for when that is not `complete`. */
  readonly since: string;
  /** Everything made before is counted. */
  readonly until: string;
  readonly bucketMs: Millis;
  /** Every bucket of the range in the order of time, also those in which nothing was made. */
  readonly buckets: readonly StatisticsBucket[];
  /** Whether all that was asked for is counted. `false`: there were too many, and `since` says from when on they are. */
  readonly complete: boolean;
}

/** A range that is checked. */
export type StatisticsRange = Pick<StatisticsQuery, "since" | "until" | "bucketMs">;

const SPAN: Millis = 24 * 3_600_000;
const BUCKET: Duration = "1h";
const SHORTEST: Millis = 1_000;
const MOST_BUCKETS = 1_000;

/** Deliveries that a store looks at for one answer: some tenths of a second of its time. */
const LIMIT = 100_000;

/** The earliest moment that a `Date` can say (ECMA-262, time values). */
const EARLIEST: Millis = -8.64e15;

/**
 * The range that is meant.
 *
 * @throws WebhookError `INVALID_ARGUMENT`, with an issue for each option that is not acceptable.
 */
export function statisticsRange(options: StatisticsOptions, now: Millis): StatisticsRange {
  const until = options.until === undefined ? now + 1 : toMillis(options.until, "until");
  const since =
    options.since === undefined ? Math.max(until - SPAN, EARLIEST) : toMillis(options.since, "since");
  const bucketMs = parseDuration(options.bucket ?? BUCKET) ?? 0;
  const issues: Issue[] = [];
  const isBucket = Number.isInteger(bucketMs) && bucketMs >= SHORTEST;
  if (!isBucket) issues.push({ path: ["bucket"], message: "Must be a duration of at least one second." });
  if (since >= until) issues.push({ path: ["since"], message: "Must be before until." });
  else if (isBucket) issues.push(...misfits(since, until, bucketMs));
  if (issues.length === 0) return { since, until, bucketMs };
  const said = issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new WebhookError("INVALID_ARGUMENT", `The call is not acceptable. ${said.join(" ")}`, { issues });
}

function misfits(since: Millis, until: Millis, bucketMs: Millis): Issue[] {
  const first = bucketOf(since, bucketMs);
  if (first < EARLIEST) return [{ path: ["since"], message: "Its bucket begins earlier than dates reach." }];
  const count = (bucketOf(until - 1, bucketMs) - first) / bucketMs + 1;
  if (count <= MOST_BUCKETS) return [];
  const message = `Makes ${count} buckets of the range; at most ${MOST_BUCKETS} are answered.`;
  return [{ path: ["bucket"], message }];
}

/** When the bucket of a moment begins. */
function bucketOf(at: Millis, bucketMs: Millis): Millis {
  return Math.floor(at / bucketMs) * bucketMs;
}

/** What a store counted as users see it, with the buckets that are empty. */
export function presentStatistics(
  subscriptionId: string,
  { since, until, bucketMs }: StatisticsRange,
  stored: StoredStatistics,
): SubscriptionStatistics {
  const found = new Map(stored.buckets.map((bucket) => [bucket.at, bucket]));
  const buckets: StatisticsBucket[] = [];
  if (stored.since < until) {
    for (let at = bucketOf(stored.since, bucketMs); at < until; at += bucketMs)
      buckets.push(presentBucket(found.get(at) ?? { ...EMPTY, at }));
  }
  return {
    subscriptionId,
    since: iso(stored.since),
    until: iso(until),
    bucketMs,
    buckets,
    complete: stored.since <= since,
  };
}

const EMPTY = { delivered: 0, failed: 0, exhausted: 0, cancelled: 0, pending: 0, latency: null } as const;

function presentBucket({ at, failed, exhausted, latency, ...counts }: StoredBucket): StatisticsBucket {
  return { at: iso(at), ...counts, failed: failed + exhausted, exhausted, latency };
}

function iso(at: Millis): string {
  return new Date(at).toISOString();
}

/**
 * What became of the deliveries of a subscription that exists.
 *
 * @throws WebhookError `INVALID_ARGUMENT`; `INVALID_STATE` where the store has no statistics.
 */
export async function statistics(
  parts: { readonly clock: Clock; readonly store: Pick<Store, "readStatistics"> },
  subscriptionId: string,
  options: StatisticsOptions,
): Promise<SubscriptionStatistics> {
  const range = statisticsRange(options, parts.clock.now());
  const stored = await parts.store.readStatistics?.({ subscriptionId, ...range, limit: LIMIT });
  if (stored !== undefined) return presentStatistics(subscriptionId, range, stored);
  const message = "This store keeps no statistics: use one that has readStatistics.";
  throw new WebhookError("INVALID_STATE", message);
}
