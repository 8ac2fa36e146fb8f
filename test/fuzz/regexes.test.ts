import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { parsePattern, steps, trapsFor } from "./backtracking.js";

/**
 * Every regular expression in `src`, read from the source, takes time in proportion to the text: twenty steps a
 * character at most, over texts so long that a square would be two hundred. A new one is held to it without being
 * named here.
 */

const LENGTH = 400;
const STEPS_PER_CHARACTER = 20;

interface Pattern {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

const src = fileURLToPath(new URL("../../src", import.meta.url));

function patternsIn(name: string, text: string): Pattern[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    const line = () => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      found.push({
        where: `${name}:${line()}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === "RegExp"
    ) {
      const [source, flags] = (node.arguments ?? []).map((argument) => textOf(argument, file));
      found.push({ where: `${name}:${line()}`, source: source ?? "", flags: flags ?? "" });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The value of a text made of literals and of constants of the same file. Throws for any other: it cannot be judged by reading. */
function textOf(node: ts.Expression, file: ts.SourceFile): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return (
      node.head.text +
      node.templateSpans.map((span) => textOf(span.expression, file) + span.literal.text).join("")
    );
  }
  if (ts.isIdentifier(node)) {
    const declared = file.statements
      .filter(ts.isVariableStatement)
      .flatMap((one) => [...one.declarationList.declarations])
      .find((one) => one.name.getText(file) === node.text);
    if (declared?.initializer) return textOf(declared.initializer, file);
  }
  throw new Error(
    `${file.fileName}: a RegExp is made of ${node.getText(file)}, which cannot be read from the source`,
  );
}

const patterns = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts"))
  .flatMap((name) => patternsIn(name, readFileSync(join(src, name), "utf8")));

/** The first text that makes the pattern take more than its share; `null` when there is none. */
function trapOf({ source, flags }: Pick<Pattern, "source" | "flags">): string | null {
  const node = parsePattern(source, flags);
  for (const { before, unit, after } of trapsFor(node, flags)) {
    const text = before + unit.repeat(Math.ceil(LENGTH / unit.length)) + after;
    const named = `${JSON.stringify(before)} + ${JSON.stringify(unit)}... + ${JSON.stringify(after)}`;
    try {
      steps(node, flags, text, STEPS_PER_CHARACTER * text.length);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return `${named}: ${error.message}`;
    }
  }
  return null;
}

test("regular expressions are found in the source, those that are put together too", () => {
  expect(patterns.length).toBeGreaterThan(40);
  expect(patterns.map(({ source }) => source)).toEqual(
    expect.arrayContaining([
      String.raw`^[1-9]\d{0,14}$`,
      expect.stringMatching(/^\^\[!#\$%&'\*\+\.\^_`\|~0-9A-Za-z-\]\+\//),
    ]),
  );
});

describe.each(patterns)("$where /$source/$flags", (pattern) => {
  test("takes steps in proportion to the text", () => {
    expect(trapOf(pattern)).toBeNull();
    // The real matcher on 100 kB of the same: it would be seen to hang here.
    const expression = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    for (const { before, unit, after } of trapsFor(
      parsePattern(pattern.source, pattern.flags),
      pattern.flags,
    )) {
      if (unit.length === 1)
        expect(typeof expression.test(before + unit.repeat(100_000) + after)).toBe("boolean");
    }
  });
});

describe("what takes more would be found", () => {
  test.each([
    "(a+)+$",
    "^(a|a)*$",
    String.raw`^(\w+\s?)*$`,
    String.raw`\s+$`,
    "^a*a*b",
    String.raw`^(?:[a-z]+\.?)+@x$`,
    ":.*:.*$x",
    "^v1,([A-Za-z0-9+/]+=*)+$",
    String.raw`^x(?:[ \t]*;?[ \t]*)*y$`,
    String.raw`^\d+\.?\d*(ms|s)$`,
  ])("%s", (source) => {
    expect(trapOf({ source, flags: "" })).not.toBeNull();
  });

  test.each([String.raw`^\d+(?:\.\d+)?s$`, "^[a-z]{1,64}$", "^(?:ab|cd)*$", "x(?!y)"])(
    "and %s is not mistaken for it",
    (source) => {
      expect(trapOf({ source, flags: "" })).toBeNull();
    },
  );

  test("what cannot be read is an error, not silence", () => {
    expect(() => patternsIn("x.ts", "const f = (a: string) => new RegExp(a);")).toThrow("cannot be read");
    for (const source of ["(?<=a)b", String.raw`(a)\1`, "(a"]) {
      expect(() => parsePattern(source, "")).toThrow("not understood");
    }
    expect(() => parsePattern("[a--b]", "v")).toThrow("flag v");
  });
});
