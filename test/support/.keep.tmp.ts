import { writeFileSync } from "node:fs";
import { startServer } from "./postgres/server.js";

const s = await startServer();
writeFileSync("/tmp/pgurl", s.url);
setTimeout(() => s.stop(), 40 * 60_000);
