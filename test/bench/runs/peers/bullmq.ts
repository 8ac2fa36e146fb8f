import { Queue, Worker } from "bullmq";
import type { Job } from "./deliver.js";
import type { OpenPeer } from "./peer.js";

/**
 * Settings, and where they come from (docs.bullmq.io):
 *
 * - `concurrency` 50: its guide's own number for workers that mostly wait for calls to others (Workers, Concurrency).
 * - `addBulk`: "Adding jobs in bulk".
 * - `removeOnComplete`: "Auto-removal of jobs". No history is kept, which is the quickest it can be.
 * - `maxRetriesPerRequest: null` is what a Worker requires; the Redis is append-only with `everysec` ("Going to
 *   production": "Usually, 1 second per write is enough for most applications").
 */
const CONCURRENCY = 50;

export const openBullmq: OpenPeer = async (url, name, deliver) => {
  const { hostname, port, username, password } = new URL(url);
  const connection = {
    host: hostname,
    port: Number(port || 6379),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    maxRetriesPerRequest: null,
  };
  const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: true } });
  await queue.waitUntilReady();
  return {
    add: async (jobs) =>
      void (await queue.addBulk(jobs.map((data) => ({ name: "webhook", data, opts: {} })))),
    async start() {
      const worker = new Worker<Job>(name, ({ data }) => deliver(data), {
        connection,
        concurrency: CONCURRENCY,
      });
      worker.on("error", console.error);
      await worker.waitUntilReady();
    },
  };
};
