import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** The browser half of the portal. */
const BROWSER = "portal/app";

/**
 * Holds the table of who may import whom. A line that is not in the table is not allowed: a new folder gets its line
 * here first. `types`: only what the compiler erases.
 */
const ADAPTERS = ["model"];
const ROOM = ["model", "catalogue", "formats", "signature", "history", "subscriptions"];
const TABLE: Readonly<
  Record<string, { readonly may: readonly string[]; readonly types?: readonly string[] }>
> = {
  model: { may: [] },
  endpoints: { may: ADAPTERS },
  stores: { may: ADAPTERS },
  transports: { may: [...ADAPTERS, "endpoints"] },
  catalogue: { may: ADAPTERS },
  signature: { may: ADAPTERS },
  formats: { may: ADAPTERS },
  subscriptions: { may: ["model", "catalogue", "signature", "formats"], types: ["endpoints"] },
  history: { may: ["model", "formats", "subscriptions"] },
  publish: { may: ROOM },
  intake: { may: ROOM },
  batcher: { may: ROOM },
  dispatcher: { may: ROOM },
  janitor: { may: ROOM },
  wiring: { may: [...ROOM, "endpoints", "publish", "dispatcher"], types: ["", "batcher"] },
  running: { may: ["model", "intake", "batcher", "dispatcher", "janitor", "wiring"], types: [""] },
  testing: { may: ["model", "endpoints", "signature", "formats"] },
  http: { may: ["model", "catalogue", "subscriptions", "history"], types: ["", "publish", "wiring"] },
  client: {
    may: [],
    types: ["", "model", "catalogue", "subscriptions", "history", "publish", "wiring", "http"],
  },
  portal: { may: ["http", "model", "catalogue", "subscriptions"], types: [""] },
  // What runs in the browser: no more of the library than its client may be in there.
  [BROWSER]: {
    may: ["client"],
    types: [
      ...["", "model", "catalogue", "subscriptions", "history", "publish", "wiring", "http", "portal"],
      ...["formats", "signature", "endpoints"],
    ],
  },
};

/** Edges that the table would forbid, each with its reason. */
const EXCEPT = new Set([
  // One constant, the bounds of a URL's length, so that they are written down once.
  "subscriptions/apply.ts -> endpoints/url.ts",
  "subscriptions/fields.ts -> endpoints/url.ts",
]);

/** Rooms meet at the store; nothing that is published for tests may need one. */
const ROOMS = ["publish", "intake", "batcher", "dispatcher", "janitor"];
const RUNNERS = /^(vitest|jest|mocha|chai|@jest\/|@vitest\/|node:test|test$)/;

interface Edge {
  readonly from: string;
  /** A file of ours by its path in `src`, or a package. */
  readonly to: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
}

const src = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.[cm]?tsx?$/.test(name))
  .map((name) => name.split(sep).join("/"));
const edges = files.flatMap(edgesOf);

/** Every import, export-from, `import()`, `import("x").Y` and `require()` of a file. */
function edgesOf(from: string): Edge[] {
  const path = join(src, from);
  const found: Edge[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push(edge(from, node.text, typeOnly));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function isLoad(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require")
  );
}

function edge(from: string, specifier: string, typeOnly: boolean): Edge {
  if (!specifier.startsWith(".")) return { from, to: specifier, ours: false, typeOnly };
  const target = relative(src, resolve(src, dirname(from), specifier))
    .split(sep)
    .join("/");
  // Styles stand beside the parts that need them.
  if (target.endsWith(".css") && existsSync(join(src, target)))
    return { from, to: target, ours: false, typeOnly };
  const to = [target.replace(/\.js$/, ".ts"), target.replace(/\.js$/, ".tsx"), target].find((name) =>
    files.includes(name),
  );
  return { from, to: to ?? `${target} (no such file)`, ours: true, typeOnly };
}

/** The folder directly in `src`; `""` for the files that stand there themselves. The portal's browser half is its own. */
function roomOf(file: string): string {
  if (file.startsWith(`${BROWSER}/`)) return BROWSER;
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : "";
}

const shown = (list: readonly Edge[]) => list.map(({ from, to }) => `${from} -> ${to}`);
const ours = edges.filter((edge) => edge.ours);
const packages = edges.filter((edge) => !edge.ours);

describe("imports", () => {
  it("are read at all", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(shown(edges)).toContain("publish/publisher.ts -> model/errors.ts");
    expect(ours.some(({ typeOnly }) => typeOnly)).toBe(true);
    expect(ours.some(({ typeOnly }) => !typeOnly)).toBe(true);
  });

  it("lead to files that exist", () => {
    expect(shown(ours.filter(({ to }) => !files.includes(to)))).toEqual([]);
  });

  it("have a line in the table for every folder", () => {
    const folders = new Set(files.map(roomOf).filter((room) => room !== ""));
    expect([...folders].filter((room) => !Object.hasOwn(TABLE, room))).toEqual([]);
  });

  it("keep to the table", () => {
    const offending = ours.filter(({ from, to, typeOnly }) => {
      const [room, target] = [roomOf(from), roomOf(to)];
      const line = TABLE[room];
      if (room === "" || room === target || line === undefined) return false;
      if (EXCEPT.has(`${from} -> ${to}`)) return false;
      return !line.may.includes(target) && !(typeOnly && line.types?.includes(target));
    });
    expect(shown(offending)).toEqual([]);
  });

  it("never lead from one room to another", () => {
    const offending = ours.filter(
      ({ from, to }) =>
        ROOMS.includes(roomOf(from)) && ROOMS.includes(roomOf(to)) && roomOf(from) !== roomOf(to),
    );
    expect(shown(offending)).toEqual([]);
  });

  it("of the model lead nowhere but to node itself", () => {
    expect(
      shown(packages.filter(({ from, to }) => roomOf(from) === "model" && !to.startsWith("node:"))),
    ).toEqual([]);
  });

  it("of a concrete store or transport stand in the composition root only", () => {
    const concrete = (file: string) => /^(stores|transports)\//.test(file);
    const offending = ours.filter(
      ({ from, to }) => concrete(to) && roomOf(from) !== "" && roomOf(from) !== roomOf(to),
    );
    expect(shown(offending)).toEqual([]);
  });

  it("do not lead from one store to another", () => {
    const store = (file: string) => file.split("/")[1];
    const offending = ours.filter(
      ({ from, to }) =>
        roomOf(from) === "stores" &&
        roomOf(to) === "stores" &&
        store(to) !== "shared" &&
        store(from) !== store(to),
    );
    expect(shown(offending)).toEqual([]);
  });

  it("of the published tests name no test runner and no room", () => {
    const reach = [...reachOf("testing/")];
    const offending = edges.filter(
      ({ from, to }) => reach.includes(from) && (RUNNERS.test(to) || ROOMS.includes(roomOf(to))),
    );
    expect(shown(offending)).toEqual([]);
  });

  it("of verify stay in src/signature and name no package and no node module", () => {
    const reach = reachOf("signature/verify.ts");
    expect([...reach].filter((file) => roomOf(file) !== "signature")).toEqual([]);
    expect(shown(packages.filter(({ from }) => reach.has(from)))).toEqual([]);
  });

  it("write node's own modules with node:", () => {
    expect(shown(packages.filter(({ to }) => builtinModules.includes(to)))).toEqual([]);
  });

  it("make no circle, those aside that the compiler erases", () => {
    expect(circles()).toEqual([]);
  });
});

/** All files that can be reached from those that begin so, themselves included. */
function reachOf(prefix: string): Set<string> {
  const reached = new Set(files.filter((file) => file.startsWith(prefix)));
  for (const file of reached) {
    for (const { from, to } of ours) if (from === file) reached.add(to);
  }
  return reached;
}

/** Each circle once, as the way round it. */
function circles(): string[] {
  const loaded = ours.filter(({ typeOnly }) => !typeOnly);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) found.push([...way.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const { from, to } of loaded) if (from === file) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}
