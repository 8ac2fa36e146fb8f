import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../../src/model/store.js";
import { DUE, TAKEN } from "../../../src/stores/sqlite/claim.js";
import { Database as Sql } from "../../../src/stores/sqlite/database.js";
import { type SqliteHandle, sqliteStore } from "../../../src/stores/sqlite/index.js";
import { LANES } from "../../../src/stores/sqlite/lanes.js";
import { migrate, SCHEMA_VERSION } from "../../../src/stores/sqlite/schema.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  enqueue,
  entries,
  event,
  saving,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";

let folder = "";
let path = "";
const opened: { close?(): unknown }[] = [];
const keep = <T extends { close?(): unknown }>(one: T): T => {
  opened.push(one);
  return one;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hookwright-sqlite-"));
  path = join(folder, "test.db");
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close?.();
  rmSync(folder, { recursive: true, force: true });
});

const failsWith = (code: string, message = /./) =>
  expect.objectContaining({ name: "WebhookError", code, message: expect.stringMatching(message) });

describe("opening", () => {
  test("opens nothing before the first call, which makes the tables", async () => {
    const store = keep(sqliteStore(join(folder, "later", "x.db")));
    await expect(store.findEvents(ALL)).rejects.toEqual(
      failsWith("STORE_UNAVAILABLE", /directory does not exist/),
    );
    const good = keep(sqliteStore(path));
    expect(await good.findEvents(ALL)).toEqual([]);
  });

  test("a call after one that could not open tries again", async () => {
    const locker = keep(new Database(path));
    locker.exec("BEGIN EXCLUSIVE");
    const store = keep(sqliteStore(path, { busyTimeout: 1 }));
    await expect(store.findEvents(ALL)).rejects.toEqual(failsWith("STORE_UNAVAILABLE", /locked/));
    locker.exec("ROLLBACK");
    expect(await store.findEvents(ALL)).toEqual([]);
  });

  test.each([
    ["FULL", undefined, 2],
    ["FULL", "FULL", 2],
    ["NORMAL", "NORMAL", 1],
  ] as const)("sets WAL and synchronous %s", async (_, synchronous, expected) => {
    const pragmas: string[] = [];
    const { exec } = Database.prototype;
    Database.prototype.exec = function (this: Database.Database, sql: string) {
      const result = exec.call(this, sql);
      if (sql.includes("synchronous")) {
        pragmas.push(String(this.pragma("synchronous", { simple: true })));
        pragmas.push(String(this.pragma("journal_mode", { simple: true })));
        pragmas.push(String(this.pragma("busy_timeout", { simple: true })));
      }
      return result;
    };
    try {
      await keep(sqliteStore(path, synchronous ? { synchronous } : {})).migrate?.();
    } finally {
      Database.prototype.exec = exec;
    }
    expect(pragmas).toEqual([String(expected), "wal", "0"]);
  });

  test.each([
    [5, {}, /database/],
    [null, {}, /database/],
    [{}, {}, /database/],
    ["x.db", { driver: "sqlite3" }, /driver/],
    ["x.db", { synchronous: "OFF" }, /synchronous/],
    ["x.db", { busyTimeout: "soon" }, /busyTimeout/],
    ["x.db", { busyTimeout: -1 }, /busyTimeout/],
  ])("refuses %o with %o at once", (database, options, message) => {
    expect(() => sqliteStore(database as string, options as object)).toThrow(
      failsWith("CONFIGURATION", message),
    );
  });

  test("says whether what is written outlives the process", () => {
    expect(sqliteStore(path).persists).toBe(true);
    expect(sqliteStore(":memory:").persists).toBe(false);
    expect(sqliteStore("").persists).toBe(false);
  });
});

describe("an open handle", () => {
  test("is used as it is and stays open", async () => {
    const handle = keep(new Database(path));
    handle.defaultSafeIntegers(true);
    const before = handle.pragma("busy_timeout", { simple: true });
    const store = sqliteStore(handle satisfies SqliteHandle);
    await create(store, subscription("sub_1"));
    expect((await store.readSubscriptions(["sub_1"]))[0]).toMatchObject({ enabled: true, version: 1 });
    expect(handle.pragma("busy_timeout", { simple: true })).toEqual(before);
    await store.close?.();
    expect(handle.open).toBe(true);
    await expect(store.findEvents(ALL)).rejects.toEqual(failsWith("STORE_UNAVAILABLE", /closed/));
  });

  test("that is inside a transaction is an error, and the transaction stays", async () => {
    const handle = keep(new Database(path));
    const store = sqliteStore(handle);
    await store.migrate?.();
    handle.exec("BEGIN");
    await expect(store.append(entries({ events: [event("evt_1")] }))).rejects.toEqual(
      failsWith("STORE_UNAVAILABLE"),
    );
    expect(handle.inTransaction).toBe(true);
  });
});

describe("closing", () => {
  test("every call afterwards is refused, also on a store that was never opened", async () => {
    for (const store of [sqliteStore(path), sqliteStore(join(folder, "b.db"))]) {
      if (store === undefined) continue;
      await store.close?.();
      await store.close?.();
      for (const call of [store.claim(claiming()), store.backlog(), store.prune({ before: 0, limit: 1 })])
        await expect(call).rejects.toEqual(failsWith("STORE_UNAVAILABLE", /closed/));
    }
  });
});

describe("a database that another process has locked", () => {
  test("is waited for without blocking, then reported", async () => {
    const store = keep(sqliteStore(path, { busyTimeout: "30ms" }));
    await store.migrate?.();
    const locker = keep(new Database(path));
    locker.exec("BEGIN IMMEDIATE");
    let isLoopRunning = false;
    setImmediate(() => {
      isLoopRunning = true;
    });
    await expect(store.append(entries({ events: [event("evt_1")] }))).rejects.toEqual(
      failsWith("STORE_UNAVAILABLE", /locked/),
    );
    expect(isLoopRunning).toBe(true);
  });

  test("is written once the lock is gone", async () => {
    const store = keep(sqliteStore(path));
    await store.migrate?.();
    const locker = keep(new Database(path));
    locker.exec("BEGIN IMMEDIATE");
    const appended = store.append(entries({ events: [event("evt_1")] }));
    locker.exec("COMMIT");
    expect(await appended).toEqual(["evt_1"]);
  });

  test("can be read, and an idle claim does not wait for the lock", async () => {
    const store = keep(sqliteStore(path, { busyTimeout: 0 }));
    await create(store, subscription("sub_1"));
    const locker = keep(new Database(path));
    locker.exec("BEGIN IMMEDIATE");
    expect(await store.claim(claiming())).toEqual([]);
    expect(await store.findSubscriptions(ALL)).toHaveLength(1);
  });
});

describe("the schema", () => {
  test("is refused when a newer release made it", async () => {
    const raw = keep(new Database(path));
    await keep(sqliteStore(path)).migrate?.();
    raw.prepare("INSERT INTO hookwright_migrations (version) VALUES (?)").run(SCHEMA_VERSION + 1);
    const store = keep(sqliteStore(path));
    await expect(store.migrate?.()).rejects.toEqual(failsWith("CONFIGURATION", /upgrade hookwright/));
    await expect(store.findEvents(ALL)).rejects.toEqual(failsWith("CONFIGURATION", /upgrade hookwright/));
  });

  test("leaves the host's own tables and user_version alone", async () => {
    const raw = keep(new Database(path));
    raw.exec("CREATE TABLE events (id INTEGER); INSERT INTO events VALUES (1); PRAGMA user_version = 42");
    await create(keep(sqliteStore(path)), subscription("sub_1"));
    expect(raw.pragma("user_version", { simple: true })).toBe(42);
    const names = raw
      .prepare("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")
      .pluck()
      .all() as string[];
    expect(names.filter((name) => name !== "events" && !name.startsWith("hookwright_"))).toEqual([]);
  });

  test("is made once when many handles start at the same time", async () => {
    const stores = Array.from({ length: 8 }, () => keep(sqliteStore(path)));
    await Promise.all(stores.map((store) => store.migrate?.()));
    const raw = keep(new Database(path));
    const versions = raw.prepare("SELECT version FROM hookwright_migrations").pluck().all();
    expect(versions).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1));
  });
});

describe("claims", () => {
  const plan = (sql: string): string => {
    const handle = keep(new Database(":memory:"));
    migrate(new Sql(handle));
    const rows = handle.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\?\d+/g, "?")}`);
    const count = sql.match(/\?/g)?.length ?? 0;
    return (rows.all(...Array(count).fill("")) as { detail: string }[]).map((row) => row.detail).join("\n");
  };

  /** Only rows that are due, of those attempted before or of the others, in the order they are taken. */
  const DUE_RANGE = String.raw`COVERING INDEX hookwright_deliveries_open \(recipient_seq=\? AND <expr>=\? AND due_at>\? AND due_at<\?\)`;

  test("hop from lane to lane in the index of open rows and never scan a table", () => {
    expect(plan(LANES)).toMatch(/USING COVERING INDEX hookwright_deliveries_open \(recipient_seq>\? AND/);
    for (const alias of ["d1", "d0"])
      expect(plan(LANES)).toMatch(new RegExp(`SEARCH ${alias} USING ${DUE_RANGE}`));
    expect(plan(LANES)).toMatch(/hookwright_deliveries_placed \(recipient_seq=\?\)/);
    // Row by row, so that a limit ends the hopping.
    expect(plan(LANES)).toMatch(/CO-ROUTINE due\n/);
    expect(plan(LANES)).not.toMatch(/SCAN (hookwright|[rsho]\b|d\d)|TEMP B-TREE|MATERIALIZE/);
    expect(plan(DUE).match(new RegExp(DUE_RANGE, "g"))).toHaveLength(2);
    expect(plan(DUE)).not.toMatch(/SCAN (hookwright|d\b|e\b)|TEMP B-TREE|MATERIALIZE/);
    for (const alias of ["d", "e"])
      expect(plan(TAKEN)).toMatch(new RegExp(`SEARCH ${alias} USING INTEGER PRIMARY KEY`));
    expect(plan(TAKEN)).not.toMatch(/SCAN (hookwright|d\b|e\b)|TEMP B-TREE/);
  });

  test("of a subscription that became ordered keep to the order of what is made due again, too", async () => {
    const store: Store = keep(sqliteStore(path));
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"), delivery("dlv_2", "sub_1"));
    await store.cancel(["dlv_1"], T0);
    const ordered = subscription("sub_1", { ordered: true, version: 2 });
    expect(await store.saveSubscription(saving(ordered, { replaces: 1 }))).toBe(true);
    await store.requeue({ ids: ["dlv_1"], mode: "restart", dueAt: T0, now: T0 });
    expect((await store.claim(claiming())).map((row) => row.id)).toEqual(["dlv_1"]);
  });

  test("of two OS processes never overlap", async () => {
    const store: Store = keep(sqliteStore(path));
    await create(store, subscription("sub_1"), subscription("sub_2"));
    const rows = Array.from({ length: 400 }, (_, i) => delivery(`dlv_${i}`, `sub_${1 + (i % 2)}`));
    await enqueue(store, ...rows);
    const script = join(import.meta.dirname, "claimer.ts");
    const run = async (lease: string) => {
      const child = fork(script, [path, lease], { execArgv: ["--import", "tsx"] });
      const [ids] = (await once(child, "message")) as [string[]];
      return ids;
    };
    const [one, two] = await Promise.all([run("one"), run("two")]);
    expect(new Set([...one, ...two]).size).toBe(400);
    expect(one.length + two.length).toBe(400);
  });
});
