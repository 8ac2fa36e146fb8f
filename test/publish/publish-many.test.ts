import { expect, test } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import type { Entries } from "../../src/model/store.js";
import { type EventInput, Publisher, type PublisherParts } from "../../src/publish/publisher.js";
import { clockAt } from "../make.js";

/** A publisher over a store that keeps what it was given. */
function house(hearers: PublisherParts<never>["hearers"] = () => []) {
  const appended: Entries[] = [];
  const publisher = new Publisher<never>({
    clock: clockAt(),
    maxEventBytes: 1000,
    validate: (_, value) => ({ value }),
    checkScope: () => {},
    hearers,
    lane: () => "",
    append: async (entries) => {
      appended.push(entries);
      return entries.events.map((event) => event.id);
    },
  });
  return { publisher, appended };
}

const inputs = (count: number): EventInput[] =>
  Array.from({ length: count }, (_, n) => ({ type: "a.b", id: `evt_${n}`, data: { n } }));

/** How often the event loop went round before the store was asked. */
async function turnsBefore(count: number): Promise<number> {
  const { publisher, appended } = house();
  let turns = 0;
  const published = publisher.publish(inputs(count));
  for (; appended.length === 0; turns++) await new Promise((resolve) => setImmediate(resolve));
  await published;
  return turns;
}

test("thousands of events are prepared in turns of the event loop, and stored in one append", async () => {
  const { publisher, appended } = house();
  const published = await publisher.publish(inputs(2500));
  expect(published.map((one) => one.id)).toEqual(inputs(2500).map((one) => one.id));
  expect(published.every((one) => !one.duplicate)).toBe(true);
  expect(appended.map((entries) => entries.events.length)).toEqual([2500]);
  expect((await turnsBefore(2500)) - (await turnsBefore(1000))).toBe(2);
});

test("what is done to the array meanwhile changes nothing", async () => {
  const { publisher, appended } = house();
  const events = inputs(2500);
  const published = publisher.publish(events);
  events.length = 0;
  expect(await published).toHaveLength(2500);
  expect(appended[0]?.events).toHaveLength(2500);
});

test("the look-ups of many scopes are under way together, and the events keep their order", async () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const { publisher, appended } = house((scope) => {
    const promise = new Promise<[]>((resolve) => waiting.push(() => resolve([])));
    most = Math.max(most, waiting.length);
    // The last to be asked answers first.
    if (scope === "tenant:9") for (const answer of waiting.splice(0).reverse()) answer();
    return promise;
  });
  const events = inputs(10).map((input, n) => ({ ...input, scope: `tenant:${n}` }));
  const published = await publisher.publish(events);
  expect(most).toBe(10);
  expect(published.map((one) => one.id)).toEqual(events.map((one) => one.id));
  expect(appended[0]?.events.map((event) => event.scope)).toEqual(events.map((event) => event.scope));
});

test("of look-ups that fail, the first event's is told, and nothing is stored", async () => {
  const { publisher, appended } = house(async (scope) => {
    if (scope === "tenant:1") await new Promise((resolve) => setImmediate(resolve));
    if (scope !== "tenant:0") throw new WebhookError("STORE_UNAVAILABLE", `away for ${scope}`);
    return [];
  });
  const events = inputs(3).map((input, n) => ({ ...input, scope: `tenant:${n}` }));
  await expect(publisher.publish(events)).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: "Event 1: away for tenant:1",
  });
  expect(appended).toEqual([]);
});
