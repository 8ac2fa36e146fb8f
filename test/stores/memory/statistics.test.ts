import { expect, test } from "vitest";
import { memoryStore } from "../../../src/stores/memory/index.js";
import { delivery, entries, T0 } from "../../../src/testing/store/make.js";

test("a long count lets the event loop go round, and whoever writes meanwhile comes after it", async () => {
  const store = memoryStore();
  const rows = Array.from({ length: 3500 }, (_, i) => delivery(`dlv_${i}`, "sub_1", { eventIds: [] }));
  await store.append(entries({ deliveries: rows }));
  let turns = 0;
  let isOn = true;
  const look = () => {
    turns++;
    if (isOn) setImmediate(look);
  };
  setImmediate(look);
  const query = { subscriptionId: "sub_1", since: T0, until: T0 + 1, bucketMs: 1000, limit: 100_000 };
  const counting = store.readStatistics?.(query);
  const cancelling = store.cancel(["dlv_0", "dlv_3499"], T0);
  const counted = await counting;
  isOn = false;
  expect(counted?.buckets).toMatchObject([{ pending: 3500, cancelled: 0 }]);
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(await cancelling).toBe(2);
});
