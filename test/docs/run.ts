import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The root of the checkout. */
export const root = join(here, "../..");

const execute = promisify(execFile);

/** Runs a TypeScript file as a user would, in a process of its own, and answers what it printed. Rejects when it fails. */
export async function runFile(
  file: string,
  env: Record<string, string> = {},
  timeout = 60_000,
): Promise<string> {
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  const args = [tsx, "--tsconfig", join(root, "tsconfig.json"), "--import", join(here, "no-dns.mjs"), file];
  const { stdout } = await execute(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    timeout,
  });
  return stdout;
}

/** Runs a text as a file; it stands inside the checkout while it runs, so that its imports are found. */
export async function runText(source: string, env: Record<string, string> = {}): Promise<string> {
  const folder = mkdtempSync(join(here, ".run-"));
  try {
    const file = join(folder, "snippet.ts");
    writeFileSync(file, source);
    return await runFile(file, { ...env, SNIPPET_FOLDER: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
