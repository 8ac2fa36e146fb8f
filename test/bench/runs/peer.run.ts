// Another queue with the worker that a team would write around an HTTP client, on the same work. `drain` delivers what
// was added before, otherwise adding and delivering go on at once.
import type { CaseInput, Sample } from "../spec.js";
import { runCase } from "./case.js";
import { measure } from "./measure.js";
import { openBullmq } from "./peers/bullmq.js";
import { type Client, delivererOf, jobOf } from "./peers/deliver.js";
import { openGraphileWorker } from "./peers/graphile-worker.js";
import type { OpenPeer, Peer } from "./peers/peer.js";
import { openPgBoss } from "./peers/pg-boss.js";
import { expectReceipts } from "./receipts.js";

const PEERS = {
  "pg-boss": openPgBoss,
  "graphile-worker": openGraphileWorker,
  BullMQ: openBullmq,
} as const satisfies Record<string, OpenPeer>;

/** The queues that are compared. */
export type PeerName = keyof typeof PEERS;

interface Input extends CaseInput {
  readonly peer: PeerName;
  readonly client: Client;
  readonly url: string;
  /** A schema, or a queue, that nobody else uses. */
  readonly name: string;
  readonly drain: boolean;
  readonly count: number;
  readonly warm: number;
}

const GROUP = 500;

await runCase(async (input: Input): Promise<Sample> => {
  const { peer, client, url, name, drain, count, warm, receiver, serverPid } = input;
  const restBytes = process.memoryUsage().rss;
  const deliver = delivererOf(client, receiver);
  const warming = await PEERS[peer](url, drain ? `${name}_warm` : name, deliver);
  const warmed = await expectReceipts(receiver, warm);
  await warming.start();
  await addAll(warming, warm);
  await warmed();

  // What is started cannot be stopped and started again: a backlog is that of another one, beside the idle first.
  const measured = drain ? await PEERS[peer](url, name, deliver) : warming;
  if (drain) await addAll(measured, count);
  const finished = await expectReceipts(receiver, count);
  return measure({
    count,
    serverPid,
    restBytes,
    work: () => (drain ? measured.start() : addAll(measured, count)),
    finished,
  });
});

async function addAll(peer: Peer, count: number): Promise<void> {
  for (let added = 0; added < count; added += GROUP)
    await peer.add(
      Array.from({ length: Math.min(GROUP, count - added) }, (_, index) => jobOf(added + index)),
    );
}
