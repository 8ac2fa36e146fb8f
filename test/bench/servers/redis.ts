import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../support/postgres/server.js";
import type { DatabaseServer } from "../bench.js";

/** A Redis of this run. */
export interface Redis extends DatabaseServer {
  stop(): Promise<void>;
}

const DEFAULT = "redis://127.0.0.1:6379";

// Ends the server when its input ends: when we close it, and also when we are killed.
const KEEPER = 'redis-server "$@" >/dev/null & echo $!; read -r _; kill $!; wait';

/**
 * The Redis at `REDIS_URL`, else one that answers at 127.0.0.1:6379, else one of our own where there is a program
 * `redis-server`: append-only, on disk within a second, as BullMQ's documentation recommends.
 *
 * @returns Or why there is none.
 */
export async function startRedis(): Promise<Redis | string> {
  const url = process.env.REDIS_URL ?? DEFAULT;
  if (await answers(url))
    return { url, pid: null, version: `the Redis at ${new URL(url).host}`, stop: async () => {} };
  if (process.env.REDIS_URL) return `no Redis answers at REDIS_URL`;
  const folder = mkdtempSync(join(tmpdir(), "hookwright-redis-"));
  const port = await freePort();
  const settings = {
    port,
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    appendonly: "yes",
    appendfsync: "everysec",
    "maxmemory-policy": "noeviction",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const keeper = spawn("/bin/sh", ["-c", KEEPER, "keeper", ...args], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = once(keeper, "exit");
  const pid = Number(String((await once(keeper.stdout, "data"))[0]));
  const own = `redis://127.0.0.1:${port}`;
  const stop = async () => {
    keeper.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 50; tries++) {
    if (await answers(own))
      return { url: own, pid, version: "a Redis of our own, appendfsync everysec", stop };
    await sleep(100);
  }
  await stop();
  return `no Redis answers at ${DEFAULT}, and there is no program redis-server that starts`;
}

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port || 6379), hostname).setTimeout(1_000, () => socket.destroy());
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    const [answer] = await Promise.race([once(socket, "data"), once(socket, "close")]);
    return /^(\+PONG|-NOAUTH)/.test(String(answer));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
