import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** What a receiver bundles: `verify.ts` and all it imports must be self-contained. `constant-time.test.ts` holds how it compares. */

const room = fileURLToPath(new URL("../../src/signature", import.meta.url));

/** Source without comments, of each file reached from `verify.ts`, by its path in the room. */
function reach(): Map<string, string> {
  const files = new Map<string, string>();
  const open = [resolve(room, "verify.ts")];
  for (let file = open.pop(); file; file = open.pop()) {
    const name = relative(room, file).split(sep).join("/");
    if (files.has(name)) continue;
    const source = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$/gm, "");
    files.set(name, source);
    for (const specifier of specifiers(source)) {
      if (!specifier.startsWith(".")) throw new Error(`${name} imports ${specifier}`);
      open.push(resolve(dirname(file), specifier.replace(/\.js$/, ".ts")));
    }
  }
  return files;
}

function specifiers(source: string): string[] {
  const pattern = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'`]([^"'`]+)["'`]/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? "");
}

const files = reach();

describe("verify and what it imports", () => {
  it("is a set of files that are all inside src/signature", () => {
    expect([...files.keys()]).toEqual(expect.arrayContaining(["verify.ts", "secret.ts", "receive/match.ts"]));
    for (const name of files.keys()) expect(name).not.toMatch(/^\.\.|^schemes\/|^registry|^signer/);
  });

  it.each([...files])("%s uses web standards only", (_, source) => {
    expect(source).not.toMatch(/node:|\bBuffer\b|\bprocess\b|\brequire\b|\bglobal\b|\b__dirname\b/);
  });
});
