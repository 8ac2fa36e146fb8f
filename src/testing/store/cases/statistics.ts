import assert from "node:assert/strict";
import type { AttemptRecord, NewDelivery, Outcome } from "../../../model/delivery.js";
import type { StatisticsQuery, Store, StoredBucket, StoredStatistics } from "../../../model/store.js";
import { check as checkStore, type StoreCase } from "../case.js";
import { claiming, create, delivery, enqueue, entries, outcome, subscription, T0 } from "../make.js";

const BUCKET = 1000;

/** T0 is a multiple of it. */
const NOTHING = { delivered: 0, failed: 0, exhausted: 0, cancelled: 0, pending: 0, latency: null } as const;

function bucket(at: number, change: Partial<StoredBucket>): StoredBucket {
  return { at, ...NOTHING, ...change };
}

function asking(change: Partial<StatisticsQuery> = {}): StatisticsQuery {
  return {
    subscriptionId: "sub_1",
    since: T0,
    until: T0 + 10 * BUCKET,
    bucketMs: BUCKET,
    limit: 1000,
    ...change,
  };
}

type Ask = (change?: Partial<StatisticsQuery>) => Promise<StoredStatistics>;

// A store that has no statistics has nothing to keep: the verb says so.
function check(name: string, run: (store: Store, ask: Ask) => Promise<void>): StoreCase {
  return checkStore(`readStatistics, where there is one, ${name}`, async (store) => {
    const { readStatistics } = store;
    if (readStatistics === undefined) return;
    await run(store, (change) => readStatistics.call(store, asking(change)));
  });
}

/** Deliveries of `sub_1`, by the moment each was made. */
function made(times: readonly number[], change: Partial<NewDelivery> = {}): NewDelivery[] {
  return times.map((createdAt, i) =>
    delivery(`dlv_${String(i).padStart(3, "0")}`, "sub_1", { createdAt, ...change }),
  );
}

/** Claims all that is due and settles it, each as its change says. */
async function settleAll(
  store: Store,
  change: (id: string, number: number) => Partial<Outcome>,
  now = T0,
): Promise<void> {
  const claimed = await store.claim(claiming({ now, lease: `lease_${now}` }));
  await store.settle(
    claimed.map((row) => outcome(row, change(row.id, row.attempts))),
    [],
  );
}

const attempt = (number: number, durationMs: number): AttemptRecord => ({
  number,
  at: T0,
  durationMs,
  document: "{}",
});

/** What the counts of a subscription's deliveries promise. */
export const statisticsCases: readonly StoreCase[] = [
  check("counts each delivery once, by what became of it", async (store, ask) => {
    await create(store, subscription("sub_1"));
    const statuses = ["delivered", "failed", "exhausted", "cancelled", "pending"] as const;
    const rows = statuses.flatMap((status, i) =>
      Array.from({ length: i + 1 }, (_, n) => delivery(`dlv_${status}_${n}`, "sub_1")),
    );
    await enqueue(store, ...rows);
    await store.cancel(
      rows.filter(({ id }) => id.includes("cancelled")).map(({ id }) => id),
      T0,
    );
    await settleAll(store, (id) => {
      if (id.includes("delivered")) return {};
      if (id.includes("exhausted")) return { status: "exhausted" };
      const again = { dueAt: T0 + 5000, completedAt: null } as const;
      return id.includes("failed")
        ? { status: "failed", ...again }
        : { status: "pending", attempt: null, uncount: true, ...again };
    });
    assert.deepEqual(await ask(), {
      since: T0,
      buckets: [
        bucket(T0, {
          delivered: 1,
          failed: 2,
          exhausted: 3,
          cancelled: 4,
          pending: 5,
          latency: { p50: 5, p95: 5, p99: 5 },
        }),
      ],
    });
  }),

  check("counts what is under way for the first time as pending", async (store, ask) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1", { lease: "born" }));
    await store.claim(claiming());
    assert.deepEqual((await ask()).buckets, [bucket(T0, { pending: 2 })]);
  }),

  check(
    "puts what was made into buckets by the epoch, and leaves out what was made outside",
    async (store, ask) => {
      const times = [-1, 0, 999, 1000, 3999, 4000, 5499, 5500, 9000];
      await store.append(entries({ deliveries: made(times.map((at) => T0 + at)) }));
      await store.append(entries({ deliveries: [delivery("dlv_other", "sub_2", { createdAt: T0 + 1 })] }));
      const counted = async (change: Partial<StatisticsQuery>) =>
        (await ask(change)).buckets.map(({ at, pending }) => [at - T0, pending]);
      assert.deepEqual(await counted({ until: T0 + 5500 }), [
        [0, 2],
        [1000, 1],
        [3000, 1],
        [4000, 1],
        [5000, 1],
      ]);
      assert.deepEqual(
        await counted({ since: T0 + 1, until: T0 + 1000 }),
        [[0, 1]],
        "a bucket that began before the range",
      );
      assert.deepEqual(await counted({ since: T0 + 5501, until: T0 + 9000 }), []);
      const length = 7000;
      const first = Math.floor(T0 / length) * length;
      const [one] = (await ask({ since: first, until: first + length, bucketMs: length })).buckets;
      assert.equal(one?.at, first, "no matter where the range begins");
      assert.deepEqual(await ask({ subscriptionId: "sub_gone" }), { since: T0, buckets: [] });
    },
  ),

  check("leaves tests out", async (store, ask) => {
    await create(store, subscription("sub_1"));
    await enqueue(
      store,
      delivery("dlv_1", "sub_1", { kind: "test" }),
      delivery("dlv_2", "sub_1", { kind: "test", createdAt: T0 + BUCKET }),
      delivery("dlv_3", "sub_1", { kind: "batch" }),
    );
    await settleAll(store, (id) => ({ attempt: attempt(1, id === "dlv_3" ? 3 : 100) }));
    assert.deepEqual((await ask()).buckets, [
      bucket(T0, { delivered: 1, latency: { p50: 3, p95: 3, p99: 3 } }),
    ]);
  }),

  check("takes percentiles by nearest rank, of one bucket alone", async (store, ask) => {
    await create(store, subscription("sub_1"));
    const sizes = [1, 2, 3, 19, 20, 21, 99, 100, 101];
    const times = sizes.flatMap((size, i) => Array<number>(size).fill(T0 + i * BUCKET));
    await enqueue(store, ...made(times));
    // As text they sort otherwise, and the fractions must come back as they are.
    const ms = (i: number) => ((i * 7919) % 367) + 0.125;
    await settleAll(store, (id) => ({ attempt: attempt(1, ms(Number(id.slice(4)))) }));
    const expected = sizes.map((size, i) => {
      const start = sizes.slice(0, i).reduce((sum, one) => sum + one, 0);
      const sorted = Array.from({ length: size }, (_, n) => ms(start + n)).sort((a, b) => a - b);
      const [p50, p95, p99] = [50, 95, 99].map((p) => sorted[Math.ceil((p * size) / 100) - 1] ?? 0);
      return bucket(T0 + i * BUCKET, {
        delivered: size,
        latency: { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 },
      });
    });
    assert.deepEqual((await ask()).buckets, expected);
  }),

  check("takes the latency of the last attempt, and only of what was delivered", async (store, ask) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"), delivery("dlv_3", "sub_1"));
    const again = { status: "failed", dueAt: T0 + 100, completedAt: null } as const;
    await settleAll(store, (_, number) => ({ ...again, attempt: attempt(number, 900) }));
    const [slow] = await store.claim(claiming({ now: T0 + 100, limit: 1, lease: "slow" }));
    assert.ok(slow);
    await settleAll(
      store,
      (id, number) =>
        id === slow.id || id === "dlv_3"
          ? { status: "exhausted", attempt: attempt(number, 1) }
          : { attempt: attempt(number, 20) },
      T0 + 100,
    );
    const percentiles = async () => (await ask()).buckets.map(({ latency }) => [latency?.p50, latency?.p99]);
    assert.deepEqual(await percentiles(), [[20, 20]]);
    // Its lease ran out and someone else delivers it; the late answer is an attempt, and not the last one.
    const later = slow.dueAt ?? 0;
    await settleAll(store, (_, number) => ({ attempt: attempt(number, 40) }), later);
    await store.settle([outcome(slow, { attempt: attempt(slow.attempts, 700) })], []);
    assert.deepEqual(await percentiles(), [[20, 40]]);
  }),

  check("answers no latency where no attempt of what was delivered is recorded", async (store, ask) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await settleAll(store, () => ({ attempt: null }));
    assert.deepEqual((await ask()).buckets, [bucket(T0, { delivered: 1 })]);
  }),

  check("counts one that is to be tried by hand where it stood before", async (store, ask) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, ...["delivered", "exhausted", "cancelled"].map((id) => delivery(id, "sub_1")));
    await store.cancel(["cancelled"], T0);
    await settleAll(store, (id) => (id === "exhausted" ? { status: "exhausted" } : {}));
    const ids = ["delivered", "exhausted", "cancelled"];
    assert.equal(await store.requeue({ ids, mode: "manual", dueAt: T0 + 9, now: T0 + 9 }), 3);
    const stood = bucket(T0, { delivered: 1, exhausted: 1, cancelled: 1 });
    assert.deepEqual((await ask()).buckets, [stood], "its latency is that of no closed delivery");
    await settleAll(store, (_, number) => ({ attempt: attempt(number, 8) }), T0 + 9);
    assert.deepEqual((await ask()).buckets, [
      bucket(T0, { delivered: 3, latency: { p50: 8, p95: 8, p99: 8 } }),
    ]);
  }),

  check("counts one that was closed before its attempt by hand by what became of it", async (store, ask) => {
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await settleAll(store, () => ({}));
    await store.requeue({ ids: ["dlv_1"], mode: "manual", dueAt: T0 + 9, now: T0 + 9 });
    // As it is recorded of a delivery that is claimed and then cannot be sent: the attempt was never begun.
    await settleAll(store, () => ({ status: "cancelled", attempt: null, uncount: true }), T0 + 9);
    assert.deepEqual((await ask()).buckets, [bucket(T0, { cancelled: 1 })]);
  }),

  check("looks at the newest up to the limit, and says from when on that is all", async (store, ask) => {
    const times = [0, 100, 100, 200, 1000, 1001, 1001, 2500].map((at) => T0 + at);
    const rows = made(times);
    await store.append(
      entries({ deliveries: rows.map((row, i) => ({ ...row, kind: i === 4 ? "test" : "event" })) }),
    );
    const closed = rows.filter((_, i) => i % 2 === 0).map(({ id }) => id);
    await store.cancel(closed, T0);
    const counted = async (limit: number) => {
      const { since, buckets } = await ask({ limit });
      return [since - T0, ...buckets.map(({ at, cancelled, pending }) => [at - T0, cancelled + pending])];
    };
    assert.deepEqual(await counted(1), [1002, [2000, 1]]);
    assert.deepEqual(
      await counted(2),
      [1002, [2000, 1]],
      "one of two made at the same moment does not count",
    );
    assert.deepEqual(await counted(3), [1001, [1000, 2], [2000, 1]]);
    assert.deepEqual(await counted(4), [201, [1000, 2], [2000, 1]], "the test is looked at");
    assert.deepEqual(await counted(6), [101, [0, 1], [1000, 2], [2000, 1]]);
    assert.deepEqual(await counted(7), [1, [0, 3], [1000, 2], [2000, 1]]);
    assert.deepEqual(await counted(8), [0, [0, 4], [1000, 2], [2000, 1]]);
  }),
];
