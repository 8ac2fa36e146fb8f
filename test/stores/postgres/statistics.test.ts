import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StatisticsQuery } from "../../../src/model/store.js";
import { STATISTICS } from "../../../src/stores/postgres/statistics.js";
import {
  claiming,
  create,
  delivery,
  enqueue,
  entries,
  outcome,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";
import { cleanUp, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, type Opened, open } from "./helpers.js";

let opened: Opened;
beforeEach(async () => {
  opened = await open();
});
afterEach(cleanUp);
afterAll(stopOwnServer);

const QUERY: StatisticsQuery = {
  subscriptionId: "sub_1",
  since: T0 + 100,
  until: T0 + 300,
  bucketMs: 1000,
  limit: 1000,
};

interface PlanNode {
  readonly "Node Type": string;
  readonly Alias?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Every node of the plan of a count, each below the CTE it belongs to. */
async function planOf({ pool, schema }: Opened, query: StatisticsQuery): Promise<PlanNode[]> {
  const { subscriptionId, since, until, bucketMs, limit } = query;
  const { rows } = await inTransaction(pool, "ROLLBACK", (tx) =>
    tx.query<{ "QUERY PLAN": readonly [{ readonly Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${STATISTICS.replaceAll("hookwright.", `"${schema}".`)}`,
      [subscriptionId, since, until, bucketMs, limit],
    ),
  );
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  return nodes(rows[0]?.["QUERY PLAN"][0].Plan as PlanNode);
}

/** 3000 finished deliveries of three subscriptions, one made each millisecond, and as many open ones of thirty. */
async function fill({ store }: Opened): Promise<void> {
  const names = Array.from({ length: 30 }, (_, i) => `sub_${i}`);
  await create(store, ...names.map((id) => subscription(id)));
  const rows = Array.from({ length: 6000 }, (_, i) =>
    delivery(`dlv_${i}`, names[i % (i < 3000 ? 3 : 30)] ?? "", {
      createdAt: T0 + Math.floor((i % 3000) / 3),
      eventIds: [],
      lease: i < 3000 ? "born" : null,
    }),
  );
  await store.append(entries({ deliveries: rows }));
  await store.settle(
    rows.slice(0, 3000).map(({ id }) => outcome({ id, lease: "born", attempts: 1 })),
    [],
  );
}

describe.each(["without statistics", "with statistics"])("the plan of a count, %s", (statistics) => {
  const planned = async (change: Partial<StatisticsQuery> = {}) => {
    await fill(opened);
    if (statistics === "with statistics")
      for (const table of ["queue", "history", "earlier_attempts"])
        await opened.pool.query(`ANALYZE "${opened.schema}".${table}`);
    return planOf(opened, { ...QUERY, ...change });
  };

  test("reads the range of the subscription by its index and nothing else, and looks up no attempt", async () => {
    const plan = await planned();
    const ran = plan.filter((node) => node["Actual Loops"] > 0);
    // With so few rows it may also read the index first and the rows after, sorted.
    const scans = ran.filter((node) => node["Node Type"].includes("Scan") && node.Alias !== undefined);
    const ofTables = scans.filter((node) => /^[hqa]$/.test(node.Alias ?? ""));
    expect(ofTables.map((node) => node.Alias).sort()).toEqual(["h", "q"]);
    for (const node of ofTables) expect(node["Node Type"]).not.toBe("Seq Scan");
    const history = ofTables.find((node) => node.Alias === "h");
    expect([history?.["Actual Rows"], history?.["Rows Removed by Filter"] ?? 0]).toEqual([200, 0]);
    const indexes = ran.flatMap((node) => node["Index Name"] ?? []).sort();
    expect(indexes).toEqual(["history_subscription", expect.stringMatching(/^queue_(due|placed)$/)]);
  });

  test("reads no more of the index than the limit and one", async () => {
    const plan = await planned({ since: T0, until: T0 + 1000, limit: 20 });
    const [history] = plan.filter((node) => node["Index Name"] === "history_subscription");
    expect(history?.["Actual Rows"]).toBe(21);
  });
});

test("finds the last attempt of a delivery that was finished before attempts were beside it", async () => {
  const { pool, schema, store } = opened;
  await create(store, subscription("sub_1"));
  await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
  for (const [now, ms] of [
    [T0, 700],
    [T0 + 10, 30],
  ] as const) {
    const claimed = await store.claim(claiming({ now }));
    await store.settle(
      claimed.map((row) =>
        outcome(row, {
          ...(now === T0 ? { status: "failed", dueAt: T0 + 10, completedAt: null } : {}),
          attempt: { number: row.attempts, at: now, durationMs: ms, document: "{}" },
        }),
      ),
      [],
    );
  }
  await pool.query(`INSERT INTO "${schema}".earlier_attempts (delivery_id, number, at, duration_ms, document)
    SELECT id, attempt_number, attempt_at, attempt_ms, attempt_document FROM "${schema}".history`);
  await pool.query(`UPDATE "${schema}".history SET attempt_number = NULL, attempt_ms = NULL`);
  const answer = await store.readStatistics?.({ ...QUERY, since: T0 });
  expect(answer?.buckets).toMatchObject([{ delivered: 2, latency: { p50: 30, p95: 30, p99: 30 } }]);
});
