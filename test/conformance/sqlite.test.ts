import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import type { Store } from "../../src/model/store.js";
import { type SqliteDriver, sqliteStore } from "../../src/stores/sqlite/index.js";
import { runStoreCases } from "./run.js";

/** Files for the cases of one driver, removed after each. */
function files(driver: SqliteDriver) {
  let folder = "";
  let opened: Store[] = [];
  const handle = async () => {
    const store = sqliteStore(join(folder, "test.db"), { driver, synchronous: "NORMAL" });
    opened.push(store);
    return store;
  };
  return {
    harness: {
      open: async () => {
        folder = mkdtempSync(join(tmpdir(), "hookwright-sqlite-"));
        return handle();
      },
      reopen: handle,
    },
    cleanUp: async () => {
      for (const store of opened) await store.close?.();
      opened = [];
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const onFiles = files("better-sqlite3");
runStoreCases("sqliteStore, better-sqlite3", onFiles.harness, onFiles.cleanUp);

runStoreCases("sqliteStore, better-sqlite3, in memory", {
  open: async () => sqliteStore(":memory:", { driver: "better-sqlite3" }),
});

if (process.getBuiltinModule("node:sqlite")) {
  const onNode = files("node:sqlite");
  runStoreCases("sqliteStore, node:sqlite", onNode.harness, onNode.cleanUp);
} else {
  describe("sqliteStore, node:sqlite", () => {
    test.skip(`all cases (skipped: Node ${process.versions.node} has no node:sqlite)`, () => {});
  });
}
