import Better from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import type { StatisticsQuery } from "../../../src/model/store.js";
import { SLICE } from "../../../src/model/turn.js";
import { Database } from "../../../src/stores/sqlite/database.js";
import { type SqliteHandle, sqliteStore } from "../../../src/stores/sqlite/index.js";
import { migrate } from "../../../src/stores/sqlite/schema.js";
import { PAGE, readStatistics } from "../../../src/stores/sqlite/statistics.js";
import { delivery, entries, T0 } from "../../../src/testing/store/make.js";

const handles: Better.Database[] = [];
const memory = () => {
  const handle = new Better(":memory:");
  handles.push(handle);
  return handle;
};
afterEach(() => {
  for (const handle of handles.splice(0)) handle.close();
});

const QUERY: StatisticsQuery = {
  subscriptionId: "sub_1",
  since: T0,
  until: T0 + 1000,
  bucketMs: 1000,
  limit: 1_000_000,
};

test("a count walks the subscription's own index, unsorted, and never scans a table", () => {
  const handle = memory();
  migrate(new Database(handle as unknown as SqliteHandle));
  const rows = handle.prepare(`EXPLAIN QUERY PLAN ${PAGE}`).all("", 0, 0, 0, 0) as { detail: string }[];
  const plan = rows.map((row) => row.detail).join("\n");
  expect(plan).toMatch(
    /SEARCH d USING INDEX hookwright_deliveries_history \(recipient_seq=\? AND created_at>\? AND created_at<\?\)/,
  );
  expect(plan).toMatch(
    /SEARCH a USING INDEX sqlite_autoindex_hookwright_attempts_1 \(delivery_seq=\? AND number=\?\)/,
  );
  expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
});

test("counts a thousand at a stretch, also of those made at one moment, with a turn of the event loop between", async () => {
  const handle = memory() as unknown as SqliteHandle;
  const store = sqliteStore(handle);
  const count = 2 * SLICE + 1;
  const rows = Array.from({ length: count }, (_, i) => delivery(`dlv_${i}`, "sub_1", { eventIds: [] }));
  await store.append(entries({ deliveries: rows }));

  const database = new Database(handle);
  const read: number[] = [];
  let turns = 0;
  let isOn = true;
  const look = () => {
    turns++;
    if (isOn) setImmediate(look);
  };
  setImmediate(look);
  const answer = await readStatistics(async (work) => {
    const page = work(database);
    read.push(Array.isArray(page) ? page.length : 0);
    return page;
  }, QUERY);
  isOn = false;
  expect(answer.buckets).toMatchObject([{ at: T0, pending: count }]);
  expect(read).toEqual([SLICE, SLICE, 1]);
  expect(turns).toBeGreaterThanOrEqual(2);
});
