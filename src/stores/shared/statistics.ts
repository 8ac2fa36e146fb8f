import type { DeliveryStatus } from "../../model/delivery.js";
import type { StatisticsQuery, StoredBucket, StoredStatistics } from "../../model/store.js";
import type { Millis } from "../../model/time.js";

/** A delivery as far as it is counted. */
export interface CountedDelivery {
  readonly createdAt: Millis;
  readonly isTest: boolean;
  readonly status: DeliveryStatus;
  readonly manualFrom: DeliveryStatus | null;
  readonly isOpen: boolean;
  /** How long the attempt numbered `attempts` took; `null` when none is recorded. Read of those whose `status` is `delivered`, which is never an open one's. */
  readonly lastMs: Millis | null;
}

/** A bucket while it is counted. */
interface Tally {
  readonly counts: Record<DeliveryStatus, number>;
  readonly latencies: Millis[];
}

/**
 * Counts deliveries one by one, newest first, for stores that do not have their database do it. Those of one moment are
 * held back until it is sure that all of them fit.
 */
export class Statistics {
  readonly #query: StatisticsQuery;
  readonly #tallies = new Map<Millis, Tally>();
  readonly #held: CountedDelivery[] = [];
  #looked = 0;
  #since: Millis;

  constructor(query: StatisticsQuery) {
    this.#query = query;
    this.#since = query.since;
  }

  /** @returns false when it is one too many: there is nothing more to look at. */
  add(delivery: CountedDelivery): boolean {
    if (this.#held.length > 0 && this.#held[0]?.createdAt !== delivery.createdAt) this.#countHeld();
    if (this.#looked === this.#query.limit) {
      this.#since = delivery.createdAt + 1;
      this.#held.length = 0;
      return false;
    }
    this.#looked++;
    this.#held.push(delivery);
    return true;
  }

  /** What was counted, once all were added or one was too many. */
  answer(): StoredStatistics {
    this.#countHeld();
    const oldestFirst = [...this.#tallies].reverse();
    const buckets = oldestFirst.map(([at, { counts, latencies }]) => ({
      at,
      ...counts,
      latency: percentiles(latencies),
    }));
    return { since: this.#since, buckets };
  }

  #countHeld(): void {
    for (const delivery of this.#held) if (!delivery.isTest) this.#count(delivery);
    this.#held.length = 0;
  }

  #count({ createdAt, status, manualFrom, isOpen, lastMs }: CountedDelivery): void {
    const at = Math.floor(createdAt / this.#query.bucketMs) * this.#query.bucketMs;
    let tally = this.#tallies.get(at);
    if (tally === undefined) {
      tally = { counts: { delivered: 0, failed: 0, exhausted: 0, cancelled: 0, pending: 0 }, latencies: [] };
      this.#tallies.set(at, tally);
    }
    tally.counts[isOpen ? (manualFrom ?? status) : status]++;
    if (status === "delivered" && lastMs !== null) tally.latencies.push(lastMs);
  }
}

function percentiles(latencies: readonly Millis[]): StoredBucket["latency"] {
  if (latencies.length === 0) return null;
  const sorted = Float64Array.from(latencies).sort();
  // In whole numbers: a double holds neither 0.95 nor 0.99.
  const rank = (hundredths: number) => sorted[Math.ceil((hundredths * sorted.length) / 100) - 1] ?? 0;
  return { p50: rank(50), p95: rank(95), p99: rank(99) };
}
