// A steady ten events a second to each of 98 healthy endpoints, alone or beside one that refuses connections and one
// that answers after five seconds. Answers the milliseconds from publish to receipt at the healthy ones.
import { setTimeout as sleep } from "node:timers/promises";
import type { CaseInput, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { openHouse, TYPES } from "./house.js";
import { subscribe } from "./load.js";
import { sharedNow, takeLatencies } from "./receipts.js";

interface Input extends CaseInput {
  readonly spec: StoreSpec;
  readonly isBad: boolean;
  readonly ms: number;
}

const HEALTHY = 98;
const EVENTS_PER_SECOND = 10;
const TYPE = TYPES[0] ?? "";
// Nobody listens there.
const DEAD = "http://127.0.0.1:9/dead";

await runCase(async ({ spec, isBad, ms, receiver }: Input): Promise<readonly number[]> => {
  const house = await openHouse(spec);
  const bad = isBad ? [DEAD, `${receiver}/slow`] : [];
  const healthy = Array.from({ length: HEALTHY }, (_, index) => `${receiver}/timed/${index}`);
  await subscribe(
    house,
    [...healthy, ...bad].map((url) => ({ url, type: TYPE })),
  );
  await house.webhooks.start();
  const go = async (forMs: number) => {
    for (const until = performance.now() + forMs; performance.now() < until; ) {
      await house.webhooks.publish(TYPE, { sentAt: sharedNow(), text: "x".repeat(880) });
      await sleep(1000 / EVENTS_PER_SECOND);
    }
    await sleep(200);
    return takeLatencies(receiver);
  };
  await go(500);
  return go(ms);
});
