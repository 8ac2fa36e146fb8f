import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "../../src/catalogue/nearest.js";

const names = ["session.created", "session.closed", "lease.granted"];

test.each([
  ["session.creatd", "session.created"],
  ["session.create", "session.created"],
  ["SESSION.CREATED", "session.created"],
  ["sesion.close", "session.closed"],
  ["session.created", "session.created"],
  ["invoice.paid", null],
  ["", null],
  ["x", null],
])("%s means %s", (wanted, expected) => expect(nearest(wanted, names)).toBe(expected));

test("the nearest wins wherever it stands", () => {
  expect(nearest("abcdef", ["abcdxx", "abcdex", "abcxxx"])).toBe("abcdex");
  expect(nearest("abcdef", ["abcdex", "abcdxx"])).toBe("abcdex");
});

test("one mistake in a name of some length is always forgiven, in any place", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]{3,20}$/),
      fc.nat(),
      fc.constantFrom("", "#", "##"),
      (name, at, put) => {
        const i = at % name.length;
        expect(nearest(name.slice(0, i) + put + name.slice(i + 1), [name])).toBe(name);
      },
    ),
  );
});
