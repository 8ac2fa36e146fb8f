import PgBoss from "pg-boss";
import type { Job } from "./deliver.js";
import type { OpenPeer } from "./peer.js";

/**
 * Settings, and where they come from (pg-boss 10, docs/readme and docs/api/workers, jobs):
 *
 * - `insert` adds an array of jobs in one statement.
 * - `work` with `batchSize`: more than one job from each fetch; the handler's promise completes the whole batch. "Each
 *   call to work() will add a new worker": several of them work at once.
 * - `pollingIntervalSeconds` 0.5 is the least it takes. `notifyWorker` skips the wait: it is called after each insert, as
 *   the process that adds is the one that works, and by a worker whose batch was full, as there must be more.
 * - `priority: false` leaves the order by priority out.
 * - `supervise`, `schedule` off: no maintenance while it is measured. Finished jobs stay in its table.
 */
const WORKERS = 4;
const BATCH = 100;

export const openPgBoss: OpenPeer = async (url, name, deliver) => {
  const boss = new PgBoss({
    connectionString: url,
    schema: name,
    max: 10,
    supervise: false,
    schedule: false,
    pollingIntervalSeconds: 0.5,
  });
  boss.on("error", console.error);
  await boss.start();
  await boss.createQueue("webhooks");
  const workers: string[] = [];
  return {
    async add(jobs) {
      await boss.insert(jobs.map((data) => ({ name: "webhooks", data })));
      for (const worker of workers) boss.notifyWorker(worker);
    },
    async start() {
      for (let index = 0; index < WORKERS; index++) {
        let own = "";
        own = await boss.work<Job>(
          "webhooks",
          { batchSize: BATCH, pollingIntervalSeconds: 0.5, priority: false },
          async (jobs) => {
            if (jobs.length === BATCH) boss.notifyWorker(own);
            await Promise.all(jobs.map(({ data }) => deliver(data)));
          },
        );
        workers.push(own);
      }
    },
  };
};
