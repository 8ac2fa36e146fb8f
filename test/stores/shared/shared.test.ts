import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derivedRows } from "../../../src/stores/shared/entries.js";
import { sealCount } from "../../../src/stores/shared/flush.js";
import { isUnder, scopeRange } from "../../../src/stores/shared/scope.js";
import { delivery, entries, pending } from "../../../src/testing/store/make.js";

describe("isUnder and scopeRange", () => {
  const segment = fc.stringMatching(/^[a-z]:[A-Za-z0-9._~-]{1,3}$/);
  const scope = fc.array(segment, { maxLength: 4 }).map((parts) => parts.join("/"));

  test("agree with a comparison segment by segment", () => {
    fc.assert(
      fc.property(scope, scope, fc.boolean(), (a, b, isBelow) => {
        const inner = isBelow ? [a, b].filter(Boolean).join("/") : b;
        const parts = inner.split("/");
        const expected = a === "" || a.split("/").every((part, i) => parts[i] === part);
        expect(isUnder(inner, a)).toBe(expected);
        const { from, to } = scopeRange(a);
        if (a !== "") expect(inner === a || (inner >= from && inner < to)).toBe(expected);
      }),
    );
  });

  test.each([
    ["a:1_2", "a:1_2", true],
    ["a:1_2/b:1", "a:1_2", true],
    ["a:1_23", "a:1_2", false],
    ["a:1x2", "a:1_2", false],
    ["a:1_2-3", "a:1_2", false],
    ["a:1", "a:1/b:1", false],
    ["a:1", "", true],
  ])("%s below %s: %s", (scope, under, expected) => {
    expect(isUnder(scope, under)).toBe(expected);
  });
});

describe("sealCount", () => {
  const rule = { limit: 3, maxBytes: 100, flushBefore: 10 };
  const events = (...bytes: number[]) => bytes.map((size, i) => ({ bytes: size, at: 11 + i }));

  test.each([
    ["nothing waits", [], 0],
    ["no trigger", events(10, 10), 0],
    ["count reached", events(10, 10, 10), 3],
    ["bytes reached exactly", events(50, 50), 2],
    ["bytes passed: what fits", events(60, 60), 1],
    ["one that is too large goes alone", events(500, 1), 1],
    ["nothing smaller jumps the queue", events(60, 60, 1), 1],
    ["the oldest has waited", [{ bytes: 1, at: 10 }], 1],
  ])("%s", (_, waiting, expected) => {
    expect(sealCount(waiting, rule)).toBe(expected);
  });

  test("a limit below one takes nothing", () => {
    expect(sealCount(events(500), { ...rule, limit: 0 })).toBe(0);
  });
});

describe("derivedRows", () => {
  test("drops rows of known events, keeps one row a subscription of repeated ones", () => {
    const given = entries({
      deliveries: [
        delivery("d1", "s1", { eventIds: ["known"] }),
        delivery("d2", "s1", { eventIds: ["new"] }),
        delivery("d3", "s1", { eventIds: ["twice"] }),
        delivery("d4", "s1", { eventIds: ["twice"] }),
        delivery("d5", "s2", { eventIds: ["twice"] }),
        delivery("d6", "s2", { eventIds: ["elsewhere"] }),
        delivery("d7", "s2", { eventIds: ["new", "known"] }),
      ],
      pending: [pending("s1", "known"), pending("s1", "twice"), pending("s1", "twice"), pending("s2", "new")],
    });
    const left = derivedRows(given, new Set(["known"]), new Set(["twice"]));
    expect(left.deliveries.map((row) => row.id)).toEqual(["d2", "d3", "d5", "d6"]);
    expect(left.pending.map((row) => `${row.subscriptionId} ${row.eventId}`)).toEqual(["s1 twice", "s2 new"]);
    expect([...left.named].sort()).toEqual(["elsewhere", "new", "twice"]);
  });
});
