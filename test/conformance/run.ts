import { afterEach, describe, test } from "vitest";
import { type StoreHarness, skipReason, storeCases } from "../../src/testing/store/index.js";

/** Runs the kit with vitest. `cleanUp` is called after each case. */
export function runStoreCases(name: string, harness: StoreHarness, cleanUp?: () => Promise<void>): void {
  describe(name, () => {
    afterEach(async () => cleanUp?.());
    for (const storeCase of storeCases) {
      const reason = skipReason(storeCase, harness);
      if (reason) test.skip(`${storeCase.name} (skipped: ${reason})`, () => {});
      else test(storeCase.name, () => storeCase.run(harness));
    }
  });
}
