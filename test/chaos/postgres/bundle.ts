import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The processes there are. */
export type Kind = "worker" | "publisher" | "receiver";

/**
 * Builds the processes' programs, everything they import inside, so that one starts in a tenth of a second. They stand
 * beside nothing that could be missing.
 *
 * @returns the path of each.
 */
export async function bundle(folder: string): Promise<Readonly<Record<Kind, string>>> {
  await build({
    config: false,
    silent: true,
    clean: false,
    entry: { worker: at("worker.ts"), publisher: at("publisher.ts"), receiver: at("receiver.ts") },
    outDir: folder,
    format: "cjs",
    shims: true,
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    noExternal: [/./],
    external: ["pg-native", "pg-cloudflare", "cloudflare:sockets"],
    outExtension: () => ({ js: ".cjs" }),
    esbuildOptions(options) {
      options.alias = {
        "hookwright/verify": at("../../../src/signature/verify.ts"),
        "hookwright/stores/postgres": at("../../../src/stores/postgres/index.ts"),
        "hookwright/transports/undici": at("../../../src/transports/undici.ts"),
        hookwright: at("../../../src/index.ts"),
      };
    },
  });
  const program = (kind: Kind) => join(folder, `${kind}.cjs`);
  return { worker: program("worker"), publisher: program("publisher"), receiver: program("receiver") };
}
