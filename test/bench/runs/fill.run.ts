// Makes the tables, subscriptions each at a scope of its own, and rows of history.
import { fillPostgres } from "../fill/postgres.js";
import { fillSqlite } from "../fill/sqlite.js";
import type { CaseInput, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { openHouse, TYPES } from "./house.js";
import { subscribe } from "./load.js";

interface Input extends CaseInput {
  readonly spec: StoreSpec;
  readonly subscriptions: number;
  /** Finished deliveries, each with an event and an attempt. */
  readonly history: number;
}

const MINUTE = 60_000;

await runCase(async ({ spec, subscriptions, history, receiver }: Input): Promise<number> => {
  const house = await openHouse(spec);
  await subscribe(
    house,
    Array.from({ length: subscriptions }, (_, index) => ({
      url: `${receiver}/hooks/${index}`,
      type: TYPES[0] ?? "",
      scope: `tenant:${index}`,
    })),
  );
  const endedAt = Date.now() - MINUTE;
  if (history > 0 && spec.kind === "postgres" && house.pool)
    await fillPostgres(house.pool, spec.schema, history, endedAt);
  if (history > 0 && spec.kind === "sqlite") fillSqlite(spec.path, history, endedAt);
  await house.close();
  return history;
});
