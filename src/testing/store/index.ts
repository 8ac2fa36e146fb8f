import type { StoreCase } from "./case.js";
import { appendCases } from "./cases/append.js";
import { batchCases } from "./cases/batch.js";
import { claimCases } from "./cases/claim.js";
import { inboxCases } from "./cases/inbox.js";
import { lifecycleCases } from "./cases/lifecycle.js";
import { listCases } from "./cases/lists.js";
import { orderedCases } from "./cases/ordered.js";
import { pruneCases } from "./cases/prune.js";
import { requeueCases } from "./cases/requeue.js";
import { settleCases } from "./cases/settle.js";
import { statisticsCases } from "./cases/statistics.js";
import { subscriptionCases } from "./cases/subscriptions.js";

export { type StoreCase, type StoreHarness, skipReason } from "./case.js";

/**
 * Every promise of the store port as a case, for the author of a store to run with any test runner:
 *
 *     for (const storeCase of storeCases) {
 *       const reason = skipReason(storeCase, harness);
 *       if (reason) test.skip(`${storeCase.name} (${reason})`);
 *       else test(storeCase.name, () => storeCase.run(harness));
 *     }
 *
 * Each case opens its own store and rejects when the promise is broken.
 */
export const storeCases: readonly StoreCase[] = [
  ...lifecycleCases,
  ...appendCases,
  ...claimCases,
  ...orderedCases,
  ...settleCases,
  ...requeueCases,
  ...subscriptionCases,
  ...listCases,
  ...batchCases,
  ...pruneCases,
  ...inboxCases,
  ...statisticsCases,
];
