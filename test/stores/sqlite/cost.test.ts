import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Better from "better-sqlite3";
import { expect, test } from "vitest";
import type { LeasedDelivery } from "../../../src/model/delivery.js";
import { Database } from "../../../src/stores/sqlite/database.js";
import { type SqliteHandle, type SqliteStatement, sqliteStore } from "../../../src/stores/sqlite/index.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  enqueue,
  event,
  failed,
  outcome,
  saving,
  sealing,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";

/** A handle that notes what is prepared, how often a statement is run, and how many rows are answered. */
function counted() {
  const handle = new Better(":memory:");
  const prepared: string[] = [];
  const counts = { runs: 0, rows: 0 };
  const noting: SqliteHandle = {
    prepare(sql: string) {
      prepared.push(sql);
      const statement = handle.prepare(sql) as unknown as SqliteStatement;
      for (const verb of ["run", "get", "all"] as const) {
        const original = statement[verb].bind(statement) as (...values: unknown[]) => never;
        statement[verb] = (...values: unknown[]) => {
          counts.runs++;
          const answer: unknown = original(...values);
          if (Array.isArray(answer)) counts.rows += answer.length;
          return answer as never;
        };
      }
      return statement;
    },
    exec: (sql) => handle.exec(sql),
    close: () => handle.close(),
  };
  const runsOf = async <T>(work: () => Promise<T>) => {
    counts.runs = 0;
    counts.rows = 0;
    return { answer: await work(), runs: counts.runs, rows: counts.rows };
  };
  return { store: sqliteStore(noting), prepared, runsOf };
}

const IDS = Array.from({ length: 200 }, (_, i) => `dlv_${i}`);

test("groups take a statement for many rows, but one for each row that is settled", async () => {
  const { store, runsOf } = counted();
  await create(store, subscription("sub_1"), subscription("sub_2"));
  const rows = IDS.map((id, i) => delivery(id, `sub_${1 + (i % 2)}`));
  // 200 rows are six statements of 32 rows and one of 8, for events and for deliveries.
  expect((await runsOf(() => enqueue(store, ...rows))).runs).toBeLessThan(22);
  const claimed = await runsOf(() => store.claim(claiming()));
  expect(claimed.answer).toHaveLength(200);
  expect(claimed.runs).toBeLessThan(10);
  const outcomes = claimed.answer.map((row: LeasedDelivery) => outcome(row));
  const settled = await runsOf(() => store.settle(outcomes, [failed("sub_1"), failed("sub_2")]));
  expect(settled.runs).toBeLessThan(200 + 14);
});

test("deliveries of as many subscriptions are claimed and settled as those of a few, one statement for each row", async () => {
  const { store, runsOf } = counted();
  await create(store, ...IDS.map((id) => subscription(`sub_${id}`)));
  const rows = IDS.flatMap((id) => ["a", "b"].map((one) => delivery(`${id}${one}`, `sub_${id}`)));
  await enqueue(store, ...rows);
  for (const perSubscription of [1, 50]) {
    const claimed = await runsOf(() => store.claim(claiming({ perSubscription, limit: 200 })));
    expect(new Set(claimed.answer.map((row) => row.subscriptionId)).size).toBe(200);
    // Some lanes and their rows at a time, each time twice as many, until it is enough.
    expect(claimed.runs).toBeLessThan(20);
    // Lanes, their rows, and the first lanes once more: only as many as are needed.
    expect(claimed.rows).toBeLessThan(2 * 200 + 220);
    const outcomes = claimed.answer.map((row) => outcome(row));
    const changes = claimed.answer.map((row) => failed(row.subscriptionId));
    const settled = await runsOf(() => store.settle(outcomes, changes));
    expect(settled.answer.health).toHaveLength(200);
    // 200 rows, and seven statements each for attempts and health.
    expect(settled.runs).toBeLessThan(200 + 22);
  }
});

test("a claim looks at few of the subscriptions it is to leave out, unless they stand in its way", async () => {
  const { store, runsOf } = counted();
  const names = IDS.map((id) => `sub_${id}`);
  await create(store, ...names.map((name) => subscription(name)));
  await enqueue(store, ...names.map((name) => delivery(`dlv_of_${name}`, name)));
  const claim = (exclude: readonly string[], limit = 10) =>
    runsOf(() => store.claim(claiming({ lease: "later", exclude, limit })));

  const ahead = await claim(names.slice(20));
  expect(ahead.answer.map((row) => row.subscriptionId)).toEqual(names.slice(0, 10));
  expect(ahead.rows).toBeLessThan(60);
  const around = await claim(names.slice(10, 195));
  expect(around.answer.map((row) => row.subscriptionId)).toEqual(names.slice(195));
  expect(around.runs).toBeLessThan(24);
});

test("no statement is prepared anew at each run, as SQLite does for a bare parameter after LIMIT", async () => {
  const { store, prepared } = counted();
  await create(store, subscription("sub_1"));
  await store.saveSubscription(saving(subscription("sub_1", { version: 2 }), { replaces: 1 }));
  const waiting = { subscriptionId: "sub_1", lane: "", eventId: "evt_1", bytes: 9, at: T0 };
  await store.append({ events: [event("evt_1")], deliveries: [], pending: [waiting] });
  await store.findPending({ ...ALL, subscriptionId: "sub_1" });
  await store.seal(sealing("sub_1", "dlv_1", { maxBytes: 1 }));
  await store.settle(
    (await store.claim(claiming())).map((row) => outcome(row)),
    [],
  );
  await store.findDeliveries({ ...ALL, subscriptionId: "sub_1" });
  await store.findDeliveries(ALL);
  await store.findEvents({ ...ALL, missedBy: "sub_1" });
  await store.findSubscriptions(ALL);
  await store.prune({ before: T0 + 9e9, limit: 99 });
  const limited = prepared.filter((sql) => /LIMIT\s+\?/.test(sql));
  expect(limited.length).toBeGreaterThan(8);
  expect(limited.filter((sql) => /LIMIT\s+\?(?! \+ 0)/.test(sql))).toEqual([]);
});

test("rows are arrays with a driver that answers only objects, too", () => {
  const handle = new Better(":memory:");
  const plain: SqliteHandle = {
    prepare: (sql) => {
      const statement = handle.prepare(sql);
      return { all: (...values: unknown[]) => statement.all(...values) };
    },
    exec: (sql) => handle.exec(sql),
    close: () => handle.close(),
  };
  const sql = "SELECT value, value + 1 AS next FROM json_each(?1) WHERE value > ?2";
  expect(new Database(plain).rows(sql, "[1,2,3]", 1)).toEqual([
    [2, 3],
    [3, 4],
  ]);
  expect(new Database(plain).rows(sql, "[]", 1)).toEqual([]);
});

test("a new file has pages that events of a kilobyte fill, one that is there keeps its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hookwright-sqlite-"));
  try {
    const old = new Better(join(folder, "old.db"));
    old.exec("CREATE TABLE orders (id INTEGER)");
    old.close();
    for (const [name, expected] of [
      ["new.db", 8192],
      ["old.db", 4096],
    ] as const) {
      const store = sqliteStore(join(folder, name));
      await store.migrate?.();
      await store.close?.();
      const raw = new Better(join(folder, name), { readonly: true });
      expect(raw.pragma("page_size", { simple: true }), name).toBe(expected);
      raw.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
