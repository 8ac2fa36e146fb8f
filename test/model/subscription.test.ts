import { describe, expect, it } from "vitest";
import {
  applyHealth,
  FRESH_HEALTH,
  type HealthChange,
  type SubscriptionHealth,
} from "../../src/model/subscription.js";

const failed = (at: number, add = 1): HealthChange => ({
  subscriptionId: "sub_1",
  reset: false,
  add,
  failedAt: at,
  succeededAt: null,
  lastAttemptAt: at,
  lastStatus: 500,
  holdUntil: null,
});

const succeeded = (at: number): HealthChange => ({
  ...failed(at, 0),
  reset: true,
  failedAt: null,
  succeededAt: at,
  lastStatus: 200,
});

const fold = (...changes: HealthChange[]): SubscriptionHealth => changes.reduce(applyHealth, FRESH_HEALTH);

describe("applyHealth", () => {
  it("counts failures and keeps when the first of them was", () => {
    expect(fold(failed(10), failed(20, 2))).toMatchObject({
      consecutiveFailures: 3,
      failingSince: 10,
      lastAttemptAt: 20,
    });
  });

  it("forgets failures at a success", () => {
    expect(fold(failed(10), succeeded(20))).toMatchObject({
      consecutiveFailures: 0,
      failingSince: null,
      lastSuccessAt: 20,
      lastStatus: 200,
    });
  });

  it("counts the failures after the success of the same change", () => {
    const both = { ...failed(30), reset: true, succeededAt: 20 };
    expect(fold(failed(10), both)).toMatchObject({
      consecutiveFailures: 1,
      failingSince: 30,
      lastSuccessAt: 20,
    });
  });

  it("lets no earlier attempt overwrite the last one, nor an earlier success a later", () => {
    expect(fold(succeeded(20), failed(10))).toMatchObject({ lastAttemptAt: 20, lastStatus: 200 });
    expect(fold(succeeded(20), succeeded(10))).toMatchObject({ lastSuccessAt: 20 });
  });

  it("of two attempts at one moment keeps the one told last", () => {
    expect(fold(succeeded(20), failed(20)).lastStatus).toBe(500);
  });

  it("never shortens a hold", () => {
    const hold = (until: number | null) => ({ ...failed(1), holdUntil: until });
    expect(fold(hold(50), hold(null)).holdUntil).toBe(50);
    expect(fold(hold(50), hold(40)).holdUntil).toBe(50);
    expect(fold(hold(50), hold(60)).holdUntil).toBe(60);
  });
});
