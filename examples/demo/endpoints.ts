import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Customers' endpoints, each behaving as some do: `/steady`, `/flaky`, `/slow`, `/broken`, `/strict`, `/gone`. */
const BEHAVIOURS: Readonly<
  Record<string, (count: number) => { status: number; body: string; after?: number }>
> = {
  "/steady": () => ({ status: 204, body: "" }),
  "/flaky": (count) =>
    count % 4 === 0
      ? { status: 503, body: '{"error":"The database is being restarted."}' }
      : { status: 200, body: '{"ok":true}' },
  "/slow": () => ({ status: 200, body: "thanks", after: 400 }),
  "/broken": () => ({ status: 500, body: "TypeError: Cannot read properties of undefined (reading 'id')" }),
  "/strict": (count) =>
    count % 3 === 0 ? { status: 422, body: '{"error":"unknown field"}' } : { status: 200, body: "" },
};

/** Starts them on this machine. Answers where. */
export async function startEndpoints(): Promise<{ readonly origin: string; close(): void }> {
  const counts = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "";
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const { status, body, after = 0 } = BEHAVIOURS[path]?.(count) ?? { status: 404, body: "Not found" };
    request.resume().on("end", () => {
      const type = body.startsWith("{") ? "application/json" : "text/plain";
      setTimeout(() => response.writeHead(status, { "content-type": type }).end(body), after);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
