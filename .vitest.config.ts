import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^hookwright$/, replacement: at("src/index.ts") },
      { find: /^hookwright\/verify$/, replacement: at("src/signature/verify.ts") },
      { find: /^hookwright\/http$/, replacement: at("src/http/index.ts") },
      { find: /^hookwright\/client$/, replacement: at("src/client/index.ts") },
      { find: /^hookwright\/portal$/, replacement: at("src/portal/index.ts") },
      { find: /^hookwright\/testing$/, replacement: at("src/testing/index.ts") },
      { find: /^hookwright\/stores\/(.*)$/, replacement: at("src/stores/$1/index.ts") },
      { find: /^hookwright\/transports\/(.*)$/, replacement: at("src/transports/$1.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/postgres/setup.ts", "test/support/browser/setup.ts"],
    typecheck: { include: ["test/types/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
    testTimeout: 20_000,
    // On two cores Vitest would take one: these wait for sockets and pages more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What a page or an endpoint comes to in time; on a machine that is busy elsewhere a second is too short.
    expect: { poll: { timeout: 10_000 } },
    // Some tests hold a database to 150 ms: a machine that stands still for as long is no fault of theirs.
    retry: process.env.CI === undefined ? 0 : 1,
    coverage: { include: ["src/**"], reporter: ["text-summary", "json-summary"] },
  },
});
