import { Presets, SingleBar } from "cli-progress";

/** Shows how far it is: a bar on a terminal, a line at each quarter elsewhere. */
export function startProgress(total: number): { update(done: number): void; stop(): void } {
  if (process.stdout.isTTY) {
    const bar = new SingleBar({ format: "  {bar} {value}/{total} deliveries" }, Presets.shades_classic);
    bar.start(total, 0);
    return { update: (done) => bar.update(done), stop: () => bar.stop() };
  }
  let quarter = 0;
  return {
    update(done) {
      const reached = Math.floor((done / total) * 4);
      if (reached > quarter) console.log(`  ${done} of ${total} deliveries`);
      quarter = Math.max(quarter, reached);
    },
    stop() {},
  };
}
