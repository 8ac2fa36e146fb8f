import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchReceiver, Sample } from "../measure.js";
import { DATA, newSchema, openHouse, subscribe, TYPE } from "./house.js";

const ENDPOINTS = 20;

async function startWorker(url: string, schema: string, key: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [url, schema, key], {
    execArgv: process.execArgv,
  });
  await once(child, "message");
  return child;
}

/** Deliveries a second of `count` that were published before, by so many worker processes. This process only publishes. */
export async function drainWith(
  workers: number,
  url: string,
  receiver: BenchReceiver,
  count: number,
): Promise<Sample> {
  const schema = newSchema();
  const key = randomBytes(32).toString("base64");
  const house = await openHouse(url, { schema, key });
  await subscribe(
    house,
    Array.from({ length: ENDPOINTS }, () => receiver.url),
  );
  for (let left = count / ENDPOINTS; left > 0; left -= 100)
    await house.webhooks.publishMany(
      Array.from({ length: Math.min(100, left) }, () => ({ type: TYPE, data: DATA })),
    );
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(url, schema, key)));
  const finished = await receiver.expect(count);
  const begun = performance.now();
  for (const child of children) child.send("start");
  await finished();
  const seconds = (performance.now() - begun) / 1000;
  let micros = 0;
  for (const child of children) {
    child.send("cpu");
    const [used] = (await once(child, "message")) as [number];
    micros += used;
    child.disconnect();
  }
  await Promise.all(children.map((child) => once(child, "exit")));
  await house.close();
  return { perSecond: count / seconds, cpuMicros: micros / count };
}
