import { expect, test } from "vitest";
import { memoryStore } from "../../../src/stores/memory/index.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  enqueue,
  entries,
  event,
  subscription,
} from "../../../src/testing/store/make.js";

test("says that nothing outlives the process", () => {
  expect(memoryStore().persists).toBe(false);
});

test("two stores share nothing", async () => {
  const [one, two] = [memoryStore(), memoryStore()];
  await one.append(entries({ events: [event("evt_1")] }));
  expect(await two.findEvents(ALL)).toEqual([]);
});

test("a delivery's events cannot be changed from outside", async () => {
  const store = memoryStore();
  const eventIds = ["evt_1"];
  await create(store, subscription("sub_1"));
  await enqueue(store, delivery("dlv_1", "sub_1", { eventIds }));
  eventIds.push("evt_2");
  const [claimed] = await store.claim(claiming());
  const answered = (claimed?.eventIds ?? []) as string[];
  expect(answered).toEqual(["evt_1"]);
  expect(() => answered.push("evt_3")).toThrow(TypeError);
  expect((await store.readDeliveries(["dlv_1"]))[0]?.eventIds).toEqual(["evt_1"]);
});
