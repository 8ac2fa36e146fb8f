// The plans of a claim of 200 where each of many subscriptions has one delivery that is due: what PostgreSQL itself says
// of every statement that the claim runs, also inside functions.
import { saving, subscription } from "../../../src/testing/store/make.js";
import type { CaseInput, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { openHouse, openStore } from "./house.js";
import { rowsFor } from "./rows.js";

interface Input extends CaseInput {
  readonly spec: StoreSpec;
  readonly subscriptions: number;
}

const CHUNK = 500;

const EXPLAIN = `
  LOAD 'auto_explain';
  SET auto_explain.log_min_duration = 0;
  SET auto_explain.log_analyze = on;
  SET auto_explain.log_buffers = on;
  SET auto_explain.log_nested_statements = on;
  SET client_min_messages = log`;

await runCase(async ({ spec, subscriptions }: Input): Promise<string> => {
  const { store, pool } = await openHouse(spec);
  const now = Date.now();
  for (let first = 0; first < subscriptions; first += CHUNK) {
    const ids = Array.from({ length: CHUNK }, (_, index) => `sub_${String(first + index).padStart(8, "0")}`);
    await Promise.all(ids.map((id) => store.saveSubscription(saving(subscription(id)))));
    await store.append(rowsFor(ids, now));
  }
  await pool?.query("VACUUM (ANALYZE)");

  const explained = openStore(spec);
  const plans: string[] = [];
  explained.pool?.on("connect", (client) => {
    client.on("notice", ({ message }) => plans.push(message ?? ""));
    client.query(EXPLAIN).catch((error: unknown) => plans.push(String(error)));
  });
  const claimed = await explained.store.claim({
    ...{ lease: "explained", leaseMs: 60_000, now: now + 1 },
    ...{ limit: 200, perSubscription: 8, exclude: [] },
  });
  await explained.close();
  return `${claimed.length} claimed\n\n${plans.join("\n\n")}`;
});
