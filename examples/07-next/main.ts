// The management API and the portal in Next's app router, behind the host's own login. What matters is in
// instrumentation.ts, app/api/webhooks/[...path]/route.ts and app/webhooks/[[...path]]/route.ts; this file builds and
// serves them, and shows them. It takes up to a minute.
import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tour } from "../shop/tour.js";

const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const cwd = fileURLToPath(new URL(".", import.meta.url));
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NEXT_IGNORE_INCORRECT_LOCKFILE: "1" };

execFileSync(process.execPath, [next, "build"], { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
const args = [next, "start", "--hostname", "127.0.0.1", "--port", "0"];
const server = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
for await (const line of createInterface(server.stdout)) {
  const [origin] = /http:\/\/[\w.]+:\d+/.exec(line) ?? [];
  if (origin === undefined) continue;
  await tour(origin);
  break;
}
server.kill();
