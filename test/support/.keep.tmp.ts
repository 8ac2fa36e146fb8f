import { startServer } from "./postgres/server.js";
import { writeFileSync } from "node:fs";
const s = await startServer();
writeFileSync("/tmp/pgurl", s.url);
setTimeout(() => s.stop(), 40 * 60_000);
