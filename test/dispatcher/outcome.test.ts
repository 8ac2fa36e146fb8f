import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttemptResult } from "../../src/dispatcher/attempt-result.js";
import { isPoison, isSuspect, judge, scheduledAttempts } from "../../src/dispatcher/outcome.js";
import { LONGEST_RETRY_AFTER } from "../../src/dispatcher/retry.js";
import type { DeliveryStatus } from "../../src/model/delivery.js";
import type { TransportFailureReason } from "../../src/model/transport.js";
import { leased, NOW } from "../make.js";

const SCHEDULE = [60_000, 300_000];

function answer(status: number, headers: Record<string, string> = {}): AttemptResult {
  return { kind: "response", status, headers, body: "", truncated: false, ms: 1 };
}

function none(reason: TransportFailureReason): AttemptResult {
  return { kind: "failure", reason, message: "10.0.0.7 refused", ms: 1 };
}

const unprepared: AttemptResult = { kind: "unprepared", error: { code: "NOT_SENT", message: "No." } };

describe("judge: what an answer means", () => {
  it.each([200, 201, 202, 204, 206, 226, 299])("%s is success", (status) => {
    expect(judge(leased(), answer(status), SCHEDULE, NOW)).toEqual({
      status: "delivered",
      dueAt: null,
      httpStatus: status,
      error: null,
      success: true,
      counts: true,
      holdUntil: null,
      gone: false,
      split: false,
    });
  });

  it.each([
    [100, "HTTP_STATUS"],
    [199, "HTTP_STATUS"],
    [300, "REDIRECT"],
    [301, "REDIRECT"],
    [304, "REDIRECT"],
    [307, "REDIRECT"],
    [399, "REDIRECT"],
    [400, "HTTP_STATUS"],
    [401, "HTTP_STATUS"],
    [404, "HTTP_STATUS"],
    [413, "HTTP_STATUS"],
    [429, "HTTP_STATUS"],
    [500, "HTTP_STATUS"],
    [503, "HTTP_STATUS"],
    [99, "HTTP_STATUS"],
    [999, "HTTP_STATUS"],
  ])("%s is a failure, %s, and is tried again on schedule", (status, code) => {
    const verdict = judge(leased(), answer(status), SCHEDULE, NOW);
    expect(verdict).toMatchObject({
      status: "failed",
      dueAt: NOW + 60_000,
      httpStatus: status,
      success: false,
      counts: true,
      holdUntil: null,
      gone: false,
    });
    expect(verdict.error?.code).toBe(code);
    expect(verdict.error?.message).toContain(String(status));
  });

  it("410 says that the endpoint is gone, except to a test", () => {
    expect(judge(leased(), answer(410), SCHEDULE, NOW)).toMatchObject({
      gone: true,
      status: "failed",
      success: false,
    });
    expect(judge(leased({ manualFrom: "delivered" }), answer(410), SCHEDULE, NOW).gone).toBe(true);
    expect(judge(leased({ kind: "test" }), answer(410), SCHEDULE, NOW).gone).toBe(false);
  });

  it.each([
    ["timeout", "TIMEOUT"],
    ["tls", "TLS"],
    ["reset", "CONNECTION_CLOSED"],
    ["protocol", "INVALID_RESPONSE"],
    ["dns", "UNREACHABLE"],
    ["connect", "UNREACHABLE"],
    ["refused-by-policy", "UNREACHABLE"],
  ] as const)("no answer, %s, is %s and counts", (reason, code) => {
    const verdict = judge(leased(), none(reason), SCHEDULE, NOW);
    expect(verdict).toMatchObject({
      status: "failed",
      httpStatus: null,
      success: false,
      counts: true,
      holdUntil: null,
    });
    expect(verdict.error?.code).toBe(code);
    expect(verdict.error?.message).not.toContain("10.0.0.7");
  });

  it("tells a refused, an unresolved and a closed address apart in nothing", () => {
    const [dns, connect, refused] = (["dns", "connect", "refused-by-policy"] as const).map((reason) =>
      judge(leased(), none(reason), SCHEDULE, NOW),
    );
    expect(connect).toEqual(dns);
    expect(refused).toEqual(dns);
  });

  it("a request we could not make follows the schedule and says nothing of health", () => {
    expect(judge(leased(), unprepared, SCHEDULE, NOW)).toMatchObject({
      status: "failed",
      dueAt: NOW + 60_000,
      counts: false,
      error: { code: "NOT_SENT", message: "No." },
    });
    expect(judge(leased({ attempts: 3 }), unprepared, SCHEDULE, NOW)).toMatchObject({
      status: "exhausted",
      dueAt: null,
    });
  });
});

describe("judge: Retry-After", () => {
  it.each([429, 503])("%s with it holds the subscription", (status) => {
    expect(judge(leased(), answer(status, { "retry-after": "120" }), SCHEDULE, NOW)).toMatchObject({
      status: "failed",
      dueAt: NOW + 120_000,
      holdUntil: NOW + 120_000,
    });
  });

  it("never makes a retry earlier than its schedule", () => {
    const verdict = judge(leased(), answer(503, { "retry-after": "5" }), SCHEDULE, NOW);
    expect(verdict).toMatchObject({ dueAt: NOW + 60_000, holdUntil: NOW + 5_000 });
  });

  it("reads a date, and heeds it no longer than a day", () => {
    const far = new Date(NOW + 9 * LONGEST_RETRY_AFTER).toUTCString();
    expect(judge(leased(), answer(429, { "retry-after": far }), SCHEDULE, NOW).dueAt).toBe(
      NOW + LONGEST_RETRY_AFTER,
    );
  });

  it.each(["0", new Date(NOW - 60_000).toUTCString(), "later"])("%s holds nothing", (value) => {
    const verdict = judge(leased(), answer(503, { "retry-after": value }), SCHEDULE, NOW);
    expect(verdict).toMatchObject({ dueAt: NOW + 60_000, holdUntil: null });
  });

  it.each([200, 301, 400, 500, 502])("%s with it holds nothing", (status) => {
    expect(judge(leased(), answer(status, { "retry-after": "120" }), SCHEDULE, NOW).holdUntil).toBeNull();
  });

  it("holds the subscription also when the schedule is used up, and reopens nothing", () => {
    const verdict = judge(leased({ attempts: 3 }), answer(429, { "retry-after": "120" }), SCHEDULE, NOW);
    expect(verdict).toMatchObject({ status: "exhausted", dueAt: null, holdUntil: NOW + 120_000 });
  });

  it("at an attempt by hand holds nothing, and moves no retry", () => {
    const delivery = leased({ attempts: 3, extraAttempts: 1, manualFrom: "failed" });
    expect(judge(delivery, answer(429, { "retry-after": "7200" }), SCHEDULE, NOW)).toMatchObject({
      status: "failed",
      dueAt: NOW + 300_000,
      holdUntil: null,
      counts: false,
    });
  });

  it("of a test holds nothing", () => {
    const verdict = judge(leased({ kind: "test" }), answer(429, { "retry-after": "120" }), SCHEDULE, NOW);
    expect(verdict).toMatchObject({ status: "exhausted", dueAt: null, holdUntil: null, counts: false });
  });
});

describe("judge: how many attempts", () => {
  it("a test has one, whatever the schedule", () => {
    expect(judge(leased({ kind: "test" }), answer(500), SCHEDULE, NOW)).toMatchObject({
      status: "exhausted",
      dueAt: null,
      counts: false,
    });
    expect(judge(leased({ kind: "test" }), answer(200), SCHEDULE, NOW)).toMatchObject({
      status: "delivered",
      counts: false,
    });
  });

  it.each(["delivered", "exhausted", "cancelled"] as const)(
    "a failure by hand leaves it %s, as it was",
    (before) => {
      const delivery = leased({ manualFrom: before, attempts: 4, extraAttempts: 1, status: "failed" });
      expect(judge(delivery, answer(500), SCHEDULE, NOW)).toMatchObject({
        status: before,
        dueAt: null,
        counts: false,
      });
    },
  );

  it.each([
    ["pending", 1, "failed", NOW],
    ["failed", 2, "failed", NOW + 60_000],
    ["failed", 3, "failed", NOW + 300_000],
    ["failed", 4, "exhausted", null],
  ] as const)(
    "a failure by hand of a %s one, attempt %s, uses nothing of its schedule: %s",
    (before, attempts, status, dueAt) => {
      const delivery = leased({ manualFrom: before, attempts, extraAttempts: 1 });
      expect(judge(delivery, answer(500), SCHEDULE, NOW)).toMatchObject({ status, dueAt, counts: false });
    },
  );

  it.each(["pending", "failed", "delivered", "exhausted", "cancelled"] as const)(
    "a success by hand delivers a %s one, and counts for nothing",
    (before) => {
      const delivery = leased({ manualFrom: before, attempts: 2, extraAttempts: 1 });
      expect(judge(delivery, answer(200), SCHEDULE, NOW)).toMatchObject({
        status: "delivered",
        dueAt: null,
        counts: false,
      });
    },
  );

  it("exhausts at exactly the right attempt for any schedule, manual attempts in between or not", () => {
    const waits = fc.array(fc.nat({ max: 604_800_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(waits, fc.nat({ max: 10 }), (schedule, extra) => {
        for (let scheduled = 1; scheduled <= schedule.length + 1; scheduled++) {
          const delivery = leased({ attempts: scheduled + extra, extraAttempts: extra });
          expect(scheduledAttempts(delivery)).toBe(scheduled);
          const verdict = judge(delivery, answer(500), schedule, NOW);
          const isLast = scheduled === schedule.length + 1;
          expect(verdict.status).toBe(isLast ? "exhausted" : "failed");
          expect(verdict.dueAt).toBe(isLast ? null : NOW + (schedule[scheduled - 1] ?? Number.NaN));
        }
        const overdrawn = leased({ attempts: schedule.length + 2 + extra, extraAttempts: extra });
        expect(judge(overdrawn, answer(500), schedule, NOW).status).toBe("exhausted");
      }),
    );
  });

  it("is due neither before its schedule nor before Retry-After, and closed exactly when it is not due", () => {
    const waits = fc.array(fc.nat({ max: 604_800_000 }), { maxLength: 20 });
    const from = fc.constantFrom<DeliveryStatus | null>(
      null,
      "pending",
      "failed",
      "delivered",
      "exhausted",
      "cancelled",
    );
    const kind = fc.constantFrom("event", "batch", "test");
    const status = fc.constantFrom(199, 200, 204, 302, 400, 404, 410, 429, 500, 503);
    const seconds = fc.option(fc.nat({ max: 200_000 }));
    fc.assert(
      fc.property(
        waits,
        fc.integer({ min: 1, max: 25 }),
        from,
        kind,
        status,
        seconds,
        (schedule, attempts, manualFrom, kind, status, asked) => {
          const delivery = leased({ attempts, manualFrom, kind, extraAttempts: manualFrom === null ? 0 : 1 });
          const headers: Record<string, string> = asked === null ? {} : { "retry-after": String(asked) };
          const verdict = judge(delivery, answer(status, headers), schedule, NOW);
          const isClosed = ["delivered", "exhausted", "cancelled"].includes(verdict.status);
          expect(verdict.dueAt === null).toBe(isClosed);
          expect(verdict.success).toBe(status === 200 || status === 204);
          expect(verdict.error === null).toBe(verdict.success);
          expect(verdict.counts).toBe(kind !== "test" && manualFrom === null);
          if (verdict.dueAt === null) return;
          const used = scheduledAttempts(delivery);
          expect(verdict.dueAt).toBeGreaterThanOrEqual(
            NOW + (used === 0 ? 0 : (schedule[used - 1] ?? Number.NaN)),
          );
          if (verdict.holdUntil !== null) expect(verdict.dueAt).toBeGreaterThanOrEqual(verdict.holdUntil);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("isSuspect", () => {
  it.each([
    ["an ordinary retry", leased({ attempts: 5 }), false],
    ["fifteen beside the schedule", leased({ attempts: 16, extraAttempts: 15 }), false],
    ["sixteen", leased({ attempts: 17, extraAttempts: 16 }), true],
    ["a test's only attempt", leased({ kind: "test", attempts: 1 }), false],
    ["a test claimed again", leased({ kind: "test", attempts: 2, extraAttempts: 1 }), true],
  ])("%s", (_, delivery, expected) => {
    expect(isSuspect(delivery)).toBe(expected);
  });
});

describe("isPoison", () => {
  it.each([
    ["fifteen claims lost", leased({ attempts: 16, extraAttempts: 15 }), 0, false],
    ["sixteen lost", leased({ attempts: 17, extraAttempts: 16 }), 0, true],
    ["sixteen tried by hand", leased({ attempts: 22, extraAttempts: 16 }), 21, false],
    ["a test that was lost", leased({ kind: "test", attempts: 2, extraAttempts: 1 }), 0, true],
  ])("%s", (_, delivery, recorded, expected) => {
    expect(isPoison(delivery, recorded)).toBe(expected);
  });
});
