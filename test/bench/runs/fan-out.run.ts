// One event to 1, 10, 100 and 1000 subscriptions, one event after another.
import type { CaseInput, StoreSpec } from "../spec.js";
import { summary } from "../summary.js";
import { runCase } from "./case.js";
import { DATA, openHouse } from "./house.js";
import { subscribe } from "./load.js";
import { expectReceipts } from "./receipts.js";

interface Input extends CaseInput {
  readonly spec: StoreSpec;
  /** How many events to each number of subscriptions. */
  readonly sizes: readonly { readonly subscriptions: number; readonly events: number }[];
}

/** Medians of the events of one size. */
export interface FanOutSample {
  readonly subscriptions: number;
  /** Until `publish` resolved. */
  readonly publishMs: number;
  /** Until the last of the subscriptions had it. */
  readonly allMs: number;
}

await runCase(async ({ spec, sizes, receiver }: Input): Promise<readonly FanOutSample[]> => {
  const typeFor = (subscriptions: number) => `bench.fan${subscriptions}`;
  const house = await openHouse(
    spec,
    sizes.map((one) => typeFor(one.subscriptions)),
  );
  for (const { subscriptions } of sizes)
    await subscribe(
      house,
      Array.from({ length: subscriptions }, (_, index) => ({
        url: `${receiver}/hooks/${index}`,
        type: typeFor(subscriptions),
      })),
    );
  await house.webhooks.start();
  const samples: FanOutSample[] = [];
  for (const { subscriptions, events } of sizes) {
    const publishMs: number[] = [];
    const allMs: number[] = [];
    for (let event = -Math.ceil(events / 3); event < events; event++) {
      const received = await expectReceipts(receiver, subscriptions);
      const begun = performance.now();
      await house.webhooks.publish(typeFor(subscriptions), DATA);
      const published = performance.now() - begun;
      await received();
      if (event < 0) continue;
      publishMs.push(published);
      allMs.push(performance.now() - begun);
    }
    samples.push({
      subscriptions,
      publishMs: summary(publishMs).median,
      allMs: summary(allMs).median,
    });
  }
  await house.close();
  return samples;
});
