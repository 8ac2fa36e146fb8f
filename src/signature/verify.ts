import { type HeadersLike, readHeader } from "./headers.js";
import { github, mist } from "./receive/body-only.js";
import { matches } from "./receive/match.js";
import { parseBody, type RawBody, type RequestLike, readMessage } from "./receive/message.js";
import type { Material, Receiver } from "./receive/receiver.js";
import { standard, standardEd25519 } from "./receive/standard.js";
import { stripe } from "./receive/stripe.js";
import { checkTimestamp, type Tolerance, toleranceMs } from "./receive/time.js";
import { VerificationError } from "./verification-error.js";

export type { HeadersLike } from "./headers.js";
export type { RawBody, RequestLike } from "./receive/message.js";
export type { Tolerance } from "./receive/time.js";
export {
  isVerificationError,
  VERIFICATION_ERROR_CODES,
  VerificationError,
  type VerificationErrorCode,
} from "./verification-error.js";

/** A request in parts, for servers that have no Fetch `Request`. */
export interface RawRequest {
  readonly headers: HeadersLike;
  /** Exactly as received: never parsed and made into JSON again. */
  readonly body: RawBody;
}

/** A scheme that {@link verify} understands. */
export type VerifyScheme = "standard" | "standard-ed25519" | "mist" | "github" | "stripe";

/** What {@link verify} can be told. */
export interface VerifyOptions {
  /** How far the timestamp may lie from now, both ways. `mist` and `github` sign no time. @default "5m" */
  readonly tolerance?: Tolerance | undefined;
  /** How the sender signs. @default "standard" */
  readonly scheme?: VerifyScheme | undefined;
  /** The time in epoch milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Where `stripe` signatures are; other schemes fix theirs. @default "Stripe-Signature" */
  readonly header?: string | undefined;
  /** Whether the body is JSON, to be parsed. `false`, in {@link VerifyBytesOptions}, answers its bytes. @default true */
  readonly parse?: true | undefined;
}

/** For a body that is not one JSON text, such as the format `splunk` and a host's own: verified, and answered as it is. */
export interface VerifyBytesOptions extends Omit<VerifyOptions, "parse"> {
  readonly parse: false;
}

const RECEIVERS: Readonly<Record<VerifyScheme, Receiver>> = {
  standard,
  "standard-ed25519": standardEd25519,
  mist,
  github,
  stripe,
};

/**
 * Answers the JSON payload of a webhook request, once it is proved to come from someone who holds one of the secrets
 * and, where the scheme signs a time, to be fresh. Give the old secret too while one is being rotated.
 *
 * `standard` reads `webhook-id`, `webhook-timestamp` and `webhook-signature` and no other names (not `svix-*`). A
 * `whsec_` secret counts `v1` signatures, a `whpk_` key `v1a` ones. Skip ids already handled: delivery is at least once.
 *
 * Web standards only (WebCrypto): Node >= 20, Deno, Bun, browsers, workers.
 *
 * @typeParam T - What the payload is taken to be; it is not checked.
 * @throws VerificationError with one of {@link VERIFICATION_ERROR_CODES}, whatever the request and the secrets are; the
 *   order of that list is the order of the checks.
 * @throws TypeError when an option is not one: an unknown scheme, a tolerance that is no length of time.
 */
export function verify<T = unknown>(
  request: RequestLike | RawRequest,
  secrets: string | readonly string[],
  options?: VerifyOptions,
): Promise<T>;
/** The same with `parse: false`: answers a copy of the body's bytes, whatever they are, also none. */
export function verify(
  request: RequestLike | RawRequest,
  secrets: string | readonly string[],
  options: VerifyBytesOptions,
): Promise<Uint8Array>;
export async function verify(
  request: RequestLike | RawRequest,
  secrets: string | readonly string[],
  options: VerifyOptions | VerifyBytesOptions = {},
): Promise<unknown> {
  const { scheme = "standard", tolerance = "5m", now = Date.now, header = "stripe-signature" } = options;
  if (!Object.hasOwn(RECEIVERS, scheme)) throw new TypeError(`verify: there is no scheme "${scheme}".`);
  const receiver = RECEIVERS[scheme];
  const keys = readKeys(receiver, secrets);
  const limit = toleranceMs(tolerance);
  const { prefix, signatures } = receiver.claim({
    header: (name) => headerOf(request, name),
    checkTime: (timestamp) => checkTimestamp(timestamp, limit, now()),
    signatureHeader: header.toLowerCase(),
  });
  const message = await readMessage(request, prefix);
  if (!(await matches(keys, signatures, message))) {
    throw new VerificationError(
      "NO_MATCH",
      "No signature matches: the secret is another one, or the body is not what was sent byte for byte.",
    );
  }
  const body = message.subarray(prefix.length);
  return options.parse === false ? body.slice() : parseBody(body);
}

function headerOf(request: RequestLike | RawRequest, name: string): string {
  let options: { cause: unknown } | undefined;
  try {
    const value = readHeader(request.headers ?? {}, name);
    if (value !== undefined) return value;
  } catch (cause) {
    options = { cause };
  }
  throw new VerificationError("MISSING_HEADER", `There is no ${name} header.`, options);
}

/** All the keys or an error: one bad secret among good ones is a mistake in the configuration. */
function readKeys(receiver: Receiver, secrets: string | readonly string[]): Material[] {
  const list = Array.isArray(secrets) ? [...secrets] : [secrets];
  const keys = list.map((secret) => (typeof secret === "string" ? receiver.key(secret) : null));
  if (keys.length && keys.every((key) => key !== null)) return keys;
  throw new VerificationError("INVALID_SECRET", `Each secret must be ${receiver.secret}.`);
}
