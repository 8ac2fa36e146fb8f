import { defineConfig } from "tsup";

/** Each published subpath and the file it is built from; `package.json` exports mirror this table. */
export const entries = {
  index: "src/index.ts",
  verify: "src/signature/verify.ts",
  "stores/memory": "src/stores/memory/index.ts",
  "stores/sqlite": "src/stores/sqlite/index.ts",
  "stores/postgres": "src/stores/postgres/index.ts",
  "transports/undici": "src/transports/undici.ts",
  "transports/ky": "src/transports/ky.ts",
  testing: "src/testing/index.ts",
  http: "src/http/index.ts",
  client: "src/client/index.ts",
  portal: "src/portal/index.ts",
};

const common = {
  entry: entries,
  outDir: "dist",
  target: "node20",
  dts: true,
  sourcemap: true,
  treeshake: true,
} as const;

// Two runs, because ky and p-retry are ESM only: the CJS half carries them inside, the ESM half imports them. `shims`
// gives the CJS half the `import.meta.url` that it lacks.
export default defineConfig([
  { ...common, format: "esm", clean: true, splitting: true },
  {
    ...common,
    format: "cjs",
    shims: true,
    splitting: true,
    noExternal: ["ky", "p-retry", "is-network-error"],
  },
]);
