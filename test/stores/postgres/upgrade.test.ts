import type pg from "pg";
import { afterAll, afterEach, expect, test } from "vitest";
import { Database } from "../../../src/stores/postgres/database.js";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { runnerFor } from "../../../src/stores/postgres/runner.js";
import { migrate } from "../../../src/stores/postgres/schema.js";
import {
  ALL,
  claiming,
  delivery,
  enqueue,
  idsOf,
  LEASE_MS,
  outcome,
  read,
  T0,
} from "../../../src/testing/store/make.js";
import { cleanUp, newSchema, openPool, stopOwnServer } from "../../support/postgres.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

/** Tables as an earlier release has left them. */
async function openAt(version: number): Promise<{ pool: pg.Pool; schema: string }> {
  const pool = await openPool();
  const schema = newSchema();
  const times = { schema, statementMs: 60_000, lockMs: 60_000, prepare: false };
  await migrate(new Database(runnerFor(pool), times), version);
  return { pool, schema };
}

/** Rows as the release of version 2 wrote them. */
const ROWS = `
  INSERT INTO hookwright.subscriptions (id, scope, enabled, ordered, version, created_at, updated_at, document) VALUES
    ('sub_1', 'a:1', true, false, 1, 0, 0, '{}'), ('sub_2', '', true, true, 1, 0, 0, '{}');
  INSERT INTO hookwright.events (id, type, scope, at, created_at, test, data)
    SELECT 'evt_' || n, 'a.b', '', ${T0}, ${T0}, false, '{"n":' || n || '}' FROM generate_series(1, 9) AS n;
  INSERT INTO hookwright.deliveries (id, created_at, first_attempt_at, due_at, completed_at, place, span, attempts,
    extra_attempts, http_status, subscription_id, scope, kind, type, format, event_id, status, manual_from, lease, error)
  VALUES
    ('dlv_delivered', ${T0}, ${T0}, NULL, ${T0 + 5}, NULL, 1, 2, 1, 200, 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_1', 'delivered', NULL, NULL, NULL),
    ('dlv_cancelled', ${T0 + 1}, NULL, NULL, ${T0 + 6}, NULL, 1, 0, 0, NULL, 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_2', 'cancelled', NULL, NULL, NULL),
    ('dlv_new', ${T0 + 2}, NULL, ${T0 + 2}, NULL, NULL, 1, 0, 0, NULL, 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_3', 'pending', NULL, NULL, NULL),
    ('dlv_retry', ${T0 + 3}, ${T0}, ${T0 + 9}, NULL, NULL, 1, 1, 0, 500, 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_4', 'failed', 'exhausted', NULL, '{"code":"X","message":"x"}'),
    ('dlv_leased', ${T0 + 4}, ${T0}, ${T0 + LEASE_MS}, NULL, NULL, 1, 1, 0, NULL, 'sub_1', 'a:1', 'event', 'a.b', 'standard', 'evt_5', 'pending', NULL, 'mine', NULL),
    ('dlv_batch', ${T0 + 5}, NULL, ${T0 + 5}, NULL, NULL, 1, 0, 0, NULL, 'sub_2', '', 'batch', 'batch', 'array', NULL, 'pending', NULL, NULL, NULL),
    ('dlv_half', ${T0 + 5}, NULL, ${T0 + 5}, NULL, 1.5, 0.5, 0, 0, NULL, 'sub_2', '', 'batch', 'batch', 'array', 'evt_8', 'pending', NULL, NULL, NULL);
  INSERT INTO hookwright.delivery_events (delivery_id, position, event_id) VALUES
    ('dlv_batch', 1, 'evt_7'), ('dlv_batch', 2, 'evt_6');
  INSERT INTO hookwright.attempts (delivery_id, number, at, duration_ms, document) VALUES
    ('dlv_delivered', 1, ${T0}, 1.5, '{"n":1}'), ('dlv_delivered', 2, ${T0 + 1}, 2.5, '{"n":2}'), ('dlv_retry', 1, ${T0}, 3.5, '{"n":3}');
`;

test("deliveries of version 2 survive, each in its table, with their attempts, leases and order", async () => {
  const { pool, schema } = await openAt(2);
  await pool.query(ROWS.replaceAll("hookwright.", `"${schema}".`));
  const { rows: before } = await pool.query(`SELECT * FROM "${schema}".deliveries ORDER BY id`);
  const store = postgresStore({ db: pool, schema });
  await store.migrate?.();

  const { rows: after } = await pool.query(`SELECT * FROM "${schema}".deliveries ORDER BY id`);
  expect(after).toEqual(before);
  const { rows: open } = await pool.query(`SELECT id FROM "${schema}".queue`);
  expect(idsOf(open)).toEqual(["dlv_batch", "dlv_half", "dlv_leased", "dlv_new", "dlv_retry"]);
  expect((await store.findDeliveries(ALL)).map((row) => row.id)).toEqual(
    ["half", "batch", "leased", "retry", "new", "cancelled", "delivered"].map((name) => `dlv_${name}`),
  );
  expect(await store.readAttempts("dlv_delivered")).toEqual([
    { number: 1, at: T0, durationMs: 1.5, document: '{"n":1}' },
    { number: 2, at: T0 + 1, durationMs: 2.5, document: '{"n":2}' },
  ]);
  expect((await read(store, "dlv_batch")).eventIds).toEqual(["evt_7", "evt_6"]);

  // The lease holds for whoever has it, and is nobody else's; what was attempted before comes first; a half of a batch stands where the batch stood.
  const claimed = await store.claim(claiming({ now: T0 + 20 }));
  expect(claimed.map((row) => row.id)).toEqual(["dlv_retry", "dlv_new", "dlv_half"]);
  const late = await store.settle([outcome({ id: "dlv_leased", lease: "mine", attempts: 1 })], []);
  expect(late.refused).toEqual([]);
  expect(await store.requeue({ ids: ["dlv_cancelled"], mode: "restart", dueAt: T0, now: T0 })).toBe(1);
  await enqueue(store, delivery("dlv_fresh", "sub_2", { createdAt: T0 + 30 }));
  const { rows: order } = await pool.query<{ id: string }>(
    `SELECT id FROM "${schema}".deliveries ORDER BY seq DESC LIMIT 1`,
  );
  expect(order).toEqual([{ id: "dlv_fresh" }]);
  expect(await store.prune({ before: T0 + 1e6, limit: 100 })).toBeGreaterThan(2);
});

test("tables of version 1 get their inbox", async () => {
  const { pool, schema } = await openAt(1);
  const store = postgresStore({ db: pool, schema });
  await store.migrate?.();
  await pool.query(`SELECT "${schema}".publish('a.b', '1', id => 'evt_2')`);
  const taken = await store.takeInbox?.({ limit: 9, maxBytes: 999, leaseMs: 1, now: T0 });
  expect(idsOf(taken ?? [])).toEqual(["evt_2"]);
});

test("an earlier release that still runs fails at what it would write", async () => {
  const { pool, schema } = await openAt(2);
  await postgresStore({ db: pool, schema }).migrate?.();
  const old = [
    "UPDATE deliveries SET lease = 'x'",
    "DELETE FROM deliveries",
    "INSERT INTO deliveries (id) VALUES ('dlv_1')",
    "INSERT INTO attempts (delivery_id) VALUES ('dlv_1')",
  ];
  for (const statement of old)
    await expect(pool.query(statement.replace(/(deliveries|attempts)/, `"${schema}".$1`))).rejects.toThrow(
      /view/,
    );
});
