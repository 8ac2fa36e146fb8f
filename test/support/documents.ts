import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { catalogue } from "../../examples/demo/github.js";
import { asyncApi } from "../../src/http/asyncapi.js";
import { openApiDocument } from "../../src/http/describe.js";

/**
 * Writes `openapi.json` and `asyncapi.json` of the demo's catalogue into a folder: `npm run openapi -- <folder>`, or
 * here where none is named.
 */

const folder = resolve(process.argv[2] ?? ".");
mkdirSync(folder, { recursive: true });
for (const [name, document] of [
  ["openapi.json", openApiDocument(catalogue, { publish: true, basePath: "/api/webhooks" })],
  ["asyncapi.json", asyncApi(catalogue)],
] as const) {
  const path = resolve(folder, name);
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
  console.log(path);
}
