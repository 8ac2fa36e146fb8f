import { describe, expect, test } from "vitest";
import { FRESH_HEALTH } from "../../src/model/subscription.js";
import { shouldDisable } from "../../src/subscriptions/auto-disable.js";

const exhausted = { exhausted: true, firstAttemptAt: 100, manual: false };
const failing = { ...FRESH_HEALTH, consecutiveFailures: 3, failingSince: 100 };

describe("exhausted", () => {
  test.each([
    [exhausted, null, "exhausted"],
    [exhausted, 99, "exhausted"],
    [exhausted, 100, null],
    [exhausted, 101, null],
    [{ ...exhausted, exhausted: false }, null, null],
    [{ ...exhausted, manual: true }, null, null],
    [{ ...exhausted, firstAttemptAt: null }, null, "exhausted"],
    [{ ...exhausted, firstAttemptAt: null }, 1, null],
  ])("%j, last success %s: %s", (delivery, lastSuccessAt, reason) => {
    expect(shouldDisable("exhausted", delivery, { ...failing, lastSuccessAt }, 500)).toBe(reason);
  });
});

test("never", () => {
  expect(shouldDisable("never", exhausted, failing, 1e12)).toBeNull();
});

test.each([
  [3, false, "consecutive"],
  [4, false, null],
  [3, true, null],
])("consecutive %s of 3 failures, manual %s: %s", (consecutive, manual, reason) => {
  const delivery = { exhausted: false, firstAttemptAt: 100, manual };
  expect(shouldDisable({ consecutive }, delivery, failing, 500)).toBe(reason);
});

test.each([
  [400, 100, "failingFor"],
  [401, 100, null],
  [0, null, null],
])("failing for %s since %s: %s", (failingFor, failingSince, reason) => {
  const delivery = { exhausted: false, firstAttemptAt: 100, manual: false };
  expect(shouldDisable({ failingFor }, delivery, { ...failing, failingSince }, 500)).toBe(reason);
});
