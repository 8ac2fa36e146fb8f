import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../../src/model/store.js";
import { sqliteStore } from "../../../src/stores/sqlite/index.js";
import {
  ALL,
  claiming,
  claimOne,
  create,
  delivery,
  enqueue,
  outcome,
  pending,
  read,
  sealing,
  subscription,
  T0,
  wait,
} from "../../../src/testing/store/make.js";

let folder = "";
let store: Store;
const open = () => sqliteStore(join(folder, "test.db"), { synchronous: "NORMAL" });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hookwright-sqlite-"));
  store = open();
});
afterEach(async () => {
  await store.close?.();
  rmSync(folder, { recursive: true, force: true });
});

const OLD = { before: T0 + 1000, limit: 9999 } as const;
const COUNT = 4000;
const ids = Array.from({ length: COUNT }, (_, i) => `evt_${i}`);

/** A delivered batch of {@link COUNT} events. */
async function deliverBatch(): Promise<void> {
  await create(store, subscription("sub_1"));
  await wait(store, ...ids.map((id) => pending("sub_1", id)));
  await store.seal(sealing("sub_1", "dlv_1", { limit: COUNT }));
  await store.settle([outcome(await claimOne(store))], []);
}

/** Rows of each table that is not empty, without the migrations and subscriptions. */
function rowCounts(): Record<string, number> {
  const raw = new Database(join(folder, "test.db"));
  const names = raw
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'hookwright_%'")
    .pluck()
    .all() as string[];
  const counts = names
    .filter((name) => !/_(migrations|subscriptions|revision)$/.test(name))
    .map((name) => [name, raw.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number] as const);
  raw.close();
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

test("prune forgets a large batch in many short transactions, and leaves no row of it", async () => {
  await deliverBatch();
  let turns = 0;
  let isOn = true;
  const count = () => {
    turns++;
    if (isOn) setImmediate(count);
  };
  setImmediate(count);
  expect(await store.prune(OLD)).toBe(COUNT + 1);
  isOn = false;
  expect(turns).toBeGreaterThan(6);
  expect(rowCounts()).toEqual({ hookwright_recipients: 1, hookwright_health: 1 });
});

test("prune forgets several large batches, whole, in one call", async () => {
  await create(store, subscription("sub_1"));
  for (const batch of ["a", "b", "c", "d"]) {
    await wait(store, ...ids.map((id) => pending("sub_1", `${id}${batch}`)));
    await store.seal(sealing("sub_1", `dlv_${batch}`, { limit: COUNT }));
  }
  await store.cancel(["dlv_a", "dlv_b", "dlv_c", "dlv_d"], T0);
  expect(await store.prune({ ...OLD, limit: 99_999 })).toBe(4 * (COUNT + 1));
  expect(rowCounts()).toEqual({ hookwright_recipients: 1, hookwright_health: 1 });
});

test("a prune that was cut off anywhere is finished by the next", async () => {
  for (let cut = 1; cut < 9; cut++) {
    if (cut === 1) await deliverBatch();
    const running = store.prune(OLD);
    for (let turn = 0; turn < cut; turn++) await new Promise((resolve) => setImmediate(resolve));
    await store.close?.();
    await running.catch(() => {});
    store = open();
    const isThere = (await store.readDeliveries(["dlv_1"])).length === 1;
    const found = await store.findDeliveries({ ...ALL, eventId: "evt_3999" });
    expect(found).toHaveLength(isThere ? 1 : 0);
  }
  await store.prune(OLD);
  expect(rowCounts()).toEqual({ hookwright_recipients: 1, hookwright_health: 1 });
});

test("the list of a delivery that is gone never becomes another's", async () => {
  await deliverBatch();
  // At its limit, prune works off nothing that it noted.
  expect(await store.prune({ ...OLD, limit: 1 })).toBe(1);
  expect(rowCounts()).toMatchObject({ hookwright_listed_events: COUNT, hookwright_unnamed_events: 4 });
  await enqueue(store, delivery("dlv_2", "sub_1", { eventIds: ["evt_a", "evt_b"] }));
  expect(await store.findDeliveries({ ...ALL, eventId: "evt_1" })).toEqual([]);
  expect(await store.findEvents({ ...ALL, missedBy: "sub_1", limit: 9999 })).toHaveLength(COUNT);
  expect(await store.prune(OLD)).toBe(COUNT);
  expect((await read(store, "dlv_2")).eventIds).toEqual(["evt_a", "evt_b"]);
  expect(await store.findDeliveries({ ...ALL, eventId: "evt_b" })).toHaveLength(1);
  expect(await store.readEvents(["evt_a", "evt_b"])).toHaveLength(2);
});

test("a subscription that is gone leaves no number behind", async () => {
  await create(store, subscription("sub_1"));
  await wait(store, ...ids.map((id) => pending("sub_1", id)));
  expect(await store.removeSubscription("sub_1", T0, null)).toBe(true);
  expect(await store.prune(OLD)).toBe(COUNT);
  expect(rowCounts()).toEqual({});
});

test("an event that is not stored does not wait, and a delivery that names it keeps its id", async () => {
  await store.append({ events: [], deliveries: [], pending: [pending("sub_1", "evt_gone")] });
  expect(await store.backlog()).toEqual([]);
  const eventIds = ["evt_gone", "evt_gone_too"];
  await store.append({ events: [], deliveries: [delivery("dlv_1", "sub_1", { eventIds })], pending: [] });
  expect((await read(store, "dlv_1")).eventIds).toEqual(eventIds);
  const one = delivery("dlv_2", "sub_1", { eventIds: ["evt_gone"] });
  await store.append({ events: [], deliveries: [one], pending: [] });
  expect((await read(store, "dlv_2")).eventIds).toEqual(["evt_gone"]);
  await create(store, subscription("sub_1"));
  const claimed = await store.claim(claiming());
  expect(claimed.map((row) => [row.id, row.eventIds, row.event]).sort()).toEqual([
    ["dlv_1", eventIds, null],
    ["dlv_2", ["evt_gone"], null],
  ]);
});
