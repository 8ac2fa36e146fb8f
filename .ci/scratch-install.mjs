// Packs the package, installs the tarball into an empty project, and imports and requires every subpath there.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const pkg = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "hookwright-scratch-"));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const use = `
const assert = require("node:assert/strict");
const paths = JSON.parse(process.argv[1]);
(async () => {
  for (const path of paths) {
    const required = require(path);
    const imported = await import(path);
    const names = (module) => Object.keys(module).filter((name) => name !== "default" && name !== "module.exports").sort();
    assert.deepEqual(names(required), names(imported), path);
    assert.ok(names(imported).length > 0, path);
    console.log("  " + path + ": " + names(imported).length + " names, by import and by require");
  }
  const { createWebhooks, defineCatalogue } = require("hookwright");
  const { memoryStore } = require("hookwright/stores/memory");
  const { startReceiver } = require("hookwright/testing");
  const { verify } = require("hookwright/verify");
  const receiver = await startReceiver();
  const webhooks = createWebhooks({
    catalogue: defineCatalogue({ events: { "ping.sent": { example: { n: 1 } } } }),
    store: memoryStore(),
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
  });
  const { secret } = await webhooks.subscriptions.create({ name: "Scratch", url: receiver.url, events: ["*"], enabled: true });
  await webhooks.publish("ping.sent", { n: 7 });
  await webhooks.runUntilIdle();
  await webhooks.stop();
  const [request] = receiver.requests;
  const event = await verify({ body: request.rawBody, headers: request.headers }, secret);
  assert.equal(event.data.n, 7);
  await receiver.close();
  console.log("  an event was published, delivered and verified from the tarball");
})();
`;

try {
  const [{ filename, size, files }] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", scratch], root),
  );
  console.log(`${filename}: ${files.length} files, ${size} bytes packed`);
  writeFileSync(join(scratch, "package.json"), JSON.stringify({ name: "scratch", private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", "--omit=optional", `./${filename}`], scratch);
  const paths = Object.keys(pkg.exports)
    .filter((path) => path !== "./package.json")
    .map((path) => path.replace(/^\./, "hookwright"));
  console.log(run(process.execPath, ["-e", use, JSON.stringify(paths)], scratch).trimEnd());
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
