import { type Bench, type DatabaseServer, type Section, STORE_NAMES } from "../bench.js";
import * as cells from "../cells.js";
import { interleave } from "../interleave.js";
import type { PeerName } from "../runs/peer.run.js";
import type { Client } from "../runs/peers/deliver.js";
import type { Sample } from "../spec.js";
import { pick } from "../summary.js";
import { ratio, spread, table, whole } from "../table.js";
import { BARE, bareOnce, throughputOnce } from "./throughput.js";

/** Enough that each takes a second or more at the speed it has on a slow machine. */
const COUNTS: Readonly<
  Record<PeerName, Readonly<Record<Client, { readonly both: number; readonly drain: number }>>>
> = {
  "pg-boss": { fetch: { both: 2_000, drain: 3_000 }, undici: { both: 4_000, drain: 8_000 } },
  "graphile-worker": { fetch: { both: 1_500, drain: 2_000 }, undici: { both: 2_000, drain: 3_000 } },
  BullMQ: { fetch: { both: 2_000, drain: 4_000 }, undici: { both: 4_000, drain: 8_000 } },
};
const WARM = 500;

let names = 0;

async function peerOnce(
  bench: Bench,
  server: DatabaseServer,
  peer: PeerName,
  client: Client,
  drain: boolean,
): Promise<Sample> {
  const name = `peer_${process.pid}_${names++}`;
  const sample = await bench.run<Sample>("peer", {
    ...{ peer, client, drain, name, url: server.url, serverPid: server.pid },
    ...{ count: COUNTS[peer][client][drain ? "drain" : "both"], warm: WARM },
  });
  if (peer !== "BullMQ") for (const schema of [name, `${name}_warm`]) await bench.forgetSchema(schema);
  return sample;
}

/** Other queues with the worker a team would write, beside ours on PostgreSQL. */
export const peers: Section = async (bench) => {
  const postgres = await bench.postgres();
  const redis = await bench.redis();
  const modes = (
    [
      ["publish while delivering", false],
      ["drain a backlog", true],
    ] as const
  ).slice(0, bench.isLong ? 2 : 1);
  const cases: Record<string, () => Promise<Sample>> = { [BARE]: () => bareOnce(bench) };
  const ours = (mode: string) => `hookwright, ${STORE_NAMES.postgres}, ${mode}`;
  const rowsOf: { name: string; mode: string }[] = [];
  for (const [mode, drain] of modes) {
    cases[ours(mode)] = () => throughputOnce(bench, "postgres", drain);
    rowsOf.push({ name: ours(mode), mode });
    for (const peer of ["pg-boss", "graphile-worker", "BullMQ"] as const) {
      const server = peer === "BullMQ" ? redis : postgres;
      for (const client of ["fetch", "undici"] as const) {
        const name = `${peer} with ${client}, ${mode}`;
        rowsOf.push({ name, mode });
        if (typeof server !== "string") cases[name] = () => peerOnce(bench, server, peer, client, drain);
      }
    }
  }
  const samples = await interleave(bench.repetitions, cases);
  const speed = (name: string) => pick(samples.get(name) ?? [], (one) => one.perSecond);
  const rows = [{ name: BARE, mode: "" }, ...rowsOf].map(({ name, mode }) => {
    const all = samples.get(name);
    if (!all) return [name, `skipped: ${redis}`];
    return [
      name,
      spread(speed(name), whole),
      ratio(speed(name), speed(BARE)),
      mode === "" || name === ours(mode) ? "" : `${ratio(speed(ours(mode)), speed(name))} times`,
      cells.cpu(all),
      cells.serverCpu(all),
      cells.memory(all),
    ];
  });
  return (
    "The same events to the same receiver, signed in the same way, on the same PostgreSQL with its default durability; " +
    `BullMQ on ${typeof redis === "string" ? "Redis" : redis.version}. hookwright keeps its history, the others none. ` +
    "Settings and their sources: `runs/peers`.\n\n" +
    table(
      [
        "",
        "deliveries/s",
        "of bare",
        "hookwright is",
        "CPU of Node a delivery, us",
        "CPU of the database, us",
        "peak memory over start, MiB",
      ],
      rows,
    )
  );
};
