import { afterAll, afterEach, describe, expect, test } from "vitest";
import { CLAIM } from "../../../src/stores/postgres/claim.js";
import {
  claiming,
  create,
  delivery,
  entries,
  event,
  outcome,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";
import { cleanUp, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, type Opened, open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

interface PlanNode {
  readonly "Node Type": string;
  readonly Alias?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Every node of the plan of a claim, which is run and taken back. */
async function planOfClaim({ pool, schema }: Opened): Promise<PlanNode[]> {
  const sql = CLAIM.replaceAll("hookwright.", `"${schema}".`);
  const values = ["", T0, "[]", 20, 4, "lease", T0 + 1000];
  const { rows } = await inTransaction(pool, "ROLLBACK", (tx) =>
    tx.query<{ "QUERY PLAN": readonly [{ readonly Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
      values,
    ),
  );
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  return nodes(rows[0]?.["QUERY PLAN"][0].Plan as PlanNode);
}

/** Rows that were read of the deliveries, by the name that the statement gives them; `d...` and `o` are those it searches. */
function searched(plan: readonly PlanNode[]): PlanNode[] {
  return plan
    .filter((node) => /^[do](_\d+)?$/.test(node.Alias ?? "") && node["Node Type"].includes("Scan"))
    .filter((node) => node["Node Type"] !== "CTE Scan" && node["Actual Loops"] > 0);
}

/** Three thousand open deliveries in thirty lanes, twice as many closed ones in the same, and an ordered lane. */
async function fill({ store }: Opened): Promise<void> {
  const names = Array.from({ length: 30 }, (_, i) => `sub_${i}`);
  await create(store, ...names.map((id, i) => subscription(id, { ordered: i === 1 })));
  for (let round = 0; round < 3; round++) {
    const ids = Array.from({ length: 3000 }, (_, i) => `${round}_${i}`);
    await store.append(
      entries({
        events: ids.map((id) => event(`evt_${id}`)),
        deliveries: ids.map((id, i) =>
          delivery(`dlv_${id}`, names[i % 30] ?? "", { eventIds: [`evt_${id}`] }),
        ),
      }),
    );
    if (round < 2)
      await store.cancel(
        ids.map((id) => `dlv_${id}`),
        T0,
      );
  }
  const begun = await store.claim(claiming({ perSubscription: 3 }));
  await store.settle(
    begun.map((row) => outcome(row, { status: "failed", dueAt: T0 + 1, completedAt: null })),
    [],
  );
}

describe.each(["without statistics", "with statistics"])("the plan of a claim, %s", (statistics) => {
  test("reads open deliveries from their own indexes, as many as it takes, and sorts none", async () => {
    const opened = await open();
    await fill(opened);
    if (statistics === "with statistics") {
      for (const table of ["deliveries", "subscriptions", "events"])
        await opened.pool.query(`ANALYZE "${opened.schema}".${table}`);
    }
    const plan = await planOfClaim(opened);
    const scans = searched(plan);
    expect(scans.length).toBeGreaterThanOrEqual(4);
    const used = new Set(scans.map((node) => node["Index Name"]));
    expect([...used].sort()).toEqual(["deliveries_open", "deliveries_pkey", "deliveries_placed"]);
    for (const node of scans) {
      expect(node["Actual Rows"]).toBeLessThanOrEqual(4);
      expect(node["Rows Removed by Filter"] ?? 0).toBeLessThanOrEqual(1);
    }
    const sorts = plan.filter((node) => node["Node Type"].includes("Sort") && node["Actual Loops"] > 0);
    expect(sorts).toHaveLength(1);
  });
});

test("the indexes of claims hold open deliveries only", async () => {
  const { pool, schema } = await open();
  const { rows } = await pool.query<{ indexname: string; indexdef: string }>(
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = $1 AND tablename = 'deliveries'",
    [schema],
  );
  const forOpen = rows.filter((row) => row.indexdef.endsWith("WHERE (due_at IS NOT NULL)"));
  expect(forOpen.map((row) => row.indexname).sort()).toEqual(["deliveries_open", "deliveries_placed"]);
});
