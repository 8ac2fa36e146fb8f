import fc from "fast-check";
import { expect, test } from "vitest";
import { applyHealth, FRESH_HEALTH, type HealthChange } from "../../../src/model/subscription.js";
import { sumHealth } from "../../../src/stores/postgres/sum-health.js";

const time = fc.integer({ min: 1, max: 20 });
const maybe = fc.option(time);

const change = fc
  .record({
    subscriptionId: fc.constantFrom("sub_1", "sub_2"),
    reset: fc.boolean(),
    add: fc.nat(3),
    failedAt: time,
    succeededAt: maybe,
    lastAttemptAt: time,
    lastStatus: fc.option(fc.integer({ min: 200, max: 599 })),
    holdUntil: maybe,
  })
  .map((one): HealthChange => ({ ...one, failedAt: one.add > 0 ? one.failedAt : null }));

test("the sum of changes has the effect of all of them one after another", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3 }), fc.array(change, { maxLength: 6 }), (before, changes) => {
      for (const id of ["sub_1", "sub_2"]) {
        const own = (list: readonly HealthChange[]) => list.filter((one) => one.subscriptionId === id);
        const start = own(before).reduce(applyHealth, FRESH_HEALTH);
        const sums = own(sumHealth(changes));
        expect(sums.length).toBe(own(changes).length > 0 ? 1 : 0);
        expect(sums.reduce(applyHealth, start)).toEqual(own(changes).reduce(applyHealth, start));
      }
    }),
  );
});
