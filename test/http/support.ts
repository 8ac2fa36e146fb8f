import { createWebhooks, defineCatalogue, type Store, type Webhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { expect } from "vitest";
import * as z from "zod";
import type { Authorization } from "../../src/http/authorize.js";
import { createHandler, type Handler } from "../../src/http/handler.js";
import type { HandlerOptions } from "../../src/http/options.js";
import type { Problem } from "../../src/http/problem.js";
import type { Route } from "../../src/http/route.js";
import { ROUTES } from "../../src/http/routes/index.js";
import { problemAnswer } from "../../src/http/schemas/index.js";
import type { Transport, TransportRequest } from "../../src/model/transport.js";
import { type TestClock, testClock } from "../../src/testing/clock.js";
import { cleanUp, KEY, LOCAL, START, there } from "../flow/harness.js";

/** The API over a whole library, callers with rights of their own, and an eye on every answer. */

export const catalogue = defineCatalogue({
  scopes: {
    organization: { audit: "organization.audit" },
    signin: { parent: "organization", audit: "signin.audit" },
  },
  events: {
    "order.paid": {
      description: "An order was paid.",
      schema: z.object({ n: z.number(), note: z.string().optional() }),
      example: { n: 0 },
    },
    "order.shipped": { description: "An order was shipped.", example: { shipped: true } },
    "guest.arrived": { description: "A guest arrived.", at: ["signin"], example: { guest: "Ada" } },
  },
});

/** A body as `Request` takes it. */
export type Raw = NonNullable<RequestInit["body"]>;

/** What a request is made of beside method and path. */
export interface Init {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: Raw;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Its JSON. Which type it has is the test's word. */
  as<T>(): T;
  /** Its code, and the places it complains of. */
  readonly problem: Problem;
}

/** Somebody who is let in. */
export interface Caller {
  /** Every answer is checked: see {@link checkReply}. */
  send(method: string, path: string, init?: Init): Promise<Reply>;
}

export interface House {
  readonly webhooks: Webhooks<typeof catalogue>;
  readonly store: Store;
  readonly clock: TestClock;
  readonly handler: Handler;
  /** What the host was told of. */
  readonly faults: { readonly error: unknown; readonly request: Request }[];
  readonly requests: TransportRequest[];
  /** Someone of that name; at the root and allowed everything, unless it says otherwise. */
  as(name: string, rights?: Partial<Authorization>): Caller;
  /** Answers a delivery of that URL with this status from now on. */
  answer(status: (url: string) => number): void;
  /** Everything in the store. */
  dump(): Promise<string>;
}

export interface HouseOptions {
  readonly store?: Store;
  readonly clock?: TestClock;
  readonly handler?: Partial<HandlerOptions>;
}

const CALLER = "x-caller";
export const ORIGIN = "https://api.example.com";

/** Builds the library and the API for one test. Events may be published over HTTP, unless the options say otherwise. */
export async function house(options: HouseOptions = {}): Promise<House> {
  const { store = memoryStore(), clock = testClock(START) } = options;
  const requests: TransportRequest[] = [];
  let status = (url: string): number => (url.includes("/bad") ? 500 : 200);
  const transport: Transport = {
    async send(request) {
      requests.push(request);
      const code = status(request.url);
      return { kind: "response", status: code, headers: {}, body: "answered", truncated: false, ms: 1 };
    },
  };
  const webhooks = createWebhooks({
    catalogue,
    store,
    clock,
    transport,
    encryptionKeys: [KEY],
    endpoints: LOCAL,
  });
  cleanUp(() => webhooks.stop({ drain: 0 }));
  await webhooks.migrate();
  const callers = new Map<string, Authorization>();
  const faults: { error: unknown; request: Request }[] = [];
  const handler = createHandler(webhooks, {
    authorize: (request) => callers.get(request.headers.get(CALLER) ?? "") ?? null,
    publish: true,
    clock,
    onError: (error, request) => faults.push({ error, request }),
    ...options.handler,
  });
  return {
    webhooks,
    store,
    clock,
    handler,
    faults,
    requests,
    as(name, rights = {}) {
      callers.set(name, {
        scope: "",
        actor: { type: "user", id: name },
        permissions: ["write", "reveal"],
        ...rights,
      });
      const send = async (method: string, path: string, init: Init = {}) => {
        const reply = await ask(handler, method, path, {
          ...init,
          headers: { [CALLER]: name, ...init.headers },
        });
        checkReply(method, path, reply);
        return reply;
      };
      return { send };
    },
    answer(next) {
      status = next;
    },
    dump: () => dumpOf(store),
  };
}

/** One request, nothing checked. */
export async function ask(
  handler: Handler,
  method: string,
  path: string,
  { body, raw, headers = {} }: Init = {},
): Promise<Reply> {
  const content = body === undefined ? raw : JSON.stringify(body);
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const init: RequestInit = { method, headers: { ...type, ...headers }, duplex: "half" };
  const request = new Request(ORIGIN + path, content === undefined ? init : { ...init, body: content });
  const response = await handler(request);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    as: <T>() => JSON.parse(text) as T,
    get problem() {
      return JSON.parse(text) as Problem;
    },
  };
}

/** Traces of the inside: files, stacks, class names of errors, SQL. */
const INSIDE =
  /node_modules|file:\/\/|\/src\/|\.[cm]?[jt]s\b|\n\s+at |:\d+:\d+\)|\b(?:Type|Range|Syntax|Reference|Zod|Sqlite)Error\b|SQLITE_|\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE)\b/;

/** What holds for every answer, good or bad: not cached, of the shape that the document says, nothing of the inside. */
export function checkReply(method: string, path: string, reply: Reply): void {
  const { status, headers, text } = reply;
  const what = `${method} ${path.slice(0, 200)} -> ${status} ${text.slice(0, 500)}`;
  expect(headers.get("cache-control"), what).toBe("no-store");
  expect(headers.get("x-content-type-options"), what).toBe("nosniff");
  expect(status, what).toBeLessThan(500);
  if (method === "HEAD" || status === 204) {
    expect(text, what).toBe("");
    return;
  }
  if (status >= 400) {
    expect(INSIDE.exec(text)?.[0], what).toBeUndefined();
    checkProblem(reply, what);
    return;
  }
  const route = routeOf(method, path);
  if (route === undefined) return;
  expect(headers.get("content-type"), what).toBe("application/json");
  expect(status, what).toBe(route.answer.status);
  checkShape(there(route.answer.schema), reply.as(), what);
}

/** That it is a problem as the document has it, of a code that is listed. */
export function checkProblem(reply: Reply, what = reply.text): void {
  expect(reply.headers.get("content-type"), what).toBe("application/problem+json");
  checkShape(problemAnswer, reply.as(), what);
  expect(reply.problem.status, what).toBe(reply.status);
}

/** That a value is of a schema, and has nothing that the schema does not know. */
export function checkShape(schema: z.ZodType, value: unknown, what: string): void {
  const parsed = schema.safeParse(value);
  expect(parsed.error?.issues, what).toBeUndefined();
  expect(parsed.data, what).toEqual(value);
}

const patterns = ROUTES.map(
  (route) => [route, new RegExp(`^${route.path.replace(/\{\w+\}/, "[^/?]+")}/?(?:\\?.*)?$`)] as const,
);

/** The route of a plain path; `undefined` where there is none. */
export function routeOf(method: string, path: string): Route | undefined {
  return patterns.find(([route, pattern]) => route.method === method && pattern.test(path))?.[0];
}

/** Everything in a store, as text. */
export async function dumpOf(store: Store): Promise<string> {
  const all = { limit: 100_000, after: null };
  const subscriptions = await store.findSubscriptions(all);
  const deliveries = await store.findDeliveries(all);
  const attempts = await Promise.all(deliveries.map(({ id }) => store.readAttempts(id)));
  const pending = await Promise.all(
    subscriptions.map(({ id }) => store.findPending({ ...all, subscriptionId: id })),
  );
  const events = await store.findEvents(all);
  return JSON.stringify([subscriptions, deliveries, attempts, pending, events], null, 1);
}

/** Things of one scope, in every state that routes care for. */
export interface Seeds {
  readonly subscriptions: readonly string[];
  readonly deliveries: readonly string[];
  readonly events: readonly string[];
}

/** Makes three subscriptions (delivered, failing, a batch that waits) and three events at a scope. */
export async function seed({ webhooks }: House, scope: string, tag: string): Promise<Seeds> {
  const subscriptions: string[] = [];
  const changes = [
    { url: `https://${tag}.example.com/ok` },
    { url: `https://${tag}.example.com/bad`, autoDisable: "never" },
    { url: `https://${tag}.example.com/batch`, type: "batch" },
  ] as const;
  for (const [index, change] of changes.entries()) {
    const { subscription } = await webhooks.subscriptions.create(
      {
        name: `${tag} ${index}`,
        description: `${tag} description`,
        metadata: { tag },
        scope,
        events: ["order.*"],
        enabled: true,
        ...change,
      },
      { actor: { type: "user", id: `${tag}-actor` } },
    );
    subscriptions.push(subscription.id);
  }
  const events: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { id } = await webhooks.publish("order.paid", { n, note: `${tag} data` }, { scope });
    events.push(id);
  }
  await webhooks.runUntilIdle();
  const all = await webhooks.deliveries.list({ scope, limit: 200 });
  const own = all.items.filter(({ subscriptionId }) => subscriptions.includes(subscriptionId));
  return { subscriptions, deliveries: own.map(({ id }) => id), events };
}

/** Ids that every route succeeds with: a batch subscription that something waits for, an open delivery, an event. */
export interface Ids {
  readonly subscriptions: string;
  readonly deliveries: string;
  readonly events: string;
}

/** Of what `seed` made. */
export async function idsOf({ webhooks }: House, { subscriptions, events }: Seeds): Promise<Ids> {
  const failing = there(subscriptions[1]);
  const { items } = await webhooks.deliveries.list({ subscriptionId: failing, status: "failed" });
  return {
    subscriptions: there(subscriptions[2]),
    deliveries: there(items[0]).id,
    events: there(events[0]),
  };
}

/** Bodies of the routes that cannot do without. */
const BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  createSubscription: { name: "New one" },
  updateSubscription: { description: "New text" },
  recoverSubscription: { since: new Date(START).toISOString() },
  publishEvent: { type: "order.paid", data: { n: 1 } },
};

/** A request that its route answers with success. */
export interface Sample {
  readonly method: string;
  readonly path: string;
  /** Empty where none is needed. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What to send. */
  readonly init: Init;
}

/** One for each route. The id is of the kind that the path begins with. */
export function sampleOf(route: Route, ids: Ids): Sample {
  const kind = /^\/(\w+)\/\{id\}/.exec(route.path)?.[1] as keyof Ids | undefined;
  const path = kind === undefined ? route.path : route.path.replace("{id}", there(ids[kind]));
  const body = BODIES[route.id] ?? {};
  return { method: route.method, path, body, init: route.body?.required ? { body } : {} };
}

/** Routes as vitest's tables want them. */
export const ROUTE_TABLE = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);

/** The schema of each field that a route's body may have. */
export function fieldsOf(route: Route): readonly (readonly [string, z.ZodType])[] {
  const schema = route.body?.schema;
  if (schema === undefined) return [];
  if (!(schema instanceof z.ZodObject)) throw new Error(`the body of ${route.id} is no object`);
  return Object.entries(schema.shape) as [string, z.ZodType][];
}

/** Headers without those that tell the time. */
export function headersOf({ headers }: Reply): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => name !== "date");
}
