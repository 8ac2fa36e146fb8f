import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const APP = fileURLToPath(new URL("../../../src/portal/app/", import.meta.url));

/** Attributes whose value somebody reads or hears. */
const READ = new Set(["aria-label", "title", "label", "placeholder", "alt", "hint", "description"]);

/** Operators that come to either of their sides, or to both. */
const EITHER = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.PlusToken,
]);

const hasLetter = (text: string) => /\p{L}/u.test(text);

/** The literals that an expression may come to; not those that it hands to what it calls, or compares with. */
function outcomes(node: ts.Node): ts.Node[] {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return [node];
  if (ts.isParenthesizedExpression(node)) return outcomes(node.expression);
  if (ts.isJsxExpression(node)) return node.expression === undefined ? [] : outcomes(node.expression);
  if (ts.isConditionalExpression(node)) return [...outcomes(node.whenTrue), ...outcomes(node.whenFalse)];
  if (!ts.isBinaryExpression(node)) return [];
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return outcomes(node.right);
  return EITHER.has(kind) ? [...outcomes(node.left), ...outcomes(node.right)] : [];
}

/** Of a literal, without what is put into it. */
function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return "";
  return node.head.text + node.templateSpans.map(({ literal }) => literal.text).join("");
}

/** Every literal text that the pages would show: `line: text`. */
function literals(source: string): string[] {
  const file = ts.createSourceFile("page.tsx", source, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const tell = (node: ts.Node, text: string) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    if (hasLetter(text)) found.push(`${line + 1}: ${text.trim()}`);
  };
  const shown = (node: ts.Node) => {
    for (const each of outcomes(node)) tell(each, textOf(each));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) tell(node, node.text);
    else if (ts.isJsxAttribute(node)) {
      if (node.initializer !== undefined && READ.has(node.name.getText(file))) shown(node.initializer);
    } else if (ts.isJsxExpression(node)) shown(node);
    ts.forEachChild(node, (child) => {
      // Its expression is no child of an element, and most attributes are not read.
      if (ts.isJsxAttribute(node) && child === node.initializer && ts.isJsxExpression(child)) {
        return ts.forEachChild(child, visit);
      }
      visit(child);
    });
  };
  visit(file);
  return found;
}

describe("the text of the pages", () => {
  const files = readdirSync(APP, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".tsx"),
  );

  it("is all in text/en", () => {
    expect(files.length).toBeGreaterThan(20);
    const found = files.flatMap((name) =>
      literals(readFileSync(APP + name, "utf8")).map((literal) => `${name}:${literal}`),
    );
    expect(found, "Move it to text/en/<page>.ts, and read it through useText().").toEqual([]);
  });

  it.each([
    ["<p>Save</p>", "1: Save"],
    ["<p>{'Save'}</p>", "1: Save"],
    ["<p>{busy ? text.busy : `Save ${n}`}</p>", "1: Save"],
    ["<p>{isOld && 'old'}</p>", "1: old"],
    ["<p>{name ?? ('none')}</p>", "1: none"],
    ["<b>{'x' + n}</b>", "1: x"],
    ["<button aria-label='Close' />", "1: Close"],
    ["<Card title={'A title'} />", "1: A title"],
    ["<Card title={a ? 'b' : text.c} />", "1: b"],
    ["<input placeholder={`https://${host}`} />", "1: https://"],
    ["<List items={all.map(() => <i>inner</i>)} />", "1: inner"],
    ["<Card className={x ? 'a' : 'b'} actions={<b title='deep' />} />", "1: deep"],
  ])("would be found: %s", (source, literal) => expect(literals(source)).toEqual([literal]));

  it.each([
    "<p>{text.save} ({common.required}) · 1</p>",
    "<p className='save' id={'save'} key={`a-${b}`}>{format('yes')}</p>",
    "<Card title={text.title('raw')} look={isBad ? 'danger' : 'normal'} />",
    "<p>{kind === 'save' ? text.save : text.none}</p>",
    "<select value={kind === 'a' ? 'b' : 'c'} />",
  ])("leaves alone what nobody reads: %s", (source) => expect(literals(source)).toEqual([]));
});
