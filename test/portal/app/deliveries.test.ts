import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filterQuery, readFilter, STATUSES } from "../../../src/portal/app/pages/deliveries/filter.js";
import { hears } from "../../../src/portal/app/pages/deliveries/hears.js";
import { fromLocalField, toLocalField } from "../../../src/portal/app/pages/deliveries/local-moment.js";

describe("the filter in the address", () => {
  it("is read back as it was written", () => {
    const id = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== "");
    fc.assert(
      fc.property(fc.constantFrom(null, ...STATUSES), fc.option(id), (status, eventId) => {
        expect(readFilter(filterQuery({ status, eventId }))).toEqual({ status, eventId });
      }),
    );
  });

  it("is empty where all are meant, and leaves out what is none", () => {
    expect(filterQuery({ status: null, eventId: null })).toBe("");
    expect(readFilter("status=lost&event=%20")).toEqual({ status: null, eventId: null });
  });
});

describe("hears", () => {
  it.each([
    [["a.b"], "a.b", true],
    [["a.b"], "a.b.c", false],
    [["a.*"], "a.b.c", true],
    [["a.*"], "a", false],
    [["a.*"], "ab.c", false],
    [["x", "*"], "a", true],
    [[], "a", false],
  ])("%j and %s: %s", (patterns, type, expected) => {
    expect(hears(patterns, type)).toBe(expected);
  });
});

describe("a moment in a field", () => {
  const zone = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = "Asia/Kolkata";
  });
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it("is in the reader's zone, to the minute", () => {
    const at = Date.parse("2026-01-31T20:05:59.999Z");
    expect(toLocalField(at)).toBe("2026-02-01T01:35");
    expect(fromLocalField("2026-02-01T01:35")).toBe(Date.parse("2026-01-31T20:05:00Z"));
  });

  it("is none where the field holds none", () => {
    for (const text of ["", "2026-02-01", "yesterday", "2026-13-45T99:99"])
      expect(fromLocalField(text)).toBeNull();
  });
});
