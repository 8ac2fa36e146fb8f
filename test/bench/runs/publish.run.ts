// Publishing alone, to a subscription for each event; nothing is delivered meanwhile.
import type { CaseInput, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { DATA, type House, openHouse } from "./house.js";
import { publishAll, subscribe, tenEndpoints, typeOf } from "./load.js";
import { serverCpu } from "./measure.js";

/** How events are published. `"none"`: the host's transaction without a publish. */
export type PublishMode = "one" | "many" | "publishMany" | "transaction" | "none";

interface Input extends CaseInput {
  readonly spec: StoreSpec;
  readonly mode: PublishMode;
  /** How long to go on. */
  readonly ms: number;
}

/** What publishing cost. */
export interface PublishSample {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly serverMicros: number | null;
}

const MANY = 1_000;

/** It is warm after as many steps, or as many events. */
const WARM_STEPS = 300;
const WARM_EVENTS = 4_000;

await runCase(async ({ spec, mode, ms, receiver, serverPid }: Input): Promise<PublishSample> => {
  const house = await openHouse(spec);
  await subscribe(house, tenEndpoints(receiver));
  const step = await stepOf(house, mode, spec.kind === "postgres" ? spec.schema : "");
  let warm = 0;
  for (let steps = 0; steps < WARM_STEPS && warm < WARM_EVENTS; steps++) warm += await step();
  const server = serverCpu(serverPid);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let events = 0;
  for (const until = begun + ms; performance.now() < until; ) events += await step();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const serverAfter = serverCpu(serverPid);
  return {
    perSecond: events / seconds,
    cpuMicros: (user + system) / events,
    serverMicros: server === null || serverAfter === null ? null : (serverAfter - server) / events,
  };
});

/** What is repeated; it answers how many events that were. */
async function stepOf(house: House, mode: PublishMode, schema: string): Promise<() => Promise<number>> {
  const { webhooks, pool } = house;
  let next = 0;
  if (mode === "one")
    return async () => {
      await webhooks.publish(typeOf(next++), DATA);
      return 1;
    };
  if (mode === "many")
    return async () => {
      await publishAll(house, 500);
      return 500;
    };
  if (mode === "publishMany")
    return async () => {
      await webhooks.publishMany(
        Array.from({ length: MANY }, (_, index) => ({ type: typeOf(index), data: DATA })),
      );
      return MANY;
    };
  if (!pool) throw new Error(`The mode "${mode}" needs PostgreSQL.`);
  await pool.query(`CREATE TABLE "${schema}".orders (id bigserial PRIMARY KEY, note text)`);
  const tx = await pool.connect();
  return async () => {
    await tx.query("BEGIN");
    await tx.query(`INSERT INTO "${schema}".orders (note) VALUES ('one')`);
    if (mode === "transaction") await webhooks.publish(typeOf(next++), DATA, { tx });
    await tx.query("COMMIT");
    return 1;
  };
}
