import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Arguments } from "./arguments.js";
import type { Bench, StoreKind } from "./bench.js";
import { runChild, startReceiver, stopChildren } from "./child.js";
import { type Postgres, startPostgres } from "./servers/postgres.js";
import { type Redis, startRedis } from "./servers/redis.js";
import type { StoreSpec } from "./spec.js";

/** Starts the receiver at once, servers when a case first needs one. `stop` leaves nothing behind. */
export async function startBench({
  repetitions,
  isLong,
}: Arguments): Promise<Bench & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "hookwright-bench-"));
  const receiver = await startReceiver();
  let postgres: Promise<Postgres> | null = null;
  let redis: Promise<Redis | string> | null = null;
  let stores = 0;

  const openPostgres = () => {
    postgres ??= startPostgres();
    return postgres;
  };
  async function keepStore(kind: StoreKind): Promise<StoreSpec> {
    const name = `bench_${process.pid}_${stores++}`;
    if (kind === "memory") return { kind };
    if (kind === "postgres") return { kind, url: (await openPostgres()).url, schema: name };
    return {
      kind: "sqlite",
      path: join(folder, `${name}.db`),
      synchronous: kind === "sqlite" ? "NORMAL" : "FULL",
    };
  }
  const forgetSchema = async (schema: string) =>
    (await openPostgres()).query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  async function forget(spec: StoreSpec): Promise<void> {
    if (spec.kind === "postgres") await forgetSchema(spec.schema);
    if (spec.kind === "sqlite")
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${spec.path}${suffix}`, { force: true });
  }

  return {
    repetitions,
    isLong,
    run: (program, input, options) => runChild(program, { receiver, serverPid: null, ...input }, options),
    async withStore(kind, work) {
      const spec = await keepStore(kind);
      try {
        return await work(spec);
      } finally {
        await forget(spec);
      }
    },
    keepStore,
    postgres: openPostgres,
    forgetSchema,
    redis() {
      redis ??= startRedis();
      return redis;
    },
    async stop() {
      await stopChildren();
      await (await postgres?.catch(() => null))?.stop();
      const cache = await redis?.catch(() => null);
      if (cache && typeof cache !== "string") await cache.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
