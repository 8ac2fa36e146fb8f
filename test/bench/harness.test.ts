import { describe, expect, it } from "vitest";
import { parseArguments } from "./arguments.js";
import { interleave } from "./interleave.js";
import { percentile, pick, summary } from "./summary.js";
import { fixed, ratio, spread, table, whole } from "./table.js";

describe("summary", () => {
  it("sorts by size, not by spelling, and leaves the figures as they were", () => {
    const values = [100, 9, 20];
    expect(summary(values)).toEqual({ median: 20, least: 9, most: 100 });
    expect(values).toEqual([100, 9, 20]);
  });

  it("takes the upper of two in the middle, and NaN of nothing", () => {
    expect(summary([1, 2, 3, 4]).median).toBe(3);
    expect(summary([]).median).toBeNaN();
  });

  it("finds percentiles, the last one included", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.5)).toBe(51);
    expect(percentile(hundred, 0.99)).toBe(100);
    expect(percentile([7], 1)).toBe(7);
  });

  it("leaves out what has no figure", () => {
    expect(pick([{ a: 1 }, { a: null }, { a: 0 }], (one) => one.a)).toEqual([1, 0]);
  });
});

describe("table", () => {
  it("fills short rows", () => {
    expect(table(["", "x"], [["a", "1"], ["b"]])).toBe("|  | x |\n|---|---|\n| a | 1 |\n| b |  |");
  });

  it("writes figures with their spread, thousands apart", () => {
    expect(spread([1_234_567, 999.6, 1_000], whole)).toBe("1 000 (1 000 to 1 234 567)");
    expect(spread([0.126], fixed(2))).toBe("0.13 (0.13 to 0.13)");
    expect(spread([], whole)).toBe("-");
  });

  it("compares medians", () => {
    expect(ratio([30, 1, 15], [10, 5, 100])).toBe("1.50");
    expect(ratio([1], [])).toBe("-");
  });
});

describe("interleave", () => {
  it("runs all cases before it repeats one", async () => {
    const order: string[] = [];
    const run = (name: string) => async () => order.push(name);
    const samples = await interleave(2, { a: run("a"), b: run("b") });
    expect(order).toEqual(["a", "b", "a", "b"]);
    expect([...samples]).toEqual([
      ["a", [1, 3]],
      ["b", [2, 4]],
    ]);
  });
});

describe("arguments", () => {
  const parse = (...argv: string[]) => parseArguments(argv, ["throughput", "peers"], "results.md");

  it("writes the results of a whole run, and of part of one only where it is told", () => {
    expect(parse()).toEqual({ sections: [], repetitions: 5, isLong: false, out: "results.md" });
    expect(parse("peers", "throughput", "--long")).toMatchObject({
      sections: ["peers", "throughput"],
      isLong: true,
      out: null,
    });
    expect(parse("--repetitions", "2").out).toBeNull();
    expect(parse("peers", "--out", "other.md").out).toBe("other.md");
  });

  it("refuses what it does not know", () => {
    expect(() => parse("pears")).toThrow("pears");
    expect(() => parse("--repetitions", "none")).toThrow("none");
    expect(() => parse("--fast")).toThrow("--fast");
  });
});
