import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldCount, keepRows } from "../../../src/portal/app/pages/deliveries/held-rows.js";

const row = (second: number, word = "") => ({
  id: `dlv_${String(second).padStart(3, "0")}`,
  createdAt: new Date(second * 1_000).toISOString(),
  word,
});

describe("keepRows", () => {
  it("changes rows in place and holds new ones back", () => {
    const shown = [row(5), row(3)];
    const latest = [row(9), row(5, "done"), row(4), row(3)];
    expect(keepRows(shown, latest)).toEqual([row(5, "done"), row(3)]);
    expect(heldCount(shown, latest)).toBe(2);
  });

  it("keeps a row that is no longer in the list where it is", () => {
    expect(keepRows([row(5, "old"), row(3)], [row(3, "new")])).toEqual([row(5, "old"), row(3, "new")]);
  });

  it("takes what is older than all that is shown, such as the next page", () => {
    expect(keepRows([row(5)], [row(5), row(3), row(2)])).toEqual([row(5), row(3), row(2)]);
  });

  it("tells rows of one moment apart by their ids", () => {
    const twin = { ...row(5), id: "dlv_004" };
    expect(keepRows([row(5)], [row(5), twin])).toEqual([row(5), twin]);
    expect(keepRows([twin], [row(5), twin])).toEqual([twin]);
  });

  it("shows everything where nothing is shown yet", () => {
    expect(keepRows([], [row(2), row(1)])).toEqual([row(2), row(1)]);
  });

  it("never moves a shown row, and never shows one twice", () => {
    const rows = fc
      .uniqueArray(fc.integer({ min: 0, max: 40 }))
      .map((seconds) => seconds.sort((a, b) => b - a).map((second) => row(second)));
    fc.assert(
      fc.property(rows, rows, (shown, latest) => {
        const ids = keepRows(shown, latest).map(({ id }) => id);
        if (shown.length > 0) expect(ids.slice(0, shown.length)).toEqual(shown.map(({ id }) => id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual([...ids].sort().reverse());
      }),
    );
  });
});
