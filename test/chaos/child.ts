import { openHouse } from "./house.js";

/**
 * The process that is killed: publishes without end and delivers at the same time, and writes down each id whose
 * `publish` resolved before it does anything else. Says "ready", then waits for a line to begin.
 */
const [file = "", ahead = "0", run = "0"] = process.argv.slice(2);
const { webhooks } = openHouse(file, () => Number(ahead));
const filling = "x".repeat(200);

process.stdin.once("data", () => {
  void webhooks.start();
  for (let worker = 0; worker < 8; worker++) void publish("load.made", worker, 8);
  void publish("tick.made", 0, 1);
});
process.stdout.write("ready\n");

async function publish(type: "load.made" | "tick.made", first: number, step: number): Promise<void> {
  for (let n = first; ; n += step) {
    const { id } = await webhooks.publish(type, { n, run: Number(run), filling });
    // A pipe is written to synchronously here: a kill cannot lose it any more.
    process.stdout.write(`${type} ${id}\n`);
    await new Promise((resolve) => setTimeout(resolve, type === "tick.made" ? 15 : 2));
  }
}
