import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { buildPortal } from "../../../.ci/portal.js";
import type {} from "./tool.js";
import { findTool, type Tool } from "./tools.js";

/**
 * Builds the pages, where they are not as the sources have them; and finds the programs that tests ask for, or installs
 * them, once for the whole run: test files run in processes of their own and ask over HTTP.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildPortal();
  const found = new Map<string, Promise<string | null>>();
  const broker = createServer((request, response) => {
    const tool = (request.url ?? "").slice(1) as Tool;
    const path = found.get(tool) ?? findTool(tool);
    found.set(tool, path);
    path.then(
      (place) => response.end(place ?? ""),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  broker.listen(0, "127.0.0.1");
  await once(broker, "listening");
  const address = broker.address();
  if (address === null || typeof address === "string") throw new Error("The broker has no port.");
  project.provide("toolBroker", `http://127.0.0.1:${address.port}/`);
  return async () => {
    broker.close();
    broker.closeAllConnections();
  };
}
