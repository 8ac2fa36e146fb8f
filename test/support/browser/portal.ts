import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type AnyCatalogue, createWebhooks, type Webhooks, type WebhooksOptions } from "hookwright";
import { type Authorization, toNodeHandler } from "hookwright/http";
import { createPortal, type PortalOptions } from "hookwright/portal";
import { memoryStore } from "hookwright/stores/memory";
import { netgraph as catalogue } from "../../../examples/catalogues/netgraph.js";

/** What an endpoint answers to one request. */
export interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that an endpoint got. */
export interface Got {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An endpoint on this machine. */
export interface TestEndpoint {
  readonly url: string;
  readonly got: Got[];
  /** What it answers from now on. @default 204 */
  answer: (got: Got) => Reply | Promise<Reply>;
}

/** A whole system with its portal, listening. */
export interface PortalSystem {
  readonly webhooks: Webhooks<typeof catalogue>;
  /** Of the portal, with a slash at its end. */
  readonly url: string;
  /** Who looks at the portal; replace it to be someone else, or `null` to be signed out. */
  authorization: Authorization | null;
  endpoint(): Promise<TestEndpoint>;
  close(): Promise<void>;
}

/** Everything is this caller's. */
export const OWNER: Authorization = {
  scope: "",
  actor: { type: "user", id: "user_1", name: "Ada Lovelace" },
  permissions: ["read", "write", "reveal"],
};

/** How a system is started. */
export interface PortalSystemOptions extends Omit<PortalOptions, "authorize"> {
  /** What the host makes its webhooks with beside what tests need. @default the catalogue of Netgraph's examples */
  readonly host?: Partial<WebhooksOptions<AnyCatalogue, never>>;
}

/** Starts a system on the memory store, with the portal at `/hooks/`; deliveries are real. */
export async function startPortal(options: PortalSystemOptions = {}): Promise<PortalSystem> {
  const { basePath = "/hooks", host = {}, ...rest } = options;
  const webhooks = createWebhooks({
    catalogue,
    store: memoryStore(),
    encryptionKeys: [randomBytes(32).toString("base64")],
    retry: { schedule: ["1h", "2h"], timeout: "5s" },
    dispatcher: { pollInterval: "20ms" },
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    // Tests know their own names: the compiler is told those of the default.
    ...(host as object),
  });
  const servers: Server[] = [];
  const system = { authorization: OWNER as Authorization | null };
  const portal = createPortal(webhooks, { basePath, ...rest, authorize: () => system.authorization });
  const origin = await listen(createServer(toNodeHandler(portal)), servers);
  await webhooks.start();
  return Object.assign(system, {
    webhooks,
    url: `${origin}${basePath}/`,
    async endpoint() {
      const endpoint: TestEndpoint = { url: "", got: [], answer: () => ({ status: 204 }) };
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const got = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        endpoint.got.push(got);
        const { status, body = "", headers = {} } = await endpoint.answer(got);
        response.writeHead(status, headers).end(body);
      });
      return Object.assign(endpoint, { url: `${await listen(server, servers)}/in` });
    },
    async close() {
      await webhooks.stop();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  });
}

async function listen(server: Server, servers: Server[]): Promise<string> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
