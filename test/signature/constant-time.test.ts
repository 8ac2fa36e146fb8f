import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterEach, describe, expect, it, vi } from "vitest";
import { verify } from "../../src/signature/verify.js";
import { codeOf, now, requestOf, SIGNED } from "./requests.js";

/**
 * Nothing that proves anything is compared by other means than in constant time. Names prove nothing of what a
 * variable holds, so the rule asks for no names: wherever secrets or signatures are at hand, every comparison of two
 * values that are both unknown when it is written, and every call that compares, must stand in the list below with the
 * reason why it leaks nothing. A new one fails until someone has thought about it.
 */

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** Calls that a file makes only where it has secrets, keys or signatures at hand. */
const AT_HAND =
  /\b(?:subtle\.|createHmac\(|timingSafeEqual\(|create(?:Secret|Private|Public)Key\(|createDecipheriv\(|openSecret\(|parseSecret\(|sealer\.open\()/;

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, text: readFileSync(join(src, name), "utf8") }))
  .filter(
    ({ name, text }) =>
      name.startsWith("signature/") || name === "subscriptions/cursor.ts" || AT_HAND.test(text),
  );

/** `file: comparison`, and why it may be. */
const REVIEWED: Readonly<Record<string, string>> = {
  "portal/app/snippets/go-checks.ts: CHECKS[receiver.scheme]": "the name of a scheme",
  "signature/bytes.ts: btoa(binary) === text": "a text with its own other spelling",
  "signature/headers.ts: headers.get(name)": "looks a header up by its name",
  "signature/headers.ts: key.toLowerCase() === name": "names of headers",
  "signature/receive/body-only.ts: value.startsWith(label)": "the label before a signature: `sha256=`",
  "signature/receive/match.ts: ALGORITHMS[algorithm]": "one of two algorithms",
  "signature/receive/match.ts: given?.algorithm !== algorithm": "one of two algorithms",
  "signature/receive/stripe.ts: e.startsWith(name)": "the label before a signature: `t=`, `v1=`",
  "signature/receive/time.ts: UNITS[unit]": "a unit of time",
  "signature/schemes/standard-ed25519.ts: publicBytes(key).equals(bytes.subarray(SEED_BYTES))":
    "two public keys, when a sender's secret is saved",
  "signature/secret.ts: text.startsWith(`${kind}_`)": "the kind of a secret: `whsec_`",
  "signature/verification-error.ts: (value as VerificationError).code === code": "codes of errors",
  "signature/verify.ts: RECEIVERS[scheme]": "the name of a scheme",
  "subscriptions/apply-headers.ts: originOf(before.url) !== originOf(change.url)": "URLs without credentials",
  "subscriptions/apply-headers.ts: header.name.toLowerCase() === name.toLowerCase()": "names of headers",
  "subscriptions/apply-headers.ts: value !== REDACTED": "the placeholder for a value",
  "subscriptions/apply-headers.ts: header.value === REDACTED": "the placeholder for a value",
  "subscriptions/apply-signing.ts: schemes.get(name)": "the name of a scheme",
  "subscriptions/apply-signing.ts: name === before.scheme": "names of schemes",
  "subscriptions/cursor.ts: parts[0] !== expected":
    "a hash of what the caller asks for, which he can make himself: a cursor is no credential",
  'subscriptions/cursor.ts: bytes.toString("base64url") !== cursor': "a cursor with its own other spelling",
  "subscriptions/rotate.ts: parts.rules.schemes.get(name)": "the name of a scheme",
  "subscriptions/seal.ts: one.id === id": "ids of keys, which stand in the clear beside each sealed value",
  "subscriptions/seal.ts: sealed.startsWith(`v1.${current.id}.`)": "the id of a key, as above",
  "subscriptions/seal.ts: toBase64Url(bytes) === text": "a text with its own other spelling",
  "subscriptions/secrets.ts: createRedactor([secret])(text) !== text":
    "a secret just given, with what is said of it to its giver",
  "subscriptions/secrets.ts: secret.includes(text.slice(start, start + length))": "as above",
  "subscriptions/secrets.ts: key === secret": "a secret just given, with what is shown of it to its giver",
  "wiring/recipients.ts: this.#made.get(record.id)": "the id of a subscription",
  "wiring/recipients.ts: this.#parts.schemes.get(name)": "the name of a scheme",
  "wiring/recipients.ts: known?.version === record.version": "versions of a subscription",
};

/** Methods that compare what they belong to, or what they hold, with what they are given. */
const COMPARING = new Set(
  "includes indexOf lastIndexOf startsWith endsWith localeCompare search match matchAll test exec replaceAll equals compare has get delete is isDeepStrictEqual deepStrictEqual".split(
    " ",
  ),
);
const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** The comparisons of two unknown values that a source makes: operators, `switch`, comparing methods, computed keys. */
function comparisonsIn(name: string, text: string): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const constants = constantsOf(file);
  const isUnknown = (node: ts.Node) => !isKnown(node, constants);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isComparison(node, isUnknown)) found.push(`${name}: ${node.getText(file).replace(/\s+/g, " ")}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isComparison(node: ts.Node, isUnknown: (node: ts.Node) => boolean): boolean {
  if (ts.isBinaryExpression(node)) {
    return EQUALITY.has(node.operatorToken.kind) && isUnknown(node.left) && isUnknown(node.right);
  }
  if (ts.isCaseClause(node)) return isUnknown(node.expression);
  if (ts.isElementAccessExpression(node)) {
    return isUnknown(node.argumentExpression) && !ts.isPrefixUnaryExpression(node.argumentExpression);
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  return COMPARING.has(name.text) && isUnknown(expression) && node.arguments.some(isUnknown);
}

/** A literal, a constant of the file that is one, or a measure of a value rather than the value: `typeof x`, `x.length`. */
function isKnown(node: ts.Node, constants: ReadonlySet<string>): boolean {
  if (ts.isIdentifier(node)) return node.text === "undefined" || constants.has(node.text);
  if (ts.isPropertyAccessExpression(node)) return node.name.text === "length";
  if (ts.isPrefixUnaryExpression(node)) return isKnown(node.operand, constants);
  return (
    ts.isLiteralExpression(node) ||
    ts.isTypeOfExpression(node) ||
    [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind)
  );
}

/** Names at the top of a file that stand for a literal. */
function constantsOf(file: ts.SourceFile): Set<string> {
  const lists = file.statements.filter(ts.isVariableStatement).map((one) => one.declarationList);
  const literal = lists.flatMap((list) =>
    list.declarations.filter((one) => one.initializer !== undefined && isKnown(one.initializer, new Set())),
  );
  return new Set(literal.map((one) => one.name.getText(file)));
}

describe("what is compared where secrets and signatures are at hand", () => {
  const found = files.flatMap(({ name, text }) => comparisonsIn(name, text));

  it("is read at all", () => {
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "signature/receive/match.ts",
        "signature/schemes/keys.ts",
        "subscriptions/cursor.ts",
        "subscriptions/rotate.ts",
        "subscriptions/seal.ts",
        "subscriptions/secrets.ts",
      ]),
    );
  });

  it("has been thought about", () => {
    expect(found.filter((one) => !Object.hasOwn(REVIEWED, one))).toEqual([]);
  });

  it("is still there, where a reason is given for it", () => {
    expect(Object.keys(REVIEWED).filter((one) => !found.includes(one))).toEqual([]);
  });

  it.each([
    "if (expected === given) accept();",
    "return signature != mac;",
    "const ok = a.bytes.every((byte, i) => byte === b.bytes[i]);",
    "return list.includes(mac);",
    "return known.has(mac);",
    "return byMac.get(given) !== undefined;",
    "return table[given] ?? false;",
    "return given.startsWith(expected);",
    "return Buffer.compare(a, b) === 0;",
    "return a.equals(b);",
    "switch (given) { case expected: return true; }",
    "return new RegExp(expected).test(given);",
    "return `${given}` === `${expected}`;",
    "return Object.is(given, expected);",
    "return isDeep.isDeepStrictEqual(given, expected);",
  ])("would be found: %s", (code) => {
    expect(comparisonsIn("x.ts", `function f() { ${code} }`)).not.toEqual([]);
  });

  it.each([
    'if (secret === "") refuse();',
    "if (typeof given !== 'string' || given.length !== 64) refuse();",
    "const LABEL = 'v1,'; function f() { return given.startsWith(LABEL); }",
    "const [first] = list; const x = list[0];",
  ])("is not mistaken for it: %s", (code) => {
    expect(comparisonsIn("x.ts", code)).toEqual([]);
  });
});

describe("signatures are compared by WebCrypto", () => {
  const room = files.filter(({ name }) =>
    /^signature\/(?:receive\/|verify\.ts|bytes\.ts|headers\.ts)/.test(name),
  );
  const users = (pattern: RegExp) => room.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

  it("in one place, which makes no signature of its own to compare with", () => {
    expect(users(/subtle\s*\.\s*verify\b/)).toEqual(["signature/receive/match.ts"]);
    expect(users(/subtle\s*[.[?]+\s*(?!verify\b|importKey\b)/)).toEqual([]);
    expect(users(/createHmac|timingSafeEqual|crypto\s*\[/)).toEqual([]);
  });

  it("and there is no other way to yes", () => {
    const { text } = files.find(({ name }) => name === "signature/receive/match.ts") ?? { text: "" };
    const file = ts.createSourceFile("match.ts", text, ts.ScriptTarget.Latest, true);
    const answers: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isReturnStatement(node)) {
        const { parent } = node;
        const when = ts.isIfStatement(parent) ? `${parent.expression.getText(file)}: ` : "";
        answers.push(when + node.expression?.getText(file));
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    expect(answers).toEqual(["await crypto.subtle.verify(params, key, given.bytes, message): true", "false"]);
  });

  describe.each(SIGNED)("$name", (scheme) => {
    afterEach(() => {
      vi.restoreAllMocks();
    });
    const options = { scheme: scheme.name, now } as const;
    const request = requestOf(scheme);

    it("passes nothing that WebCrypto refuses", async () => {
      vi.spyOn(crypto.subtle, "verify").mockResolvedValue(false);
      expect(await codeOf(verify(request, scheme.key, options))).toBe("NO_MATCH");
    });

    it("spends no pass over the body on a signature that is too short or too long", async () => {
      const judged = vi.spyOn(crypto.subtle, "verify");
      const value = request.headers[scheme.header] ?? "";
      const size = scheme.name === "standard-ed25519" ? 64 : 32;
      const at = scheme.hasId ? value.indexOf(",") + 1 : value.lastIndexOf("=") + 1;
      for (const length of [0, 1, size - 1, size + 1, size * 2]) {
        const other = Buffer.alloc(length, 1).toString(scheme.hasId ? "base64" : "hex");
        const headers = { ...request.headers, [scheme.header]: value.slice(0, at) + other };
        expect(await codeOf(verify({ ...request, headers }, scheme.key, options))).toBe("NO_MATCH");
      }
      expect(judged).not.toHaveBeenCalled();
    });

    it("has WebCrypto judge the very bytes that were received, and nobody else judges", async () => {
      const judged = vi.spyOn(crypto.subtle, "verify").mockResolvedValue(true);
      const forged = { ...request, body: '{"forged":true}' };
      expect(await verify(forged, scheme.key, options)).toEqual({ forged: true });
      const [[, key, signature, message] = []] = judged.mock.calls;
      expect(key?.usages).toEqual(["verify"]);
      expect(key?.extractable).toBe(false);
      const spelt = Buffer.from(signature as Uint8Array).toString(scheme.hasId ? "base64" : "hex");
      expect(request.headers[scheme.header]).toContain(spelt);
      expect(Buffer.from(message as Uint8Array).toString()).toMatch(/\{"forged":true\}$/);
    });
  });
});
