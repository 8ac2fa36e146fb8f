// The same work among few or many subscriptions: each event is heard by one of them, all by turns. Published while
// delivering. They are made by `fill.run.ts`, and so is the history that they may have.
import type { CaseInput, Sample, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { DATA, type House, openHouse, TYPES } from "./house.js";
import { inGroups } from "./load.js";
import { measure } from "./measure.js";
import { expectReceipts } from "./receipts.js";
import { type Amount, warmUp } from "./warm.js";

interface Input extends CaseInput, Amount {
  readonly spec: StoreSpec;
  readonly subscriptions: number;
}

/** A prime that no number of subscriptions here is divisible by: neighbours in time are no neighbours in the tables. */
const STRIDE = 7919;

await runCase(async (input: Input): Promise<Sample> => {
  const { spec, subscriptions, receiver, serverPid } = input;
  const restBytes = process.memoryUsage().rss;
  const house = await openHouse(spec);
  await house.webhooks.start();
  const count = await warmUp(receiver, input, (some, first) =>
    publishSpread(house, first, some, subscriptions),
  );
  const finished = await expectReceipts(receiver, count);
  const sample = await measure({
    count,
    serverPid,
    restBytes,
    work: () => publishSpread(house, input.warm, count, subscriptions),
    finished,
    settled: () => house.webhooks.stop(),
  });
  await house.close();
  return sample;
});

function publishSpread(
  { webhooks }: House,
  first: number,
  count: number,
  subscriptions: number,
): Promise<void> {
  return inGroups(count, (index) => {
    const tenant = ((first + index) * STRIDE) % subscriptions;
    return webhooks.publish(TYPES[0] ?? "", DATA, { scope: `tenant:${tenant}` });
  });
}
