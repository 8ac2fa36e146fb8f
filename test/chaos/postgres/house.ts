import { createWebhooks, defineCatalogue } from "hookwright";
import { postgresStore, type SqlExecutor } from "hookwright/stores/postgres";
import { undiciTransport } from "hookwright/transports/undici";
import pg from "pg";
import { z } from "zod";
import type { Store } from "../../../src/model/store.js";

/** What the processes of the chaos test share: a catalogue, subscriptions, a database and a clock. */

const data = z.object({ key: z.string(), filling: z.string() });

export const catalogue = defineCatalogue({
  scopes: { organization: {}, site: { parent: "organization" } },
  events: {
    "load.made": { description: "One of very many.", schema: data },
    "order.paid": { description: "A row of the host's was written with it.", schema: data },
    "tick.made": { description: "One of a row that must be kept in order.", schema: data },
  },
});

export type Type = "load.made" | "order.paid" | "tick.made";

/** Where events happen. */
export const SCOPES = ["", "organization:acme", "organization:acme/site:one", "organization:other/site:two"];

/** A subscription, named by the path of its URL. What it hears is written down apart from what the library makes of it. */
export interface Subscribed {
  readonly path: string;
  readonly input: {
    readonly events: readonly string[];
    readonly scope?: string;
    readonly ordered?: boolean;
    readonly type?: "batch";
    readonly batch?: { readonly maxEvents: number; readonly intervalMinutes: number };
  };
  hears(type: Type, scope: string): boolean;
}

export const SUBSCRIPTIONS: readonly Subscribed[] = [
  { path: "/one", input: { events: ["load.*"] }, hears: (type) => type === "load.made" },
  {
    path: "/two",
    input: { events: ["load.*", "order.*"] },
    hears: (type) => type === "load.made" || type === "order.paid",
  },
  { path: "/orders", input: { events: ["order.paid"] }, hears: (type) => type === "order.paid" },
  { path: "/ticks", input: { events: ["tick.*"], ordered: true }, hears: (type) => type === "tick.made" },
  {
    path: "/batch",
    input: { events: ["load.*"], type: "batch", batch: { maxEvents: 7, intervalMinutes: 1 } },
    hears: (type) => type === "load.made",
  },
  {
    path: "/acme",
    input: { events: ["*"], scope: "organization:acme" },
    hears: (_, scope) => scope === "organization:acme" || scope.startsWith("organization:acme/"),
  },
];

/** What every process is told. */
export interface Setting {
  readonly url: string;
  readonly schema: string;
  /** Of this process in its life, unique in the run. */
  readonly name: string;
  /** Where the processes write what must survive them. */
  readonly folder: string;
  /** Of this process' choices. */
  readonly seed: number;
  /** When the clock began, in epoch milliseconds. */
  readonly origin: number;
  /** How many times faster than real the clock is, for all processes alike, so that a lease ends within the run. */
  readonly speed: number;
}

/** How long a claim of a killed process holds its deliveries back, by the clock in use (`LEASE_MS` of `webhooks.ts`). */
export const LEASE_MS = 120_000;

/** The header that says which process made a request, and when: a busy receiver reads it later, maybe after its sender's death. */
export const WORKER_HEADER = "x-chaos-worker";

/** The header of an answer that numbers the request. It is recorded with the attempt. */
export const REQUEST_HEADER = "x-chaos-request";

/** The text that an event carries, so that the receiver can tell whether it arrived as it was sent. */
export const fillingOf = (key: string) => `${key} é `.repeat(10);

/**
 * A system on that database, as a host would make it.
 *
 * @param around - What to put around the store.
 */
export function openHouse(
  setting: Setting,
  connections: number,
  around = (store: Store<SqlExecutor>) => store,
) {
  const { url, schema, origin, speed, name } = setting;
  const pool = new pg.Pool({ connectionString: url, max: connections, application_name: name });
  // A lost connection is a matter for the statement that runs on it; a host has to listen all the same.
  const onLost = () => {};
  pool.on("error", onLost);
  pool.on("connect", (client) => client.on("error", onLost));
  const inner = undiciTransport();
  const webhooks = createWebhooks({
    catalogue,
    store: around(postgresStore({ db: pool, schema })),
    transport: {
      use: (policy) => inner.use(policy),
      send(request, signal) {
        const headers = { ...request.headers, [WORKER_HEADER]: `${name} ${Date.now()}` };
        return inner.send({ ...request, headers }, signal);
      },
    } as typeof inner,
    encryptionKeys: [Buffer.alloc(32, 6).toString("base64")],
    retry: { schedule: Array.from({ length: 20 }, () => 100 * speed), timeout: "10s" },
    autoDisable: "never",
    dispatcher: { pollInterval: "100ms" },
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    clock: { now: () => Math.round(origin + (Date.now() - origin) * speed) },
  });
  return { webhooks, pool, close: () => Promise.all([inner.close?.(), pool.end()]) };
}

/** The setting this process was started with. It ends when whoever started it does, so that none is left behind. */
export function ownSetting(): Setting {
  process.stdin.on("end", () => process.exit(1)).on("error", () => process.exit(1));
  process.stdin.resume();
  return JSON.parse(process.argv[2] ?? "{}") as Setting;
}
