// Runs the conformance kit over a store of one's own. With a test runner, each promise would be a test of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StoreHarness, skipReason, storeCases } from "hookwright/testing";
import { jsonFileStore } from "./store.js";

const folder = mkdtempSync(join(tmpdir(), "own-store-"));
let opened = 0;
const harness: StoreHarness = {
  open: async () => jsonFileStore(join(folder, `${++opened}.json`)),
  reopen: async () => jsonFileStore(join(folder, `${opened}.json`)),
};

let kept = 0;
let broken = 0;
const reasons: string[] = [];
try {
  for (const storeCase of storeCases) {
    const reason = skipReason(storeCase, harness);
    if (reason) {
      reasons.push(reason);
      continue;
    }
    try {
      await storeCase.run(harness);
      kept++;
    } catch (error) {
      broken++;
      console.log(`Broken: ${storeCase.name}\n  ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const why = reasons.length > 0 ? ` (${[...new Set(reasons)].join("; ")})` : "";
console.log(`${kept} promises kept, ${broken} broken, ${reasons.length} skipped${why}`);
process.exitCode = broken > 0 ? 1 : 0;
