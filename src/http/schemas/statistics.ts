import * as z from "zod";
import type { StatisticsBucket, SubscriptionStatistics } from "../../history/statistics.js";
import { answering, millis, moment } from "./documented.js";

const count = z.int().min(0);

const bucket = answering<StatisticsBucket>()(
  {
    id: "StatisticsBucket",
    description: "What became of the deliveries that were made in one span of time, each counted once.",
  },
  z.object({
    at: moment("When it begins."),
    delivered: count,
    failed: count.describe("The last attempt failed, whether it is tried again or was given up."),
    exhausted: count.describe("Of `failed`, those given up."),
    cancelled: count,
    pending: count.describe("No attempt has ended yet."),
    latency: z
      .object({
        p50: millis("The median."),
        p95: millis("95th percentile."),
        p99: millis("99th percentile."),
      })
      .nullable()
      .describe("How long the last attempt of those delivered took; null where there are none."),
  }),
);

/** How a subscription's deliveries fared, for a dashboard. */
export const statisticsAnswer = answering<SubscriptionStatistics>()(
  {
    id: "SubscriptionStatistics",
    description: "What became of a subscription's deliveries, by when they were made. Tests are left out.",
  },
  z.object({
    subscriptionId: z.string(),
    since: moment("Everything made at or after is counted."),
    until: moment("Everything made before is counted."),
    bucketMs: millis("Length of a bucket."),
    buckets: z.array(bucket).describe("In the order of time, also those in which nothing was made."),
    complete: z
      .boolean()
      .describe(
        "Whether all that was asked for is counted. False: there were too many, and `since` says from when on they are.",
      ),
  }),
);
