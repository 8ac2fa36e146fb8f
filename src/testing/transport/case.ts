import type { EndpointOptions } from "../../endpoints/options.js";
import type { Transport, TransportRequest, TransportResult } from "../../model/transport.js";
import { type Answers, type Receiver, type ReceiverOptions, startReceiver } from "../receiver.js";

/** What a transport case is run with. */
export interface TransportEnv {
  /** The transport under test, with an endpoint policy made of {@link LOOPBACK_ENDPOINTS}. */
  readonly transport: Transport;
  /** Another of the same kind, with the policy that opens nothing. */
  readonly strict: Transport;
  /**
   * Makes one like `transport` that trusts this authority (PEM) and no other, for the cases about certificates. It is
   * closed afterwards. Left out, they are run with `transport`, which trusts nothing here and so proves less.
   */
  readonly trusting?: (ca: string) => Transport;
}

/** One thing every transport must do. Runs in any test runner, or in none: it throws when the transport does not. */
export interface TransportCase {
  readonly name: string;
  run(env: TransportEnv): Promise<void>;
}

/** What a transport under test must be allowed: plain HTTP, and this machine. */
export const LOOPBACK_ENDPOINTS: EndpointOptions = {
  allowHttp: true,
  allowInsecureTls: true,
  allowNetworks: ["127.0.0.0/8", "::1/128"],
};

/** A result of the kind `response`. */
export type ResponseResult = Extract<TransportResult, { kind: "response" }>;

/** Runs with a receiver that is closed afterwards, whatever happens. */
export async function withReceiver<T>(
  answers: Answers,
  run: (receiver: Receiver) => Promise<T>,
  options?: ReceiverOptions,
): Promise<T> {
  const receiver = await startReceiver(answers, options);
  try {
    return await run(receiver);
  } finally {
    await receiver.close();
  }
}

/** Sends a small JSON POST, with whatever differs in this case. */
export function post(
  transport: Transport,
  url: string,
  differs: Partial<TransportRequest> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<TransportResult> {
  const headers = { "content-type": "application/json", "webhook-id": "msg_1" };
  const request = { url, headers, body: "{}", tls: { verify: true }, maxResponseBytes: 16_384, ...differs };
  return transport.send(request, signal);
}

/** The result as a response. Throws, with the failure in the message, when it is none. */
export function expectResponse(result: TransportResult): ResponseResult {
  if (result.kind === "response") return result;
  throw new Error(`expected a response, but it failed: ${result.reason}: ${result.message}`);
}

/** Throws unless the result is a failure for one of these reasons. */
export function expectFailure(result: TransportResult, ...reasons: string[]): void {
  const found = result.kind === "failure" ? result.reason : `response ${result.status}`;
  if (!reasons.includes(found)) throw new Error(`expected failure ${reasons.join(" or ")}, got ${found}`);
}
