import { memoryStore } from "hookwright/stores/memory";
import { type Client, type ClientOptions, createClient } from "../../src/client/index.js";
import type { Authorization } from "../../src/http/authorize.js";
import { createHandler } from "../../src/http/handler.js";
import { type Flow, flowOn, type TestCatalogue } from "../flow/harness.js";

/** The client over the real handler and the whole library in one process, and over answers made by hand. */

export const BASE = "https://api.example.com/api/webhooks";

/** A whole system with its client. */
export interface Mounted extends Flow {
  readonly client: Client<TestCatalogue>;
  /** Every request that the client made. */
  readonly sent: readonly Request[];
  /** A client of someone else. */
  as(rights: Partial<Authorization>, options?: Partial<ClientOptions>): Client<TestCatalogue>;
}

/** A library on a memory store, its API, and a client that may do everything. */
export async function mounted(options: { readonly publish?: boolean } = {}): Promise<Mounted> {
  const flow = flowOn(memoryStore);
  await flow.webhooks.migrate();
  const sent: Request[] = [];
  const as: Mounted["as"] = (rights, clientOptions = {}) => {
    const handler = createHandler(flow.webhooks, {
      authorize: () => ({
        scope: "",
        actor: { type: "user", id: "ada" },
        permissions: ["write", "reveal"],
        ...rights,
      }),
      basePath: "/api/webhooks",
      publish: options.publish ?? true,
      clock: flow.clock,
    });
    return createClient<TestCatalogue>({
      baseUrl: BASE,
      retry: 0,
      fetch: (request) => {
        sent.push(request.clone());
        return handler(request);
      },
      ...clientOptions,
    });
  };
  return { ...flow, sent, as, client: as({}) };
}

/** What a server made by hand does with the nth request, counted from 1. */
export type Respond = (request: Request, number: number) => Response | Promise<Response>;

/** A client of a server made by hand, and what it was asked. */
export function clientOf(
  respond: Respond,
  options: Partial<ClientOptions> = {},
): { client: Client; sent: Request[] } {
  const sent: Request[] = [];
  const client = createClient({
    baseUrl: BASE,
    fetch: async (request) => {
      sent.push(request.clone());
      return respond(request, sent.length);
    },
    ...options,
  });
  return { client, sent };
}

/** A JSON answer. */
export function answering(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** A problem as the API answers it. */
export function refusing(code: string, status: number, headers: Record<string, string> = {}): Response {
  const body = { code, title: code, status, detail: `This is ${code}.` };
  return answering(body, status, { "content-type": "application/problem+json", ...headers });
}

/** Enough of a subscription for the client to know it. */
export const SUBSCRIPTION = { id: "sub_1", version: 3, name: "Endpoint" };

/** Enough of a delivery. */
export const DELIVERY = { id: "dlv_1", status: "failed", attemptLog: [] };

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("Expected a rejection, there was none");
}
