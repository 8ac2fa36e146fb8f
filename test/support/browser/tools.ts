import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Programs of other makers that some tests need, and Debian's packages that bring them. */
const TOOLS = {
  chromium: { names: ["chromium", "chromium-browser", "google-chrome"], packages: ["chromium"] },
  go: { names: ["go"], packages: ["golang-go"] },
  /** Debian's own, because of the library for Ed25519 that comes with it. */
  python: { names: ["/usr/bin/python3"], packages: ["python3", "python3-cryptography"] },
} as const;

/** A program that {@link findTool} knows. */
export type Tool = keyof typeof TOOLS;

/** Debian's package manager takes one at a time. */
let installing: Promise<unknown> = Promise.resolve();

/**
 * Where a program is; installed first where it is missing and this is Debian with the right to. `null` where it cannot be
 * had, with a loud line; in CI that throws, so that nothing is skipped there unseen.
 */
export async function findTool(tool: Tool): Promise<string | null> {
  const found = located(tool);
  if (found !== null && (await isWhole(tool, found))) return found;
  let why = "this is no Debian where packages may be installed";
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const install = installing.then(() => installed(TOOLS[tool].packages));
    installing = install.catch(() => {});
    try {
      await install;
      const path = located(tool);
      if (path !== null) return path;
      why = "its packages do not bring it";
    } catch (error) {
      why = String(error).slice(0, 500);
    }
  }
  const message = `${tool} cannot be had: ${why}`;
  if (process.env.CI !== undefined) throw new Error(`${message}. In CI nothing is skipped.`);
  console.error(`\n!!! SKIPPED: ${message}. Tests that need it do not run.\n`);
  return null;
}

function located(tool: Tool): string | null {
  for (const name of TOOLS[tool].names) {
    const places = name.startsWith("/")
      ? [name]
      : (process.env.PATH ?? "").split(delimiter).map((p) => join(p, name));
    for (const path of places) {
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {}
    }
  }
  return null;
}

/** Python without its library is none. */
async function isWhole(tool: Tool, path: string): Promise<boolean> {
  if (tool !== "python") return true;
  return run(path, ["-c", "import cryptography"]).then(
    () => true,
    () => false,
  );
}

async function installed(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env, maxBuffer: 1 << 26 });
  try {
    await install();
  } catch {
    await run("apt-get", ["update"], { env, maxBuffer: 1 << 26 });
    await install();
  }
}
