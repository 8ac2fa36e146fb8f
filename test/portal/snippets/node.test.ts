import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { nodeSnippet } from "../../../src/portal/app/snippets/node.js";
import { describeReceivers } from "./support.js";

describeReceivers({
  name: "Node",
  snippet: nodeSnippet,
  file: "receiver.mjs",
  async prepare(folder) {
    const packed = join(folder, "node_modules/hookwright");
    mkdirSync(packed, { recursive: true });
    await build({
      entryPoints: ["src/signature/verify.ts"],
      outfile: join(packed, "verify.mjs"),
      bundle: true,
      format: "esm",
    });
    const exports = { "./verify": "./verify.mjs" };
    writeFileSync(join(packed, "package.json"), JSON.stringify({ name: "hookwright", exports }));
    return (name) => [process.execPath, join(folder, name, "receiver.mjs")];
  },
});
