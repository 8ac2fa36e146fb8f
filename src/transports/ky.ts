import ky, { type KyInstance, type Options } from "ky";
import { Agent, type Dispatcher } from "undici";
import type { EndpointPolicy } from "../endpoints/policy.js";
import type { PolicyAware } from "../endpoints/policy-aware.js";
import { WebhookError } from "../model/errors.js";
import type { Transport, TransportRequest, TransportResult } from "../model/transport.js";
import { CappedBody } from "./body.js";
import type { Connection } from "./connection.js";
import { guardedConnector } from "./connector.js";
import { type ConnectFailure, elapsed, failure, failureOf, refusalOf } from "./failure.js";
import { findFramingHeader } from "./framing.js";
import {
  assertSamePolicy,
  type ConnectionOptions,
  connectionSettings,
  REQUESTS_PER_CONNECTION,
} from "./options.js";

export type { ConnectionOptions } from "./options.js";

/** Options of {@link kyTransport}. */
export interface KyTransportOptions extends ConnectionOptions {
  /**
   * A configured instance, for its hooks. Its retries, time limit, redirects and thrown statuses are overridden. An
   * instance with a `fetch` of its own must honour `dispatcher`, or the endpoint policy is not asked at connect time.
   *
   * @default ky
   */
  readonly ky?: KyInstance;
}

/**
 * The transport over ky and the global `fetch`, for hosts that want ky's hooks. The same rules as the default one at
 * 15 to 25 times the CPU. fetch adds headers of its own: `accept`, `accept-language`, `sec-fetch-mode`,
 * `user-agent`, unless given.
 *
 * @throws WebhookError `CONFIGURATION` on a runtime whose fetch ignores the guarded dispatcher, such as Bun and Deno, and when an option is out of range.
 */
export function kyTransport(options: KyTransportOptions = {}): Transport & PolicyAware {
  assertGuardedFetch(globalThis);
  const settings = connectionSettings(options);
  const client = options.ky ?? ky;
  let owned: EndpointPolicy | null = null;
  let policy = settings.policy;
  let agents: { readonly verified: Agent; readonly insecure: Agent } | null = null;
  let newest: Connection | null = null;

  function agentFor(verify: boolean): Agent {
    agents ??= { verified: agent(true), insecure: agent(false) };
    return verify ? agents.verified : agents.insecure;
  }

  function agent(verify: boolean): Agent {
    const { connections, keepAliveTimeout, connectTimeout, ca } = settings;
    return new Agent({
      connect: guardedConnector({
        policy,
        verify,
        ca,
        timeout: connectTimeout,
        onConnection: (connection) => {
          newest = connection;
        },
      }),
      connections,
      keepAliveTimeout,
      keepAliveMaxTimeout: keepAliveTimeout,
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      maxRequestsPerClient: REQUESTS_PER_CONNECTION,
    });
  }

  /**
   * The agent for one request. For a body that is a stream, as fetch's are, undici begins to connect in the microtask
   * that `dispatch` queues: the connection that is there after it, if any, is this request's.
   */
  function agentOf(verify: boolean, onConnection: (connection: Connection | null) => void): Dispatcher {
    const shared = agentFor(verify);
    // Not `compose`, which rewrites the answer's headers.
    const own: Agent = Object.create(shared);
    own.dispatch = (options, handler) => {
      newest = null;
      const isFree = shared.dispatch(options, handler);
      queueMicrotask(() => {
        onConnection(newest);
        newest = null;
      });
      return isFree;
    };
    return own;
  }

  async function send(request: TransportRequest, signal: AbortSignal): Promise<TransportResult> {
    const since = performance.now();
    try {
      if (signal.aborted) return failure("timeout", since, "before it began");
      const framing = findFramingHeader(request.headers);
      if (framing !== null) return failure("protocol", since, `header ${framing} is not the caller's`);
      const { url } = policy.checkUrl(request.url);
      const verify = request.tls.verify || url.protocol !== "https:";
      if (!verify && !policy.options.allowInsecureTls) return failure("refused-by-policy", since);
      const own: { connection: Connection | null } = { connection: null };
      const dispatcher = agentOf(verify, (connection) => {
        own.connection = connection;
      });
      const answered = exchange(request, url, dispatcher, signal, since);
      // fetch lets a connection go on that is being made for a request that was aborted.
      return await withSignal(signal, since, answered, () => {
        const overdue = own.connection?.overdue ?? null;
        own.connection?.cancel();
        return overdue;
      });
    } catch (error) {
      return refusalOf(error, since);
    }
  }

  async function exchange(
    request: TransportRequest,
    url: URL,
    dispatcher: Dispatcher,
    signal: AbortSignal,
    since: number,
  ): Promise<TransportResult> {
    try {
      const init: Options = {
        method: "POST",
        // fetch inflates what it asks for; a compressed answer is cut after it was inflated.
        headers: { "accept-encoding": "identity", ...request.headers },
        body: request.body,
        redirect: "manual",
        retry: 0,
        throwHttpErrors: false,
        timeout: false,
        signal,
      };
      // An extension of Node's fetch; ky hands it through.
      const response = await client(url, Object.assign(init, { dispatcher }));
      const body = await readBody(response, request.maxResponseBytes);
      return {
        kind: "response",
        status: response.status,
        headers: joinRepeated(response.headers),
        body: body.text(),
        truncated: body.truncated,
        ms: elapsed(since),
      };
    } catch (error) {
      return refusalOf(error, since);
    }
  }

  async function close(): Promise<void> {
    const open = agents;
    agents = null;
    await Promise.all([open?.verified.close(), open?.insecure.close()]);
  }

  return {
    send,
    close,
    use(next) {
      assertSamePolicy(owned, next);
      owned = next;
      policy = next;
      void close();
    },
  };
}

/** Answers a timeout as soon as the signal aborts: hooks, and a fetch that is still connecting, may take longer. */
function withSignal(
  signal: AbortSignal,
  since: number,
  exchange: Promise<TransportResult>,
  cleanUp: () => ConnectFailure | null,
): Promise<TransportResult> {
  return new Promise((resolve) => {
    const onAbort = () => {
      const overdue = cleanUp();
      resolve(overdue === null ? failure("timeout", since) : failureOf(overdue, since));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    void exchange.then((result) => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    });
  });
}

async function readBody(response: Response, limit: number): Promise<CappedBody> {
  const body = new CappedBody(limit);
  const reader = response.body?.getReader();
  if (!reader) return body;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body;
    if (body.push(value)) continue;
    // Not awaited: where a hook holds a clone, cancelling does not end before that is read.
    reader.cancel().catch(() => undefined);
    return body;
  }
}

/** `Headers` answers `set-cookie` once for each value, all others joined. */
function joinRepeated(headers: Headers): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}

/**
 * Whether this runtime's fetch heeds `dispatcher`. Bun and Deno take it and ignore it, and requests would go out
 * unguarded; any other that never looks at it does too, so it is seen whether it looks. Nothing is sent.
 */
export function assertGuardedFetch(runtime: object, RequestClass: typeof Request = Request): void {
  const known = ["Bun", "Deno"].find((name) => name in runtime);
  if (known === undefined && asksForDispatcher(RequestClass)) return;
  throw new WebhookError(
    "CONFIGURATION",
    `kyTransport cannot guard endpoints on ${known ?? "this runtime"}, whose fetch ignores \`dispatcher\`. Use undiciTransport there.`,
  );
}

/** Node's `Request` reads `dispatcher` of its options and hands it to fetch; to others it is no option. */
function asksForDispatcher(RequestClass: typeof Request): boolean {
  let isAsked = false;
  const init: object = {
    get dispatcher() {
      isAsked = true;
      return undefined;
    },
  };
  try {
    new RequestClass("http://canary.invalid/", init as RequestInit);
  } catch {
    return false;
  }
  return isAsked;
}
