// Drains a backlog by one or more worker processes. This process only publishes it.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CaseInput, Sample, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { openHouse } from "./house.js";
import { publishAll, subscribe, tenEndpoints } from "./load.js";
import { measure } from "./measure.js";
import { expectReceipts } from "./receipts.js";
import { type Amount, warmUp } from "./warm.js";

interface Input extends CaseInput, Amount {
  readonly spec: StoreSpec;
  readonly workers: number;
}

await runCase(async (input: Input): Promise<Sample> => {
  const { spec, workers, receiver, serverPid } = input;
  const house = await openHouse(spec);
  await subscribe(house, tenEndpoints(receiver));
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(spec)));

  for (const child of children) child.send("start");
  const count = await warmUp(receiver, input, (some) => publishAll(house, some));
  for (const child of children) await ask(child, "stop");

  await publishAll(house, count);
  const finished = await expectReceipts(receiver, count);
  let micros = 0;
  const sample = await measure({
    count,
    serverPid,
    restBytes: 0,
    work: async () => children.map((child) => child.send("start")),
    finished,
    async settled() {
      for (const child of children) await ask(child, "stop");
      for (const child of children) micros += await ask<number>(child, "cpu");
    },
  });
  return { ...sample, cpuMicros: micros / count };
});

async function startWorker(spec: StoreSpec): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL("worker.js", import.meta.url)));
  child.send(spec);
  await once(child, "message");
  return child;
}

async function ask<T>(child: ChildProcess, word: string): Promise<T> {
  const answered = once(child, "message");
  child.send(word);
  const [answer] = (await answered) as [T];
  return answer;
}
