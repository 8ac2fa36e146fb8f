import { Logger, makeWorkerUtils, run, type TaskList, type WorkerUtils } from "graphile-worker";
import pg from "pg";
import type { Job } from "./deliver.js";
import type { OpenPeer } from "./peer.js";

/**
 * Settings, and where they come from (worker.graphile.org/docs/performance):
 *
 * - `concurrentJobs` 24 and `maxPoolSize` 25: its configuration for the figures it quotes.
 * - `localQueue: { size: 500 }` and both batch delays 0, from the same place, are of 0.17 and later; 0.16 does not know
 *   them and takes one job with each statement.
 * - `add_jobs`, its SQL function for many jobs at once, 500 to a call. It notifies the workers itself.
 * - No queue name, so that jobs run side by side.
 */
const SETTINGS = {
  concurrentJobs: 24,
  maxPoolSize: 25,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

const quiet = new Logger(() => () => {});

export const openGraphileWorker: OpenPeer = async (url, name, deliver) => {
  const utils: WorkerUtils = await makeWorkerUtils({ connectionString: url, schema: name, logger: quiet });
  await utils.migrate();
  const pool = new pg.Pool({ connectionString: url });
  const taskList: TaskList = { webhook: (payload) => deliver(payload as Job) };
  return {
    async add(jobs) {
      await pool.query(
        `SELECT count(*) FROM "${name}".add_jobs(array(
           SELECT json_populate_record(NULL::"${name}".job_spec, spec) FROM json_array_elements($1::json) AS spec))`,
        [JSON.stringify(jobs.map((payload) => ({ identifier: "webhook", payload })))],
      );
    },
    async start() {
      await run({
        preset: { worker: { connectionString: url, schema: name, ...SETTINGS } },
        taskList,
        logger: quiet,
        noHandleSignals: true,
      });
    },
  };
};
