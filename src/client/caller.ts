import type { Millis } from "../model/time.js";
import { type Query, search } from "./address.js";
import type { Read } from "./answer.js";
import type { ChangeOptions, KeyedOptions } from "./call-options.js";
import { ClientError } from "./error.js";
import { exchange, type Sent } from "./exchange.js";
import { newKey } from "./key.js";
import { type ClientHeaders, type ClientSettings, checkMillis } from "./options.js";
import { errorOf } from "./problem.js";

/** One call of the API. */
export interface ApiCall {
  readonly method: Sent["method"];
  /** Below the base URL. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Waited for as long where neither the call nor the client says. @default 30000 */
  readonly patience?: Millis;
  readonly options: (KeyedOptions & ChangeOptions) | undefined;
}

/** Makes a call and reads its answer. Rejects with ClientError. */
export type Caller = <T>(call: ApiCall, read: Read<T>) => Promise<T>;

const PATIENCE: Millis = 30_000;

/** What makes the calls of one client. */
export function callerOf(settings: ClientSettings): Caller {
  return async (call, read) => {
    const sent = sentOf(settings, call, await settings.headers());
    const answer = await exchange(settings, sent);
    if (answer.status >= 200 && answer.status < 300) return read(answer);
    throw errorOf(answer);
  };
}

function sentOf(settings: ClientSettings, call: ApiCall, own: ClientHeaders): Sent {
  const { method, path, query = {}, options = {}, patience = PATIENCE } = call;
  const { ifVersion, signal, timeout = settings.timeout ?? patience } = options;
  checkMillis(timeout, "timeout", "INVALID_ARGUMENT");
  const body = call.body === undefined ? null : toJson(call.body);
  const headers = headersOf(own, {
    accept: "application/json, application/problem+json",
    ...(body === null ? {} : { "content-type": "application/json" }),
    ...(method === "POST" ? { "idempotency-key": options.idempotencyKey ?? newKey() } : {}),
    ...(ifVersion === undefined ? {} : { "if-match": tagOf(ifVersion) }),
  });
  // A DELETE that is repeated answers NOT_FOUND for what it deleted itself, a PATCH may undo what others changed since.
  const isRepeatable =
    method === "GET" || method === "POST" || (method === "PATCH" && ifVersion !== undefined);
  return {
    method,
    url: settings.base() + path + search(query),
    headers,
    body,
    timeout,
    signal,
    isRepeatable,
  };
}

function toJson(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new ClientError("INVALID_ARGUMENT", "What was given cannot be JSON.", { cause });
  }
}

function tagOf(version: number): string {
  if (Number.isSafeInteger(version) && version >= 1) return `"${version}"`;
  throw new ClientError("INVALID_ARGUMENT", "ifVersion must be the `version` of what was read.");
}

/** The caller's headers, and over them ours. */
function headersOf(own: ClientHeaders, ours: ClientHeaders): Headers {
  try {
    const headers = new Headers({ ...own });
    for (const [name, value] of Object.entries(ours)) headers.set(name, value);
    return headers;
  } catch {
    // Without the cause: it quotes the value, which may be a token.
    throw new ClientError("INVALID_ARGUMENT", "A header's name or value is not one that HTTP can carry.");
  }
}
