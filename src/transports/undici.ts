import type { EndpointPolicy } from "../endpoints/policy.js";
import type { PolicyAware } from "../endpoints/policy-aware.js";
import type { Transport, TransportRequest, TransportResult } from "../model/transport.js";
import { Exchange } from "./exchange.js";
import { failure, refusalOf } from "./failure.js";
import { findFramingHeader } from "./framing.js";
import { assertSamePolicy, type ConnectionOptions, connectionSettings, whole } from "./options.js";
import { Pools } from "./pools.js";

export type { ConnectionOptions } from "./options.js";

/** Options of {@link undiciTransport}. */
export interface UndiciTransportOptions extends ConnectionOptions {
  /**
   * Origins whose connections are kept. Beyond it the least recently used ones without a request under way are closed.
   *
   * @default 1024
   */
  readonly maxOrigins?: number;
  /**
   * Open connections in all above which those of the least recently used idle origins are closed: a process runs out
   * of descriptors near 4096.
   *
   * @default 1024
   */
  readonly maxSockets?: number;
}

/** A URL that was judged: where to send, or why not. */
interface Route {
  readonly origin: string;
  readonly path: string;
  readonly isSecure: boolean;
}

/** URLs whose verdict is remembered. Only what is judged again at each connection may be. */
const ROUTES = 4_096;

/**
 * The default transport on Node: undici with kept connections, one pool for each origin, and one deadline that holds
 * from DNS to the last byte. `close` may be followed by `send`: new connections are made.
 *
 * @throws WebhookError `CONFIGURATION` when an option is out of range.
 */
export function undiciTransport(options: UndiciTransportOptions = {}): Transport & PolicyAware {
  const settings = connectionSettings(options);
  const limits = {
    maxOrigins: whole("maxOrigins", options.maxOrigins ?? 1_024, 1),
    maxSockets: whole("maxSockets", options.maxSockets ?? 1_024, 1),
  };
  let owned: EndpointPolicy | null = null;
  let pools = new Pools(settings.policy, settings, limits);
  const routes = new Map<string, Route>();

  function routeOf(url: string): Route {
    const known = routes.get(url);
    if (known) return known;
    // Credentials are dropped: those of a subscription were moved to a header when it was saved.
    const { origin, pathname, search, protocol } = pools.policy.checkUrl(url).url;
    const route = { origin, path: pathname + search, isSecure: protocol === "https:" };
    if (routes.size >= ROUTES) routes.clear();
    routes.set(url, route);
    return route;
  }

  function begin(request: TransportRequest, signal: AbortSignal, resolve: (result: TransportResult) => void) {
    const since = performance.now();
    try {
      if (signal.aborted) return resolve(failure("timeout", since, "before it began"));
      const framing = findFramingHeader(request.headers);
      if (framing !== null)
        return resolve(failure("protocol", since, `header ${framing} is not the caller's`));
      const { origin, path, isSecure } = routeOf(request.url);
      const verify = request.tls.verify || !isSecure;
      if (!verify && !pools.policy.options.allowInsecureTls)
        return resolve(failure("refused-by-policy", since));
      const { headers, body, maxResponseBytes } = request;
      const exchange = new Exchange(pools.get(origin, verify), signal, since, maxResponseBytes, resolve);
      exchange.dispatch({ method: "POST", path, headers, body });
    } catch (error) {
      resolve(refusalOf(error, since));
    }
  }

  return {
    releasesSignal: true,
    send: (request, signal) => new Promise((resolve) => begin(request, signal, resolve)),
    use(policy) {
      assertSamePolicy(owned, policy);
      owned = policy;
      routes.clear();
      void pools.close();
      pools = new Pools(policy, settings, limits);
    },
    close: () => pools.close(),
  };
}
