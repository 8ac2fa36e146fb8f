// Counts what the driver is asked to run while events are published a hundred at once and delivered at once.
import pg from "pg";
import type { CaseInput, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { DATA, openHouse, TYPES } from "./house.js";
import { subscribe } from "./load.js";
import { expectReceipts } from "./receipts.js";
import { verbOf } from "./verbs.js";

interface Input extends CaseInput {
  readonly spec: StoreSpec;
  readonly fanOut: number;
  readonly events: number;
}

const TYPE = TYPES[0] ?? "";

/** Answers statements by verb, for each delivery made. */
await runCase(
  async ({ spec, fanOut, events, receiver }: Input): Promise<Readonly<Record<string, number>>> => {
    const house = await openHouse(spec);
    await subscribe(
      house,
      Array.from({ length: fanOut }, (_, index) => ({ url: `${receiver}/hooks/${index}`, type: TYPE })),
    );
    const deliveries = events * fanOut;
    const counts = new Map<string, number>();
    const query = pg.Client.prototype.query;
    const finished = await expectReceipts(receiver, deliveries);
    await house.webhooks.start();
    pg.Client.prototype.query = function counted(this: pg.Client, ...args: never[]) {
      const verb = verbOf(args[0]);
      counts.set(verb, (counts.get(verb) ?? 0) + 1);
      return (query as (...all: never[]) => unknown).apply(this, args);
    } as typeof query;
    for (let left = events; left > 0; left -= 100)
      await Promise.all(
        Array.from({ length: Math.min(100, left) }, () => house.webhooks.publish(TYPE, DATA)),
      );
    await finished();
    await house.webhooks.stop();
    return Object.fromEntries([...counts].map(([verb, count]) => [verb, count / deliveries]));
  },
);
