import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres/server.js";

/** PgBouncer in transaction mode, which gives each transaction whatever server connection is free. */
export interface PgBouncer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why a test of it must be skipped; `null`: it is installed. */
export const pgBouncerMissing: string | null = (() => {
  try {
    execFileSync("pgbouncer", ["--version"], { stdio: "ignore" });
    return null;
  } catch {
    return "pgbouncer is not on the PATH";
  }
})();

/** Ends it when its own standard input ends: when we close it, and also when we are killed. */
const KEEPER = `
  folder=$1; shift
  exec 3<&0
  pgbouncer "$@" 3<&- &
  bouncer=$!
  { cat <&3 >/dev/null; kill -TERM "$bouncer"; } 2>/dev/null &
  watcher=$!
  wait "$bouncer"
  code=$?
  kill "$watcher" 2>/dev/null
  rm -rf "$folder"
  exit "$code"
`;

/** Starts one on a free port of 127.0.0.1, in front of the database at `url`. */
export async function startPgBouncer(url: string): Promise<PgBouncer> {
  const target = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), "hookwright-pgbouncer-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const user = decodeURIComponent(target.username);
  const password = decodeURIComponent(target.password);
  const name = target.pathname.slice(1);
  writeFileSync(join(folder, "users.txt"), `"${user}" "${password}"\n`);
  writeFileSync(
    join(folder, "pgbouncer.ini"),
    [
      "[databases]",
      `${name} = host=${target.hostname} port=${target.port || 5432} dbname=${name} user=${user} password=${password}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = plain",
      `auth_file = ${join(folder, "users.txt")}`,
      "pool_mode = transaction",
      "default_pool_size = 4",
    ].join("\n"),
  );
  // It refuses to run as root.
  const as = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("/bin/sh", ["-c", KEEPER, "keeper", folder, ...as, join(folder, "pgbouncer.ini")], {
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`PgBouncer does not start:\n${log}`)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("process up")) resolve();
    });
  });
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  return {
    url: through.href,
    async stop() {
      if (child.exitCode === null) {
        const exited = once(child, "exit");
        child.stdin.end();
        await exited;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
