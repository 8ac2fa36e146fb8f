import { mergeConfig } from "vitest/config";
import base from "../../.vitest.config.js";
export default mergeConfig(base, { root: "/work/main", test: { globalSetup: ["test/support/postgres/setup.ts"] } });
