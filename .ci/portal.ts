// Builds the pages of the portal into `src/portal/pages.gen.ts`: every file gzipped, as base64 text, so that the
// published package reads no files at run time and works in any bundle. Does nothing while that is up to date.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const app = join(root, "src/portal/app");
const target = join(root, "src/portal/pages.gen.ts");

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What every page needs is one file: pieces of it would be compressed worse, and asked for one after another. */
const COMMON = [
  /\/node_modules\/(react|react-dom|scheduler|wouter|regexparam|ky|use-sync-external-store|@tanstack)\//,
  /\/node_modules\/lucide-react\/dist\/esm\/(?!icons\/)/,
  /\/src\/client\//,
  /\/src\/portal\/app\/(text|api|shell)\//,
  /\/src\/portal\/app\/ui\/(button|notice|error|failure|skeleton|toasts|pill|time|now)/,
];

/** Builds the pages unless they are as the sources have them. Answers whether it did. */
export async function buildPortal(): Promise<boolean> {
  const mark = `// Built from ${fingerprint()}\n`;
  if (existsSync(target) && readFileSync(target, "utf8").startsWith(mark)) return false;
  // Named here, so that whoever has a built one needs neither.
  const { build } = await import("vite");
  const { default: react } = await import("@vitejs/plugin-react");
  const before = process.env.NODE_ENV;
  // A runner of tests says "test", and then React's development half would be what is built.
  process.env.NODE_ENV = "production";
  const building = build({
    configFile: false,
    root: app,
    base: "./",
    logLevel: "warn",
    mode: "production",
    plugins: [react()],
    resolve: { alias: { "hookwright/client": join(root, "src/client/index.ts") } },
    build: {
      write: false,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: { main: join(app, "main.tsx") },
        output: { manualChunks: (id) => (COMMON.some((part) => part.test(id)) ? "common" : undefined) },
      },
    },
  });
  const built = await building.finally(() => {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  });
  const output = (Array.isArray(built) ? built : [built]).flatMap((part) =>
    "output" in part ? part.output : [],
  );
  const files: Record<string, { type: string; gzip: string }> = {};
  const styles: string[] = [];
  let entry = "";
  let preloads: string[] = [];
  for (const file of output) {
    const name = file.fileName.replace(/^assets\//, "");
    const type = TYPES[extname(name)];
    if (type === undefined) throw new Error(`The portal has a file of a kind that is not served: ${name}`);
    const content = file.type === "chunk" ? file.code : file.source;
    files[name] = { type, gzip: gzipSync(content, { level: 9 }).toString("base64") };
    if (file.type === "chunk" && file.isEntry) {
      entry = name;
      preloads = file.imports.map((path) => path.replace(/^assets\//, ""));
      for (const style of file.viteMetadata?.importedCss ?? []) styles.push(style.replace(/^assets\//, ""));
    }
  }
  const text = `${mark}/** The pages of the portal, made by \`npm run build:portal\`. */\nexport const pages = ${JSON.stringify({ entry, preloads, styles, files })};\n`;
  // Whole or not at all: several processes may do this at once.
  const half = `${target}.${process.pid}`;
  writeFileSync(half, text);
  renameSync(half, target);
  return true;
}

/** What the pages are made of, and with. */
function fingerprint(): string {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const folder of [app, join(root, "src/client")]) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      if (/\.(tsx?|css|svg|json)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPortal();
