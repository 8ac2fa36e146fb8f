import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesPattern } from "../../../src/catalogue/pattern.js";
import {
  ALL,
  addPattern,
  choose,
  isChosen,
  listOf,
  matches,
  patternFor,
  patternOf,
  sameChoice,
  spellOut,
} from "../../../src/portal/app/pages/settings/choice.js";

const TYPES = ["a.b.c", "a.b.d", "a.e.f", "g.h", "g.i", "a.configuration.audit"];
const entry = fc.constantFrom(...TYPES, "a.*", "a.b.*", "g.*", ALL, "gone.type");
const list = fc.uniqueArray(entry, { maxLength: 6 });
const some = fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1 });
const heard = (chosen: readonly string[]) => TYPES.filter((type) => isChosen(chosen, type));

describe("choosing event types", () => {
  it("understands patterns as the library does", () => {
    const name = fc
      .array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 3 })
      .map((p) => p.join("."));
    const pattern = fc.oneof(
      name,
      name.map((text) => `${text}.*`),
      fc.constant(ALL),
    );
    fc.assert(
      fc.property(pattern, name, (a, b) => {
        expect(matches(a, b)).toBe(matchesPattern(a, b));
      }),
    );
  });

  it("ticking brings exactly what was ticked, besides what was heard", () => {
    fc.assert(
      fc.property(list, some, (chosen, types) => {
        const after = choose(chosen, types, true);
        expect(heard(after)).toEqual(TYPES.filter((type) => types.includes(type) || isChosen(chosen, type)));
        expect(new Set(after).size).toBe(after.length);
        expect(after.slice(0, chosen.length)).toEqual(chosen);
      }),
    );
  });

  it("clearing takes away exactly what was named, and no pattern", () => {
    fc.assert(
      fc.property(list, some, (chosen, types) => {
        const after = choose(chosen, types, false);
        const stays = (type: string) => !types.includes(type) || patternFor(chosen, type) !== null;
        expect(heard(after)).toEqual(heard(chosen).filter(stays));
        expect(after.filter((each) => each.endsWith("*"))).toEqual(
          chosen.filter((each) => each.endsWith("*")),
        );
      }),
    );
  });

  it("does not name what a pattern brings", () => {
    expect(choose(["a.*"], ["a.b.c", "g.h"], true)).toEqual(["a.*", "g.h"]);
  });

  it("a pattern takes the place of the names that it stands for", () => {
    expect(addPattern(["g.h", "a.b.c", "a.b.d", "a.e.f"], "a.b.*")).toEqual(["g.h", "a.e.f", "a.b.*"]);
    expect(addPattern(["a.b.*"], "a.b.*")).toEqual(["a.b.*"]);
  });

  it("`*` can be taken away again, and what was chosen before is back", () => {
    const before = ["g.h", "a.b.*"];
    const all = addPattern(before, ALL);
    expect(listOf(all)).toEqual([ALL]);
    expect(all.filter((each) => each !== ALL)).toEqual(before);
  });

  it("naming the types of a pattern changes nothing of what is heard today", () => {
    fc.assert(
      fc.property(list, fc.constantFrom("a.*", "a.b.*", "g.*"), (chosen, pattern) => {
        const before = addPattern(chosen, pattern);
        const after = spellOut(before, pattern, TYPES);
        expect(after).not.toContain(pattern);
        expect(heard(after)).toEqual(heard(before));
      }),
    );
  });

  it("finds the pattern that stands for a group and nothing else", () => {
    expect(patternOf(["a.b.c", "a.b.d"], TYPES)).toBe("a.b.*");
    expect(patternOf(["g.h", "g.i"], TYPES)).toBe("g.*");
    expect(patternOf(["a.b.c", "a.e.f"], TYPES)).toBeNull();
    expect(patternOf(["a.b.c", "g.h"], TYPES)).toBeNull();
    expect(patternOf(["a.e.f"], TYPES)).toBeNull();
    expect(patternOf([], TYPES)).toBeNull();
    // A type of the group that the pattern does not stand for: `a.*` is not `a`.
    expect(patternOf(["a", "a.b"], ["a", "a.b"])).toBeNull();
  });

  it("compares what lists mean", () => {
    expect(sameChoice(["a", "b"], ["b", "a"])).toBe(true);
    expect(sameChoice(["a", ALL], [ALL])).toBe(true);
    expect(sameChoice(["a"], ["a", "b"])).toBe(false);
  });
});
