import type { EndpointOptions } from "../endpoints/options.js";
import { createEndpointPolicy, type EndpointPolicy } from "../endpoints/policy.js";
import { isSameProxy } from "../endpoints/proxy.js";
import { WebhookError } from "../model/errors.js";

/** Requests after which a connection is closed, so that a busy one follows its name to new addresses too. */
export const REQUESTS_PER_CONNECTION = 1_000;

/** How both transports connect. */
export interface ConnectionOptions {
  /**
   * The endpoint policy, for a transport that is used on its own. `createWebhooks` replaces it with one made of its
   * own `endpoints`.
   *
   * @default HTTPS to public addresses only
   */
  readonly endpoints?: EndpointOptions;
  /**
   * Connections to one origin at a time; requests above that wait for a free one, and the wait counts.
   *
   * @default 128
   */
  readonly connections?: number;
  /**
   * Milliseconds that an unused connection is kept. Short, because a kept connection's address is not judged again.
   *
   * @default 4000
   */
  readonly keepAliveTimeout?: number;
  /**
   * Milliseconds for DNS, proxy, TCP and TLS together; 0 leaves it to the attempt's own time limit.
   *
   * @default 10000
   */
  readonly connectTimeout?: number;
  /**
   * Certificates of authorities to trust instead of Node's own list, in PEM.
   *
   * @default Node's list
   */
  readonly ca?: string | readonly string[];
}

/** {@link ConnectionOptions} with each default, checked. */
export interface ConnectionSettings {
  readonly policy: EndpointPolicy;
  readonly connections: number;
  readonly keepAliveTimeout: number;
  readonly connectTimeout: number;
  readonly ca: string[] | undefined;
}

/**
 * Fills in the defaults.
 *
 * @throws WebhookError `CONFIGURATION` when a number is out of range or the policy cannot be made.
 */
export function connectionSettings(options: ConnectionOptions): ConnectionSettings {
  const { ca } = options;
  return {
    policy: createEndpointPolicy(options.endpoints),
    connections: whole("connections", options.connections ?? 128, 1),
    keepAliveTimeout: whole("keepAliveTimeout", options.keepAliveTimeout ?? 4_000, 1),
    connectTimeout: whole("connectTimeout", options.connectTimeout ?? 10_000, 0),
    ca: ca === undefined ? undefined : typeof ca === "string" ? [ca] : [...ca],
  };
}

/** A whole number from `least` to 2 147 483 647, the longest a timer takes. */
export function whole(field: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= 2 ** 31 - 1) return value;
  const message = `Must be a whole number, ${least} or more.`;
  throw new WebhookError("CONFIGURATION", `The transport cannot be made. ${field}: ${message}`, {
    issues: [{ path: [field], message }],
  });
}

/**
 * Whether a transport that obeys `current` may obey `next`.
 *
 * @throws WebhookError `CONFIGURATION` when an owner gave it `current` and `next` opens something else.
 */
export function assertSamePolicy(current: EndpointPolicy | null, next: EndpointPolicy): void {
  if (current === null) return;
  const isSame = JSON.stringify(current.options) === JSON.stringify(next.options);
  if (isSame && isSameProxy(current.proxy, next.proxy)) return;
  throw new WebhookError(
    "CONFIGURATION",
    "This transport belongs to a `createWebhooks` with other `endpoints` options. Give each its own transport.",
  );
}
