// From publish to receipt at a light load: one event each ten milliseconds, to one endpoint.
import { setTimeout as sleep } from "node:timers/promises";
import type { CaseInput, StoreSpec } from "../spec.js";
import { openBare } from "./bare.js";
import { runCase } from "./case.js";
import { openHouse, TYPES } from "./house.js";
import { subscribe } from "./load.js";
import { expectReceipts, sharedNow, takeLatencies } from "./receipts.js";

interface Input extends CaseInput {
  /** Null: the bare client. */
  readonly spec: StoreSpec | null;
  readonly count: number;
  readonly warm: number;
}

const EVERY_MS = 10;
const TYPE = TYPES[0] ?? "";

await runCase(async ({ spec, count, warm, receiver }: Input): Promise<readonly number[]> => {
  const send = spec === null ? bareSender(receiver) : await houseSender(spec, receiver);
  const round = async (events: number) => {
    const received = await expectReceipts(receiver, events);
    const begun = performance.now();
    const sent: Promise<unknown>[] = [];
    for (let index = 0; index < events; index++) {
      await sleep(Math.max(0, begun + index * EVERY_MS - performance.now()));
      sent.push(send({ sentAt: sharedNow(), text: "x".repeat(880) }));
    }
    await Promise.all(sent);
    await received();
    return takeLatencies(receiver);
  };
  await round(warm);
  return round(count);
});

function bareSender(receiver: string) {
  const bare = openBare(receiver);
  return (data: object) => bare.post(data, "/timed");
}

async function houseSender(spec: StoreSpec, receiver: string) {
  const house = await openHouse(spec);
  await subscribe(house, [{ url: `${receiver}/timed`, type: TYPE }]);
  await house.webhooks.start();
  return (data: object) => house.webhooks.publish(TYPE, data);
}
