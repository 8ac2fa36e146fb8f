import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { breakerPause, LONGEST_RETRY_AFTER, nextWait, parseRetryAfter } from "../../src/dispatcher/retry.js";
import { NOW } from "../make.js";

const http = (at: number) => new Date(at).toUTCString();

describe("nextWait", () => {
  const schedule = [60, 300, 1800];

  it.each([
    [0, 0],
    [1, 60],
    [2, 300],
    [3, 1800],
    [4, null],
    [99, null],
  ])("after %s attempts: %s", (used, wait) => {
    expect(nextWait(schedule, used)).toBe(wait);
  });

  it("gives up after the first attempt of an empty schedule", () => {
    expect(nextWait([], 0)).toBe(0);
    expect(nextWait([], 1)).toBeNull();
  });

  it("gives exactly one attempt more than there are waits, in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (waits) => {
        const given: number[] = [];
        let used = 1;
        for (let wait = nextWait(waits, used); wait !== null; wait = nextWait(waits, ++used))
          given.push(wait);
        expect(given).toEqual(waits);
        expect(used).toBe(waits.length + 1);
      }),
    );
  });
});

describe("parseRetryAfter", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    ["  7 ", 7_000],
    ["007", 7_000],
    ["86400", LONGEST_RETRY_AFTER],
    ["86401", LONGEST_RETRY_AFTER],
    ["999999999999999", LONGEST_RETRY_AFTER],
    [http(NOW + 90_000), 90_000],
    [http(NOW), 0],
    [http(NOW - 90_000), 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    [http(NOW + 10 * LONGEST_RETRY_AFTER), LONGEST_RETRY_AFTER],
  ])("%j asks for %s ms", (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  it.each([
    undefined,
    "",
    " ",
    "soon",
    "-1",
    "+5",
    "1.5",
    "1e3",
    "0x10",
    "5s",
    "5, 5",
    "٣",
    "9".repeat(16),
    "Infinity",
    "Thursday, 15-Jan-26 13:00:00 GMT",
    "Thu Jan 15 13:00:00 2026",
    "Thu, 15 Jan 2026 13:00:00 UTC",
    "Thu, 15 Jan 2026 13:00:00 +0100",
    "Thu, 15 Jan 2026 13:00:00",
    "Thu, 15 Xyz 2026 13:00:00 GMT",
    "Thu, 15 Jan 2026 99:00:00 GMT",
    "2026-01-15T13:00:00Z",
  ])("%j asks for nothing", (value) => {
    expect(parseRetryAfter(value, NOW)).toBeNull();
  });

  it("never throws and is never out of bounds, whatever a server sends", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.date({ noInvalidDate: true }).map((at) => at.toUTCString()),
    );
    fc.assert(
      fc.property(anything, fc.nat({ max: Date.UTC(2100, 0) }), (value, now) => {
        const ms = parseRetryAfter(value, now);
        if (ms === null) return;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(LONGEST_RETRY_AFTER);
      }),
    );
  });

  it("reads every HTTP-date to the second", () => {
    const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0) / 1000 }).map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: LONGEST_RETRY_AFTER / 1000 }), (now, seconds) => {
        expect(parseRetryAfter(http(now + seconds * 1000), now)).toBe(seconds * 1000);
      }),
    );
  });
});

describe("breakerPause", () => {
  it.each([
    [0, 3_600_000, null],
    [19, 3_600_000, null],
    [20, 0, null],
    [20, -5, null],
    [20, 1, 1],
    [20, 10_000, 1_000],
    [20, 10_001, 1_001],
    [500, 599_990, 59_999],
    [500, 600_000, 60_000],
    [500, 86_400_000, 60_000],
  ])("%s failures over %s ms: %s", (failures, failingFor, pause) => {
    expect(breakerPause(failures, failingFor)).toBe(pause);
  });

  it("is a whole number from 1 ms to a minute, and no shorter for a longer outage", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (failures, failingFor, more) => {
        const pause = breakerPause(failures, failingFor);
        if (pause === null) return;
        expect(Number.isInteger(pause)).toBe(true);
        expect(pause).toBeGreaterThanOrEqual(1);
        expect(pause).toBeLessThanOrEqual(60_000);
        expect(breakerPause(failures, failingFor + more)).toBeGreaterThanOrEqual(pause);
      }),
    );
  });
});
