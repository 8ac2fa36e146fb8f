// The whole cost of a delivery: publish, match, store, claim, sign, POST, record. `drain` delivers what was published
// before; otherwise publishing and delivering go on at once. Before either is measured, some pass in the same way.
import type { CaseInput, Sample, StoreSpec } from "../spec.js";
import { runCase } from "./case.js";
import { openHouse } from "./house.js";
import { publishAll, subscribe, tenEndpoints } from "./load.js";
import { measure } from "./measure.js";
import { expectReceipts } from "./receipts.js";
import { type Amount, warmUp } from "./warm.js";

interface Input extends CaseInput, Amount {
  readonly spec: StoreSpec;
  readonly drain: boolean;
}

await runCase(async (input: Input): Promise<Sample> => {
  const { spec, drain, receiver, serverPid } = input;
  const restBytes = process.memoryUsage().rss;
  const house = await openHouse(spec);
  const { webhooks } = house;
  await subscribe(house, tenEndpoints(receiver));

  await webhooks.start();
  const count = await warmUp(receiver, input, (some) => publishAll(house, some));
  if (drain) {
    await webhooks.stop();
    await publishAll(house, count);
  }
  const finished = await expectReceipts(receiver, count);
  const sample = await measure({
    count,
    serverPid,
    restBytes,
    work: drain ? () => webhooks.start() : () => publishAll(house, count),
    finished,
    settled: () => webhooks.stop(),
  });
  await house.close();
  return sample;
});
