import pg from "pg";
import type { BenchReceiver } from "../measure.js";
import { DATA, openHouse, subscribe, TYPE } from "./house.js";

/** Which verb of the store a statement is, by a step that only it has. */
const VERBS: readonly (readonly [string, RegExp])[] = [
  ["claim", /\bleased AS \(\s*UPDATE/],
  ["settle", /\boutcome AS MATERIALIZED/],
  ["append", /\bfresh AS \(/],
];

/** Statements of one run, by verb, for each delivery made. */
export interface StatementSample {
  readonly fanOut: number;
  readonly deliveries: number;
  readonly perDelivery: Readonly<Record<string, number>>;
}

/** Counts what the driver is asked to run while events are published one after another and delivered at once. */
export async function countStatements(
  url: string,
  receiver: BenchReceiver,
  fanOut: number,
  events: number,
): Promise<StatementSample> {
  const house = await openHouse(url);
  await subscribe(
    house,
    Array.from({ length: fanOut }, () => receiver.url),
  );
  const counts = new Map<string, number>();
  const query = pg.Client.prototype.query;
  const finished = await receiver.expect(events * fanOut);
  await house.webhooks.start();
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: never[]) {
    const [first] = args as readonly unknown[];
    const text = typeof first === "string" ? first : String((first as { text?: unknown })?.text);
    const verb = VERBS.find(([, mark]) => mark.test(text))?.[0] ?? "other";
    counts.set(verb, (counts.get(verb) ?? 0) + 1);
    return (query as (...all: never[]) => unknown).apply(this, args);
  } as typeof query;
  try {
    for (let left = events; left > 0; left -= 100)
      await Promise.all(
        Array.from({ length: Math.min(100, left) }, () => house.webhooks.publish(TYPE, DATA)),
      );
    await finished();
    await house.webhooks.stop();
  } finally {
    pg.Client.prototype.query = query;
  }
  await house.close();
  const deliveries = events * fanOut;
  const perDelivery = Object.fromEntries([...counts].map(([verb, count]) => [verb, count / deliveries]));
  return { fanOut, deliveries, perDelivery };
}
