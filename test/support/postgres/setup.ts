import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { type Server, startServer } from "./server.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Answers the URL of the run's PostgreSQL server, started by the first request. */
    readonly postgresBroker: string;
  }
}

/**
 * One PostgreSQL server for a whole run of the tests, started when the first test file asks for it: a run that needs
 * none pays nothing. Test files ask over HTTP, because they run in processes of their own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<Server> | null = null;
  const broker = createServer((_, response) => {
    server ??= startServer();
    server.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  broker.listen(0, "127.0.0.1");
  await once(broker, "listening");
  const address = broker.address();
  if (address === null || typeof address === "string") throw new Error("The broker has no port.");
  project.provide("postgresBroker", `http://127.0.0.1:${address.port}/`);

  return async () => {
    broker.close();
    broker.closeAllConnections();
    await (await server?.catch(() => null))?.stop();
  };
}
