import { type Section, STORE_NAMES, type StoreKind } from "../bench.js";
import * as cells from "../cells.js";
import { interleave } from "../interleave.js";
import type { PublishMode, PublishSample } from "../runs/publish.run.js";
import { table } from "../table.js";

const MS = 250;

const MODES: Readonly<Record<PublishMode, string>> = {
  one: "one awaited after another",
  many: "500 in flight",
  publishMany: "`publishMany` of 1000",
  transaction: "in a transaction of the host with one insert",
  none: "the same transaction without a publish",
};

/** Publishing alone, in each way there is. */
export const publish: Section = async (bench) => {
  const cases: Record<string, () => Promise<PublishSample>> = {};
  const add = (kind: StoreKind, mode: PublishMode) => {
    cases[`${STORE_NAMES[kind]}, ${MODES[mode]}`] = async () => {
      const serverPid = kind === "postgres" ? (await bench.postgres()).pid : null;
      return bench.withStore(kind, (spec) => bench.run("publish", { spec, mode, ms: MS, serverPid }));
    };
  };
  for (const kind of ["memory", "sqlite", "postgres"] as const)
    for (const mode of ["one", "many", "publishMany"] as const) add(kind, mode);
  // What is different there is the wait for the disk.
  add("sqlite-full", "one");
  for (const mode of ["none", "transaction"] as const) add("postgres", mode);
  const samples = await interleave(bench.repetitions, cases);
  const rows = [...samples].map(([name, all]) => [
    name,
    cells.perSecond(all),
    cells.cpu(all),
    cells.serverCpu(all),
  ]);
  return (
    `Events of 1 KB, each heard by one of ten subscriptions, for ${MS} ms; nothing is delivered meanwhile.\n\n` +
    table(["", "events/s", "CPU of Node an event, us", "CPU of PostgreSQL, us"], rows)
  );
};
