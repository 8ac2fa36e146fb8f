// A worker of `workers.run.ts`: is told its store first, delivers from "start" to "stop", and says at "cpu" what it has
// used since the last start.
import { once } from "node:events";
import type { StoreSpec } from "../spec.js";
import { openHouse } from "./house.js";

const [spec] = (await once(process, "message")) as [StoreSpec];
const { webhooks } = await openHouse(spec);
let before = process.cpuUsage();

process.on("message", async (word) => {
  if (word === "start") {
    before = process.cpuUsage();
    await webhooks.start();
  } else if (word === "stop") {
    await webhooks.stop();
    process.send?.("stopped");
  } else {
    const { user, system } = process.cpuUsage(before);
    process.send?.(user + system);
  }
});
process.once("disconnect", () => process.exit());
process.send?.("ready");
