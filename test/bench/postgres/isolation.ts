import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openHouse, subscribe, TYPE } from "./house.js";

const HEALTHY = 98;
const EVENTS_PER_SECOND = 10;

/** Milliseconds from publish to receipt at the healthy endpoints. */
export interface IsolationSample {
  readonly without: readonly number[];
  readonly withBad: readonly number[];
}

/**
 * A steady ten events a second to each of 98 healthy endpoints; in every other round the same events go to one that
 * refuses connections and one that answers after five seconds as well. Rounds alternate in one run, on one process
 * that publishes and delivers.
 */
export async function timeIsolation(url: string, rounds: number, roundMs: number): Promise<IsolationSample> {
  const child = fork(fileURLToPath(new URL("isolation-receiver.ts", import.meta.url)), {
    execArgv: process.execArgv,
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const at = (path: string) => `http://127.0.0.1:${port}/${path}`;
  const house = await openHouse(url);
  await subscribe(
    house,
    Array.from({ length: HEALTHY }, (_, index) => at(`healthy/${index}`)),
  );
  await subscribe(house, ["http://127.0.0.1:9/dead", at("slow")], "tenant:bad");
  await house.webhooks.start();

  const latencies = { without: [] as number[], withBad: [] as number[] };
  for (let round = -2; round < rounds; round++) {
    const isBad = round % 2 !== 0;
    const end = performance.now() + roundMs;
    while (performance.now() < end) {
      const data = { sentAt: performance.timeOrigin + performance.now(), text: "x".repeat(900) };
      await house.webhooks.publish(TYPE, data, isBad ? { scope: "tenant:bad" } : {});
      await sleep(1000 / EVENTS_PER_SECOND);
    }
    await sleep(500);
    child.send("latencies");
    const [measured] = (await once(child, "message")) as [number[]];
    if (round >= 0) latencies[isBad ? "withBad" : "without"].push(...measured);
  }
  child.disconnect();
  await house.close();
  return latencies;
}
