import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

/** What a page loads with `hookwright/client`: the graph as a bundler walks it, what the compiler erases left out. */

const entry = fileURLToPath(new URL("../../src/client/index.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bytes, minified and gzipped, ky included: 8.8 kB in November 2026, of which 5.1 are ky's. */
const LARGEST = 10_000;

interface Bundled {
  readonly files: readonly string[];
  /** What stays outside: modules of the platform. */
  readonly external: readonly string[];
  readonly code: Uint8Array;
}

async function bundled(contents: string): Promise<Bundled> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    // Not "browser": there a module of Node's may be replaced by a package's own, and not be seen.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    external: ["node:*", ...builtinModules],
    metafile: true,
    write: false,
  });
  const inputs = Object.entries(result.metafile.inputs);
  return {
    files: inputs.map(([file]) => file).filter((file) => file !== "<stdin>"),
    external: inputs.flatMap(([, { imports }]) =>
      imports.filter((one) => one.external === true).map(({ path }) => path),
    ),
    code: result.outputFiles[0]?.contents ?? new Uint8Array(),
  };
}

describe("the bundle", () => {
  let client: Bundled;
  beforeAll(async () => {
    client = await bundled(`export * from ${JSON.stringify(entry)}`);
  });

  it("is src/client and ky, and nothing else", () => {
    expect(client.files).toContain("src/client/exchange.ts");
    expect(client.files.some((file) => file.startsWith("node_modules/ky/"))).toBe(true);
    expect(client.files.filter((file) => !/^(?:src\/client|node_modules\/ky)\//.test(file))).toEqual([]);
  });

  it("takes no module of Node's, which would be seen", async () => {
    expect(client.external).toEqual([]);
    const http = await bundled(
      `export * from "./src/http/etag.js"; export * from "./src/http/idempotency.js"`,
    );
    expect(http.external).toContain("node:crypto");
  });

  it("uses no global that a browser lacks", () => {
    const code = new TextDecoder().decode(client.code);
    expect(code).not.toMatch(/\b(?:Buffer|process|require|setImmediate|__dirname|global)\b/);
  });

  it("is small", () => {
    const bytes = gzipSync(client.code).length;
    expect(bytes).toBeGreaterThan(2_000);
    expect(bytes).toBeLessThan(LARGEST);
  });
});
