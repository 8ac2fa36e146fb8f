// A worker of the benchmark, a process of its own: delivers until it is disconnected, and says what CPU it used.
import { openHouse } from "./house.js";

const [, , url = "", schema = "", key = ""] = process.argv;
const house = await openHouse(url, { schema, key });

let before = process.cpuUsage();

process.on("message", (word) => {
  if (word === "start") {
    before = process.cpuUsage();
    void house.webhooks.start();
  } else {
    const { user, system } = process.cpuUsage(before);
    process.send?.(user + system);
  }
});
process.on("disconnect", async () => {
  await house.close();
  process.exit();
});
process.send?.("ready");
