import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/model/id.js";

const MOMENT = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

describe("newId", () => {
  it("lays out prefix, ten digits of time and sixteen random ones", () => {
    expect(newId("evt", 0)).toMatch(/^evt_0{10}[0-9a-hjkmnp-tv-z]{16}$/);
    expect(newId("dlv", 1_469_918_176_385).slice(0, 14)).toBe(`dlv_${ulidTime(1_469_918_176_385)}`);
  });

  it("sorts by time", () => {
    fc.assert(
      fc.property(MOMENT, MOMENT, (a, b) => {
        if (a === b) return;
        expect(newId("x", a) < newId("x", b)).toBe(a < b);
      }),
    );
  });

  it("holds no full stop and nothing a URL or a header would have to escape", () => {
    fc.assert(
      fc.property(MOMENT, (at) => {
        expect(newId("sub", at)).toMatch(/^sub_[0-9a-z]{26}$/);
      }),
    );
  });

  it("sorts by the order of making within a millisecond", () => {
    const ids = Array.from({ length: 5_000 }, () => newId("evt", 7));
    expect(ids.toSorted()).toEqual(ids);
  });

  it("is unique within a millisecond", () => {
    const ids = new Set(Array.from({ length: 10_000 }, () => newId("evt", 1)));
    expect(ids.size).toBe(10_000);
  });
});

/** Ten digits of Crockford's base 32, written another way than the code does. */
function ulidTime(at: number): string {
  const crockford = "0123456789abcdefghjkmnpqrstvwxyz";
  const plain = "0123456789abcdefghijklmnopqrstuv";
  return [...at.toString(32).padStart(10, "0")].map((digit) => crockford[plain.indexOf(digit)]).join("");
}
