import { afterAll, afterEach, describe, expect, test } from "vitest";
import { CLAIM_STATEMENT } from "../../../src/stores/postgres/functions/claim.js";
import { ONE_PLAN } from "../../../src/stores/postgres/functions/plan.js";
import { postgresStore } from "../../../src/stores/postgres/index.js";
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

/** What stands for the arguments of the function, and what they are here. */
const ARGUMENTS = {
  start: ["text", ""],
  moment: ["bigint", T0],
  excluded: ["text[]", "{}"],
  most: ["bigint", 20],
  share: ["bigint", 4],
  new_lease: ["text", "lease"],
  ends: ["bigint", T0 + 1000],
} as const;

/** Every node of the plan that the function has for a claim, which is run and taken back. */
async function planOfClaim({ pool, schema }: Opened): Promise<PlanNode[]> {
  const names = Object.keys(ARGUMENTS).join("|");
  const values = Object.values(ARGUMENTS);
  const text = CLAIM_STATEMENT.replaceAll(
    new RegExp(`\\b(${names})\\b`, "g"),
    (name) => `$${Object.keys(ARGUMENTS).indexOf(name) + 1}`,
  );
  const settings = [...ONE_PLAN.matchAll(/SET (\w+) = (\w+)/g)].map(([setting]) =>
    setting.replace("SET", "SET LOCAL"),
  );
  expect(settings).toHaveLength(5);
  const { rows } = await inTransaction(pool, "ROLLBACK", async (tx) => {
    await tx.query(settings.join("; "));
    await tx.query(
      `PREPARE claim (${values.map(([type]) => type).join()}) AS ${text.replaceAll("hookwright.", `"${schema}".`)}`,
    );
    const plan = await tx.query<{ "QUERY PLAN": readonly [{ readonly Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE claim (${values.map(([, value]) => `'${value}'`).join()})`,
    );
    await tx.query("DEALLOCATE claim");
    return plan;
  });
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
      for (const table of ["queue", "history", "subscriptions", "events"])
        await opened.pool.query(`ANALYZE "${opened.schema}".${table}`);
    }
    const plan = await planOfClaim(opened);
    const scans = searched(plan);
    expect(scans.length).toBeGreaterThanOrEqual(4);
    const used = new Set(scans.map((node) => node["Index Name"]));
    expect([...used].sort()).toEqual(["queue_due", "queue_pkey", "queue_placed"]);
    for (const node of scans) {
      expect(node["Actual Rows"]).toBeLessThanOrEqual(4);
      expect(node["Rows Removed by Filter"] ?? 0).toBeLessThanOrEqual(1);
    }
    const sorts = plan.filter((node) => node["Node Type"].includes("Sort") && node["Actual Loops"] > 0);
    expect(sorts).toHaveLength(1);
  });
});

test("what a claim writes is in no index, and stays on the page", async () => {
  const { pool, schema, store } = await open();
  await create(store, subscription("sub_1"), subscription("sub_2", { ordered: true }));
  const ids = Array.from({ length: 200 }, (_, i) => `dlv_${i}`);
  await store.append(
    entries({
      events: ids.map((id) => event(`evt_${id}`)),
      deliveries: ids.map((id, i) => delivery(id, i < 199 ? "sub_1" : "sub_2", { eventIds: [`evt_${id}`] })),
    }),
  );
  const client = await pool.connect();
  const counted = postgresStore({ db: client, schema });
  expect(await counted.claim(claiming())).toHaveLength(200);
  await client.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await client.query<{ hot: string }>(
    "SELECT n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'queue'",
    [schema],
  );
  client.release();
  expect(rows).toEqual([{ hot: "200" }]);
});
