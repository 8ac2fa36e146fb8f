// The receiver of the isolation benchmark, a process of its own. `/healthy/...` answers at once, `/slow/...` after five
// seconds; for each healthy request it notes how long ago its event was published.
import { createServer } from "node:http";

const SLOW_MS = 5_000;
let latencies: number[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (request.url?.startsWith("/slow")) {
      setTimeout(() => response.end(), SLOW_MS).unref();
      return;
    }
    const { data } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { data: { sentAt: number } };
    latencies.push(performance.timeOrigin + performance.now() - data.sentAt);
    response.end();
  });
});

process.on("message", () => {
  process.send?.(latencies);
  latencies = [];
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
