import { memoryStore } from "../../src/stores/memory/index.js";
import { runStoreCases } from "./run.js";

runStoreCases("memoryStore", { open: async () => memoryStore() });
