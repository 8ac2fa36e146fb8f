import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../../src/model/store.js";
import { sqliteStore } from "../../../src/stores/sqlite/index.js";
import { TABLES } from "../../../src/stores/sqlite/steps/tables.js";
import {
  ALL,
  claiming,
  claimOne,
  event,
  failed,
  outcome,
  read,
  readSubscription,
  sealing,
  T0,
} from "../../../src/testing/store/make.js";

/** Rows as the first release left them: of each kind there is, and a view of the host's that no longer works. */
const ROWS = `
  CREATE TABLE hookwright_migrations (version INTEGER PRIMARY KEY);
  INSERT INTO hookwright_migrations VALUES (1);
  CREATE TABLE orders (id INTEGER); CREATE VIEW broken AS SELECT * FROM orders; DROP TABLE orders;

  INSERT INTO hookwright_subscriptions VALUES
    ('sub_1', 'a:1', 1, 0, 3, ${T0}, ${T0 + 1}, 2, ${T0 - 9}, ${T0 - 3}, 500, ${T0 - 20}, NULL, '{"n":1}'),
    ('sub_o', '', 1, 1, 1, ${T0}, ${T0}, 0, NULL, NULL, NULL, NULL, NULL, '{}'),
    ('sub_b', '', 1, 0, 1, ${T0}, ${T0}, 0, NULL, NULL, NULL, NULL, ${T0 + 500}, '{}');
  INSERT INTO hookwright_events (seq, id, type, scope, at, created_at, test, is_named, data)
    SELECT value, 'evt_' || value, 'a.b', '', ${T0}, ${T0}, 0, value < 9, '{}'
    FROM json_each('[1,2,3,4,5,6,7,8,9]');
  INSERT INTO hookwright_deliveries (seq, id, subscription_id, scope, kind, type, format, event_id, list_seq, status,
    attempts, extra_attempts, manual_from, created_at, first_attempt_at, due_at, completed_at, http_status, error, lease,
    place, span) VALUES
    (1, 'dlv_closed', 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_1', NULL, 'delivered',
      2, 1, NULL, ${T0}, ${T0}, NULL, ${T0 + 5}, 200, NULL, NULL, 1, 1),
    (2, 'dlv_open', 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_2', NULL, 'failed',
      1, 0, 'exhausted', ${T0}, ${T0}, ${T0 + 7}, NULL, 500, '{"code":"E","message":"m"}', NULL, 2, 1),
    (3, 'dlv_leased', 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_3', NULL, 'pending',
      1, 0, NULL, ${T0}, ${T0}, ${T0 + 60_000}, NULL, NULL, NULL, 'mine', 3, 1),
    (4, 'dlv_split', 'sub_o', '', 'batch', 'batch', 'standard', NULL, 1, 'cancelled',
      1, 0, NULL, ${T0}, ${T0}, NULL, ${T0 + 5}, 413, NULL, NULL, 4, 1),
    (5, 'dlv_behind', 'sub_o', '', 'event', 'a.b', 'standard', 'evt_6', NULL, 'pending',
      0, 0, NULL, ${T0}, NULL, ${T0}, NULL, NULL, NULL, NULL, 5, 1),
    (6, 'dlv_half1', 'sub_o', '', 'batch', 'batch', 'standard', 'evt_4', NULL, 'pending',
      0, 0, NULL, ${T0}, NULL, ${T0}, NULL, NULL, NULL, NULL, 4, 0.5),
    (7, 'dlv_half2', 'sub_o', '', 'batch', 'batch', 'standard', 'evt_5', NULL, 'pending',
      0, 0, NULL, ${T0}, NULL, ${T0}, NULL, NULL, NULL, NULL, 4.5, 0.5),
    (8, 'dlv_unknown', 'sub_gone', '', 'event', 'a.b', 'standard', 'evt_unknown', NULL, 'cancelled',
      0, 0, NULL, ${T0}, NULL, NULL, ${T0 + 900}, NULL, NULL, NULL, 8, 1),
    (9, 'dlv_left', 'sub_gone', '', 'event', 'a.b', 'standard', 'evt_7', NULL, 'pending',
      0, 0, NULL, ${T0}, NULL, ${T0}, NULL, NULL, NULL, NULL, 9, 1);
  INSERT INTO hookwright_event_lists VALUES (1, '["evt_4","evt_5"]', '[4,5]');
  INSERT INTO hookwright_listed_events VALUES (4, 1), (5, 1);
  INSERT INTO hookwright_attempts VALUES (1, 1, ${T0}, 12.5, '{"n":1}'), (1, 2, ${T0 + 5}, 3, '{"n":2}');
  INSERT INTO hookwright_waiters VALUES (7, 'sub_b');
  INSERT INTO hookwright_pending VALUES (7, '', ${T0}, 1, 10, 8, 'evt_8');
`;

let folder = "";
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hookwright-sqlite-"));
  const raw = new Database(join(folder, "test.db"));
  raw.exec(TABLES);
  raw.exec(ROWS);
  raw.close();
  store = sqliteStore(join(folder, "test.db"), { synchronous: "NORMAL" });
});
afterEach(async () => {
  await store.close?.();
  rmSync(folder, { recursive: true, force: true });
});

test("subscriptions keep their record and their health", async () => {
  expect(await readSubscription(store, "sub_1")).toEqual({
    id: "sub_1",
    scope: "a:1",
    enabled: true,
    ordered: false,
    version: 3,
    createdAt: T0,
    updatedAt: T0 + 1,
    document: '{"n":1}',
    health: {
      consecutiveFailures: 2,
      failingSince: T0 - 9,
      lastAttemptAt: T0 - 3,
      lastStatus: 500,
      lastSuccessAt: T0 - 20,
      holdUntil: null,
    },
  });
  expect((await readSubscription(store, "sub_b")).health.holdUntil).toBe(T0 + 500);
  expect(await store.findSubscriptions(ALL)).toHaveLength(3);
});

test("closed and open deliveries are as they were, with their attempts", async () => {
  expect(await read(store, "dlv_open")).toEqual({
    id: "dlv_open",
    subscriptionId: "sub_1",
    scope: "a:1",
    kind: "event",
    type: "a.b",
    format: "standard",
    eventIds: ["evt_2"],
    status: "failed",
    attempts: 1,
    extraAttempts: 0,
    manualFrom: "exhausted",
    createdAt: T0,
    firstAttemptAt: T0,
    dueAt: T0 + 7,
    completedAt: null,
    httpStatus: 500,
    error: { code: "E", message: "m" },
  });
  expect(await read(store, "dlv_closed")).toMatchObject({ status: "delivered", completedAt: T0 + 5 });
  expect((await store.readAttempts("dlv_closed")).map(({ document }) => document)).toEqual([
    '{"n":1}',
    '{"n":2}',
  ]);
  expect((await read(store, "dlv_split")).eventIds).toEqual(["evt_4", "evt_5"]);
  expect(await store.findDeliveries({ ...ALL, subscriptionId: "sub_o" })).toHaveLength(4);
  expect(await store.findDeliveries({ ...ALL, eventId: "evt_4" })).toHaveLength(2);
  const raw = new Database(join(folder, "test.db"), { readonly: true });
  const named = raw.prepare("SELECT id FROM hookwright_deliveries WHERE event_id IS NOT NULL").pluck().all();
  raw.close();
  expect(named, "only what is not stored is named by its id").toEqual(["dlv_unknown"]);
});

test("a delivery of an event that is not stored keeps its id, and finds the event once it is", async () => {
  expect((await read(store, "dlv_unknown")).eventIds).toEqual(["evt_unknown"]);
  expect(await store.findDeliveries({ ...ALL, eventId: "evt_unknown" })).toHaveLength(1);
  await store.append({ events: [event("evt_unknown")], deliveries: [], pending: [] });
  expect((await read(store, "dlv_unknown")).eventIds).toEqual(["evt_unknown"]);
  expect(await store.findDeliveries({ ...ALL, eventId: "evt_unknown" })).toHaveLength(1);
  await store.prune({ before: T0 + 800, limit: 9999 });
  expect(await store.readEvents(["evt_unknown"]), "it is named by what is not pruned").toHaveLength(1);
});

test("a lease that was held is still held", async () => {
  const settled = await store.settle(
    [outcome({ id: "dlv_leased", lease: "mine", attempts: 1 })],
    [failed("sub_1")],
  );
  expect(settled.refused).toEqual([]);
  expect(settled.health).toMatchObject([{ subscriptionId: "sub_1", consecutiveFailures: 3 }]);
});

test("what is due is claimed, in its order, with its event", async () => {
  const claimed = await store.claim(claiming({ now: T0 + 7 }));
  expect(claimed.map(({ id, attempts, event }) => [id, attempts, event?.id]).sort()).toEqual([
    ["dlv_half1", 1, "evt_4"],
    ["dlv_open", 2, "evt_2"],
  ]);
  await store.settle(
    claimed.map((row) => outcome(row)),
    [],
  );
  for (const expected of ["dlv_half2", "dlv_behind"]) {
    const leased = await claimOne(store);
    expect(leased.id).toBe(expected);
    await store.settle([outcome(leased)], []);
  }
});

test("what waits is sealed", async () => {
  expect(await store.backlog()).toMatchObject([{ subscriptionId: "sub_b", count: 1 }]);
  expect(await store.seal(sealing("sub_b", "dlv_new"))).toBe(1);
  expect((await read(store, "dlv_new")).eventIds).toEqual(["evt_8"]);
});

test("all of it can be forgotten", async () => {
  const waiting = { subscriptionId: "sub_b", ...ALL };
  expect(await store.prune({ before: T0 + 1000, limit: 9999 })).toBe(7);
  const left = (await store.findDeliveries(ALL)).map(({ id }) => id).sort();
  expect(left).toEqual(["dlv_behind", "dlv_half1", "dlv_half2", "dlv_leased", "dlv_open"]);
  expect(await store.findPending(waiting)).toHaveLength(1);
  const raw = new Database(join(folder, "test.db"), { readonly: true });
  const names = raw.prepare("SELECT subscription_id FROM hookwright_recipients ORDER BY 1").pluck().all();
  const check = raw.pragma("integrity_check", { simple: true });
  const tables = raw.prepare("SELECT name FROM sqlite_master WHERE name LIKE '%moving%'").all();
  raw.close();
  expect([names, check, tables]).toEqual([["sub_1", "sub_b", "sub_o"], "ok", []]);
});
