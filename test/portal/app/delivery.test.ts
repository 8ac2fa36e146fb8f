import { describe, expect, it } from "vitest";
import type { Attempt } from "../../../src/history/attempt.js";
import { attemptSlots } from "../../../src/portal/app/pages/delivery/attempt-slots.js";
import { statusMeaning } from "../../../src/portal/app/pages/delivery/explain.js";
import { BEGINNING, MOST_SHOWN, payloadShape } from "../../../src/portal/app/pages/delivery/payload-shape.js";

const attempt = (number: number): Attempt => ({
  number,
  at: "2026-01-01T00:00:00.000Z",
  durationMs: 5,
  request: { url: "https://example.com", headers: {} },
  response: null,
  error: null,
});
const kinds = (attempts: number, recorded: readonly number[], completedAt: string | null) =>
  attemptSlots({ attempts, attemptLog: recorded.map(attempt), completedAt }).map(({ number, kind }) => [
    number,
    kind,
  ]);

describe("attemptSlots", () => {
  it("are newest first", () => {
    expect(kinds(2, [1, 2], null)).toEqual([
      [2, "recorded"],
      [1, "recorded"],
    ]);
  });

  it("tell what may be under way from what was lost", () => {
    expect(kinds(4, [1, 3], null)).toEqual([
      [4, "open"],
      [3, "recorded"],
      [2, "missing"],
      [1, "recorded"],
    ]);
    expect(kinds(2, [1], "2026-01-01T00:00:00.000Z")[0]).toEqual([2, "missing"]);
  });

  it("hold a record that came in after the count", () => {
    expect(kinds(0, [1], null)).toEqual([[1, "recorded"]]);
    expect(kinds(0, [], null)).toEqual([]);
  });

  it("do not name thousands that were lost one by one", () => {
    const slots = kinds(5_000, [1], "2026-01-01T00:00:00.000Z");
    expect(slots).toHaveLength(51);
    expect(slots.at(-1)).toEqual([1, "recorded"]);
  });
});

describe("payloadShape", () => {
  it("has a tree for an object or an array, and the text as it is", () => {
    expect(payloadShape('{"a" : 1}')).toEqual({ bytes: 9, tree: { a: 1 }, text: '{"a" : 1}', isCut: false });
    expect(payloadShape("[]").tree).toEqual([]);
  });

  it("has none for what is no JSON, or several, or a bare value", () => {
    for (const payload of ['{"a":1}{"b":2}', "a=1", "12", '"text"', "null", ""]) {
      expect(payloadShape(payload)).toMatchObject({ tree: null, text: payload, isCut: false });
    }
  });

  it("counts bytes, not characters", () => {
    expect(payloadShape('"€"').bytes).toBe(5);
  });

  it("shows the beginning of what is large", () => {
    const fits = `[${" ".repeat(MOST_SHOWN - 2)}]`;
    expect(payloadShape(fits)).toMatchObject({ bytes: MOST_SHOWN, tree: [], isCut: false });
    const large = payloadShape(`[${" ".repeat(MOST_SHOWN - 1)}]`);
    expect(large).toMatchObject({ bytes: MOST_SHOWN + 1, tree: null, isCut: true });
    expect(large.text).toHaveLength(BEGINNING);
  });

  it("never cuts a character in two", () => {
    const { text } = payloadShape(`${"a".repeat(BEGINNING - 1)}${"😀".repeat(100_000)}`);
    expect(text).toBe("a".repeat(BEGINNING - 1));
  });
});

describe("statusMeaning", () => {
  it.each([
    [200, "success"],
    [204, "success"],
    [301, "redirect"],
    [401, "credentials"],
    [404, "notFound"],
    [410, "gone"],
    [413, "large"],
    [418, "client"],
    [429, "slowDown"],
    [500, "server"],
    [503, "away"],
    [599, "server"],
    [600, "odd"],
    [999, "odd"],
    [101, "odd"],
  ])("%i: %s", (status, expected) => {
    expect(statusMeaning(status)).toBe(expected);
  });
});
