import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../../../src/stores/postgres/executors/rows.js";

const rows = [
  { id: "a", created_at: 1 },
  { id: "b", created_at: null },
];

describe("rowsOf", () => {
  test.each([
    ["a list", rows],
    ["a result with rows", { rows, rowCount: 2, command: "SELECT" }],
    ["a pair of rows and their count", [rows, 2]],
  ])("finds the rows in %s", (_, answer) => {
    expect(rowsOf(answer)).toEqual(rows);
  });

  test.each([
    ["a list", []],
    ["a result", { rows: [] }],
    ["a pair", [[], 0]],
  ])("finds none in %s", (_, answer) => {
    expect(rowsOf(answer)).toEqual([]);
  });

  test("hands on rows that need nothing as they are", () => {
    expect(rowsOf(rows)).toBe(rows);
  });

  test.each([undefined, null, 7, "rows", {}, { rows: 7 }])("refuses %j", (answer) => {
    expect(() => rowsOf(answer)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const styles: Record<string, (words: readonly string[]) => string> = {
    camelCase: ([first = "", ...rest]) => first + rest.map(capital).join(""),
    PascalCase: (words) => words.map(capital).join(""),
    "kebab-case": (words) => words.join("-"),
    UPPER_CASE: (words) => words.join("_").toUpperCase(),
  };

  // Where no two letters stand together, capitals do not say whether they begin words or are all there is.
  const columns = fc
    .array(word, { minLength: 1, maxLength: 4 })
    .filter((words) => /[a-z][a-z]/.test(words.join("_")));
  test.each(Object.entries(styles))("undoes %s", (_, style) => {
    fc.assert(
      fc.property(columns, fc.anything(), (words, value) => {
        const answer = [{ [style(words)]: value }, { [style(words)]: 1 }];
        const column = words.join("_");
        expect(rowsOf(answer)).toEqual([{ [column]: value }, { [column]: 1 }]);
      }),
    );
  });
});
