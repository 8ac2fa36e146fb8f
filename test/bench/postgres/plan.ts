import { newId } from "../../../src/model/id.js";
import { CLAIM } from "../../../src/stores/postgres/claim.js";
import { delivery, entries, event } from "../../../src/testing/store/make.js";
import { openHouse } from "./house.js";

/** The plan of a claim of 200 where each of `subscriptions` has one delivery that is due. */
export async function explainClaim(url: string, subscriptions: number): Promise<string> {
  const house = await openHouse(url);
  const { pool, schema, store } = house;
  const now = Date.now();
  await pool.query(
    `INSERT INTO "${schema}".subscriptions (id, scope, enabled, ordered, version, created_at, updated_at, document)
     SELECT 'sub_' || lpad(n::text, 8, '0'), '', true, false, 1, 0, 0, '{}' FROM generate_series(1, $1) AS n`,
    [subscriptions],
  );
  for (let first = 1; first <= subscriptions; first += 1000) {
    const ids = Array.from({ length: 1000 }, (_, index) => `sub_${String(first + index).padStart(8, "0")}`);
    const events = ids.map(() => event(newId("evt", now), { createdAt: now }));
    const deliveries = ids.map((id, index) =>
      delivery(newId("dlv", now), id, { eventIds: [events[index]?.id ?? ""], createdAt: now, dueAt: now }),
    );
    await store.append(entries({ events, deliveries }));
  }
  await pool.query(`VACUUM (ANALYZE) "${schema}".deliveries`);
  const values = ["sub_00005000", now, "[]", 200, 8, "lease", now + 60_000];
  const text = CLAIM.replaceAll("hookwright.", `"${schema}".`);
  await store.claim({ lease: "warm", leaseMs: 1, limit: 1, perSubscription: 1, exclude: [], now });
  const { rows } = await pool.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
  await house.close();
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}
