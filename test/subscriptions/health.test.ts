import { expect, test } from "vitest";
import { FRESH_HEALTH } from "../../src/model/subscription.js";
import { healthStatus, resetHealth } from "../../src/subscriptions/health.js";

test.each([
  [true, null, null, "pending"],
  [true, 5, 200, "healthy"],
  [true, 5, 299, "healthy"],
  [true, 5, 300, "failing"],
  [true, 5, 199, "failing"],
  [true, 5, 500, "failing"],
  [true, 5, null, "failing"],
  [false, null, null, "disabled"],
  [false, 5, 200, "disabled"],
])("enabled %s, last attempt %s with status %s: %s", (enabled, lastAttemptAt, lastStatus, status) => {
  expect(healthStatus({ enabled, health: { ...FRESH_HEALTH, lastAttemptAt, lastStatus } })).toBe(status);
});

test("a 2xx that was a failure by its body is failing", () => {
  const health = { ...FRESH_HEALTH, lastAttemptAt: 5, lastStatus: 200, consecutiveFailures: 1 };
  expect(healthStatus({ enabled: true, health })).toBe("failing");
});

test("resetting forgets failures and holds, not the last attempt", () => {
  const health = {
    consecutiveFailures: 3,
    failingSince: 1,
    lastAttemptAt: 2,
    lastStatus: 500,
    lastSuccessAt: 0,
    holdUntil: 9,
  };
  expect(resetHealth(health)).toEqual({
    ...health,
    consecutiveFailures: 0,
    failingSince: null,
    holdUntil: null,
  });
});
