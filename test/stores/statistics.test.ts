import Better from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { DeliveryRecord, LeasedDelivery } from "../../src/model/delivery.js";
import type { StatisticsQuery, Store, StoredBucket, StoredStatistics } from "../../src/model/store.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import { postgresStore } from "../../src/stores/postgres/index.js";
import { Database } from "../../src/stores/sqlite/database.js";
import { type SqliteHandle, sqliteStore } from "../../src/stores/sqlite/index.js";
import { readStatistics } from "../../src/stores/sqlite/statistics.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  entries,
  outcome,
  subscription,
  T0,
} from "../../src/testing/store/make.js";
import { cleanUp, newSchema, openPool, stopOwnServer } from "../support/postgres.js";

/**
 * Whatever becomes of deliveries, every store counts what a naive computation over the lists of the memory store counts,
 * also when SQLite does it a few at a time.
 */

const ROUNDS = [0, 1, 2, 3] as const;
const ROUND_MS = 10_000;

/** What becomes of a delivery in a round: first by hand, then when it is claimed. */
interface Turn {
  readonly byHand: "cancel" | "manual" | "restart" | null;
  readonly claimed: "delivered" | "failed" | "exhausted" | "unsent" | "unrecorded" | "lost";
  readonly ms: number;
}

interface Life {
  readonly at: number;
  readonly isTest: boolean;
  readonly turns: readonly Turn[];
}

const life: fc.Arbitrary<Life> = fc.record({
  at: fc.integer({ min: 0, max: 60 }),
  isTest: fc.constantFrom(true, false, false, false),
  turns: fc.array(
    fc.record({
      byHand: fc.constantFrom(null, null, null, "cancel", "manual", "restart"),
      claimed: fc.constantFrom(
        "delivered",
        "delivered",
        "failed",
        "exhausted",
        "unsent",
        "unrecorded",
        "lost",
      ),
      // Few, so that some are equal, and fractions.
      ms: fc.integer({ min: 0, max: 12 }).map((n) => n * 1.001),
    }),
    { minLength: ROUNDS.length, maxLength: ROUNDS.length },
  ),
});

const asked = fc
  .record({
    since: fc.integer({ min: -5, max: 60 }),
    length: fc.integer({ min: 1, max: 70 }),
    bucketMs: fc.constantFrom(1, 7, 10, 1000),
    limit: fc.constantFrom(1, 2, 5, 10, 39, 40, 1000),
  })
  .map(({ since, length, ...query }) => ({ since: T0 + since, until: T0 + since + length, ...query }));

async function live(store: Store, subscriptionId: string, lives: readonly Life[]): Promise<void> {
  await create(store, subscription(subscriptionId));
  const idOf = (n: number) => `${subscriptionId}_${n}`;
  await store.append(
    entries({
      deliveries: lives.map(({ at, isTest }, n) =>
        delivery(idOf(n), subscriptionId, {
          createdAt: T0 + at,
          eventIds: [],
          kind: isTest ? "test" : "event",
          dueAt: T0 + 100,
        }),
      ),
    }),
  );
  let lost: readonly LeasedDelivery[] = [];
  for (const round of ROUNDS) {
    const now = T0 + 100 + round * ROUND_MS;
    const named = (byHand: Turn["byHand"]) =>
      lives.flatMap(({ turns }, n) => (turns[round]?.byHand === byHand ? [idOf(n)] : []));
    await store.cancel(named("cancel"), now);
    for (const mode of ["manual", "restart"] as const)
      await store.requeue({ ids: named(mode), mode, dueAt: now, now });
    const claimed = await store.claim(claiming({ now, lease: `${subscriptionId}_${round}`, leaseMs: 1 }));
    const late = lost;
    lost = [];
    const outcomes = claimed.flatMap((row) => {
      const turn = lives[Number(row.id.slice(subscriptionId.length + 1))]?.turns[round];
      if (turn === undefined) throw new Error(`${row.id} is of another run`);
      if (turn.claimed === "lost") {
        lost = [...lost, row];
        return [];
      }
      return [outcome(row, changeOf(row, turn, now))];
    });
    await store.settle(outcomes, []);
    // Whoever lost it answers after all: an attempt, and not the last one.
    await store.settle(
      late.map((row) => outcome(row, { attempt: attemptOf(row, 500) })),
      [],
    );
  }
}

function changeOf(row: LeasedDelivery, { claimed, ms }: Turn, now: number) {
  const again = { dueAt: now + 1, completedAt: null } as const;
  if (claimed === "unsent") return { ...again, status: row.status, attempt: null, uncount: true } as const;
  if (claimed === "unrecorded") return { attempt: null } as const;
  const attempt = attemptOf(row, ms);
  if (claimed === "failed") return { ...again, status: "failed", attempt } as const;
  return { status: claimed as "delivered", attempt, completedAt: now };
}

const attemptOf = (row: LeasedDelivery, durationMs: number) => ({
  number: row.attempts,
  at: T0,
  durationMs,
  document: "{}",
});

/** By looking at each delivery. */
async function naively(store: Store, query: StatisticsQuery): Promise<StoredStatistics> {
  const { subscriptionId, until, bucketMs, limit } = query;
  const all = (await store.findDeliveries({ ...ALL, subscriptionId })).filter(
    ({ createdAt }) => createdAt >= query.since && createdAt < until,
  );
  const tooMany = all[limit];
  const since = tooMany === undefined ? query.since : tooMany.createdAt + 1;
  const counted = all.filter(({ createdAt, kind }) => createdAt >= since && kind !== "test");
  const starts = [...new Set(counted.map(({ createdAt }) => createdAt - (createdAt % bucketMs)))].sort(
    (a, b) => a - b,
  );
  const buckets: StoredBucket[] = [];
  for (const at of starts) {
    const rows = counted.filter(({ createdAt }) => createdAt >= at && createdAt < at + bucketMs);
    const standing = rows.map(({ dueAt, status, manualFrom }) =>
      dueAt === null ? status : (manualFrom ?? status),
    );
    const count = (status: DeliveryRecord["status"]) => standing.filter((one) => one === status).length;
    const times: number[] = [];
    for (const { id, status, attempts, dueAt } of rows) {
      const last = (await store.readAttempts(id)).find(({ number }) => number === attempts);
      if (dueAt === null && status === "delivered" && last !== undefined) times.push(last.durationMs);
    }
    // The smallest that enough of them do not exceed, in those words.
    const rank = (hundredths: number) =>
      Math.min(
        ...times.filter((ms) => times.filter((one) => one <= ms).length * 100 >= hundredths * times.length),
      );
    buckets.push({
      at,
      delivered: count("delivered"),
      failed: count("failed"),
      exhausted: count("exhausted"),
      cancelled: count("cancelled"),
      pending: count("pending"),
      latency: times.length === 0 ? null : { p50: rank(50), p95: rank(95), p99: rank(99) },
    });
  }
  return { since, buckets };
}

let run = 0;

/** Lives through the same on the memory store and on another, and gives both to `compare`. */
async function bothOf(
  other: Store,
  runs: number,
  compare: (memory: Store, query: StatisticsQuery) => Promise<void>,
): Promise<void> {
  const script = fc.tuple(
    fc.array(life, { minLength: 1, maxLength: 40, size: "max" }),
    fc.array(asked, { minLength: 4, maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(script, async ([lives, queries]) => {
      const memory = memoryStore();
      const subscriptionId = `sub${run++}`;
      try {
        for (const store of [memory, other]) await live(store, subscriptionId, lives);
        for (const query of queries) await compare(memory, { subscriptionId, ...query });
      } finally {
        await other.removeSubscription(subscriptionId, T0, null);
      }
    }),
    { numRuns: runs },
  );
}

afterAll(async () => {
  await cleanUp();
  await stopOwnServer();
});

describe("statistics are what a naive computation says", () => {
  test("in memory and on SQLite", { timeout: 60_000 }, async () => {
    const sqlite = sqliteStore(":memory:");
    await bothOf(sqlite, 120, async (memory, query) => {
      const expected = await naively(memory, query);
      expect(await memory.readStatistics?.(query)).toEqual(expected);
      expect(await sqlite.readStatistics?.(query)).toEqual(expected);
    });
    await sqlite.close?.();
  });

  test("on SQLite a few at a time", { timeout: 60_000 }, async () => {
    const handle = new Better(":memory:") as unknown as SqliteHandle;
    const sqlite = sqliteStore(handle);
    const database = new Database(handle);
    await bothOf(sqlite, 60, async (memory, query) => {
      const expected = await naively(memory, query);
      for (const slice of [1, 3, 10])
        expect(await readStatistics(async (work) => work(database), query, slice)).toEqual(expected);
    });
    handle.close();
  });

  test("on PostgreSQL", { timeout: 120_000 }, async () => {
    const store = postgresStore({ db: await openPool(), schema: newSchema() });
    await store.migrate?.();
    await bothOf(store, 40, async (memory, query) => {
      expect(await store.readStatistics?.(query)).toEqual(await naively(memory, query));
    });
    await store.close?.();
  });
});
