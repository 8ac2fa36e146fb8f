import type { AuditInput, Store, SubscriptionInput } from "hookwright";
import { netgraph, netgraphRules } from "../../examples/catalogues/netgraph.js";
import type { TransportRequest } from "../../src/model/transport.js";
import { type Flow, flowOn } from "./harness.js";

/** The platform of the three Netgraph documents, rebuilt: its catalogue, its rules, its places and its people. */

export const ACME = "organization:acme";
export const LOBBY = `${ACME}/signin:lobby`;
export const ARENA = `${ACME}/signin:arena`;
export const RADIUS = `${ACME}/entrypoint:radius`;
export const GLOBEX = "organization:globex";

export const ADA = { type: "user", id: "user_1", name: "Ada Lovelace" } as const;

type Options = Parameters<typeof flowOn>[1];

/** The platform on a store; endpoints are judged as they are in production unless the options say otherwise. */
export function netgraphOn(makeStore: () => Store, options: Options = {}): Flow<typeof netgraph> {
  const given = { ...netgraphRules, endpoints: {}, ...options, catalogue: netgraph };
  // The harness runs any catalogue; only its default's types are written into its signature.
  return flowOn(makeStore, given as unknown as Options) as unknown as Flow<typeof netgraph>;
}

/** What the create form of the platform adds to its two fields: it signs nothing itself. */
export function webhook(
  input: Omit<SubscriptionInput, "signing">,
): SubscriptionInput & Record<string, unknown> {
  return { ...input, signing: { scheme: "none" } };
}

/** One change of a configuration, as the platform's own services publish it. */
export function changed(scope: string, change: Partial<AuditInput> = {}): AuditInput {
  return {
    scope,
    scopeLabel: "Organization",
    actor: ADA,
    action: "settings.updated",
    description: "The settings were changed.",
    before: { timeZone: "Europe/Stockholm" },
    after: { timeZone: "Europe/Oslo" },
    ...change,
  };
}

/** An event object as a receiver reads it. */
export interface Sent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly scope: string;
  readonly data: Record<string, unknown>;
}

/** The event objects of a request, single or in an array. */
export function sentIn(request: Pick<TransportRequest, "body">): Sent[] {
  const body = JSON.parse(String(request.body)) as Sent | Sent[];
  return Array.isArray(body) ? body : [body];
}

/** The event objects of the requests to one URL, in the order they arrived. */
export function sentTo(requests: readonly TransportRequest[], url: string): Sent[] {
  return requests.filter((request) => request.url === url).flatMap(sentIn);
}
