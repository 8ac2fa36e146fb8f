import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Where the built programs are. */
export const BUILT = `${HERE}.built`;

/**
 * Builds the programs of `runs` so that plain Node runs them: what is measured must not pass through tsx. They stand
 * inside the package, so `hookwright` is to them what its `package.json` exports: `dist`, as users get it.
 */
export async function buildRuns(): Promise<void> {
  const names = readdirSync(`${HERE}runs`).filter((name) => name.endsWith(".run.ts"));
  await build({
    entry: Object.fromEntries(names.map((name) => [name.slice(0, -".run.ts".length), `${HERE}runs/${name}`])),
    outDir: BUILT,
    format: "esm",
    target: "node20",
    external: [/^[^./]/],
    splitting: true,
    clean: true,
    config: false,
    silent: true,
  });
}
