import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** A port of this machine at which connecting neither succeeds nor fails, as behind a firewall that drops packets. */
export interface FilteredPort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Makes one: a server whose thread sleeps, so that it accepts nobody, and whose queue is full. Linux then leaves
 * further connections unanswered.
 */
export async function filteredPort(): Promise<FilteredPort> {
  const worker = new Worker(
    `const { createServer } = require("node:net");
     const { parentPort } = require("node:worker_threads");
     const server = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  const fillers = [1, 2, 3, 4].map(() => connect({ host: "127.0.0.1", port }).on("error", () => undefined));
  // A queue of 1 holds two.
  await new Promise<void>((resolve) => {
    let count = 0;
    for (const one of fillers) one.once("connect", () => ++count === 2 && resolve());
  });
  return {
    port,
    async close() {
      for (const one of fillers) (one satisfies Socket).destroy();
      await worker.terminate();
    },
  };
}
