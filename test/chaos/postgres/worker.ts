import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openHouse, ownSetting } from "./house.js";
import { witness } from "./witness.js";

/** A process that only delivers. A line on standard input: it holds still for so many milliseconds. SIGTERM: it ends what it has begun, then itself. */
const setting = ownSetting();
const path = (ending: string) => join(setting.folder, `${setting.name}.${ending}`);
const { webhooks, close } = openHouse(setting, 5, (store) => witness(store, path("did")));
webhooks.on("error", ({ error, message }) => {
  appendFileSync(path("log"), `${Date.now()} ${message} ${error}\n`);
});
createInterface({ input: process.stdin }).on("line", (line) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(line));
  process.stdout.write("thawed\n");
});
process.once("SIGTERM", () => {
  void webhooks
    .stop({ drain: "20s" })
    .then(close)
    .then(() => process.exit(0));
});
webhooks.start().then(
  () => process.stdout.write("ready\n"),
  (error: unknown) => {
    process.stderr.write(`${setting.name} does not start: ${error}\n`);
    process.exit(2);
  },
);
