import ky, { TimeoutError } from "ky";
import type { Millis } from "../model/time.js";
import type { Answer } from "./answer.js";
import { ClientError } from "./error.js";
import type { ClientSettings } from "./options.js";
import { problemOf, retryAfterOf } from "./problem.js";

/** A request as it goes out. */
export interface Sent {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly timeout: Millis;
  readonly signal: AbortSignal | undefined;
  /** Whether making it twice does no more than making it once. */
  readonly isRepeatable: boolean;
}

const AGAIN = [408, 409, 429, 502, 503, 504];

/**
 * Makes a request, again where that is safe and may help, and answers whatever came back.
 *
 * @throws ClientError `NETWORK`, `TIMEOUT`, `ABORTED`.
 */
export async function exchange(settings: ClientSettings, sent: Sent): Promise<Answer> {
  const { url, signal, isRepeatable, ...init } = sent;
  const { credentials, retry } = settings;
  if (signal?.aborted) throw aborted(signal);
  const met: { answer: Answer | null } = { answer: null };
  try {
    await ky(url, {
      ...init,
      ...(credentials === undefined ? {} : { credentials }),
      ...(signal === undefined ? {} : { signal }),
      // The API never redirects; whoever does must not be sent the caller's headers.
      redirect: "manual",
      // Read here and not after: ky's time limit and retries end with the headers.
      fetch: async (request) => {
        met.answer = null;
        const { response, text } = await readWhole(settings, request as Request);
        met.answer = { status: response.status, headers: response.headers, text };
        return response;
      },
      retry: {
        limit: isRepeatable ? retry.limit : 0,
        methods: ["get", "post", "patch"],
        statusCodes: AGAIN,
        afterStatusCodes: AGAIN,
        maxRetryAfter: retry.maxWait,
        backoffLimit: retry.maxWait,
        jitter: true,
        shouldRetry: () => {
          const isLost =
            signal?.aborted === true || (met.answer !== null && !isWorthwhile(met.answer, retry));
          // `undefined` leaves it to the rules above, which alone look at Retry-After.
          return isLost ? false : undefined;
        },
      },
    });
  } catch (error) {
    if (signal?.aborted) throw aborted(signal);
    if (met.answer === null) throw failureOf(error, sent);
  }
  if (met.answer !== null) return met.answer;
  throw new ClientError("NETWORK", "There was no answer.");
}

/** Ends when the request is aborted, also with a `fetch` that does not look at its signal. */
function readWhole(
  { fetch }: ClientSettings,
  request: Request,
): Promise<{ response: Response; text: string }> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const read = async () => {
      const response = await fetch(request);
      return { response, text: await response.text() };
    };
    read()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Whether an answer of one of the statuses above may be another one soon. */
function isWorthwhile(answer: Answer, { maxWait }: ClientSettings["retry"]): boolean {
  // Of conflicts, only the one with a try of our own that is under way still.
  if (answer.status === 409 && problemOf(answer)?.code !== "IDEMPOTENCY_KEY_IN_USE") return false;
  return (retryAfterOf(answer.headers) ?? 0) <= maxWait;
}

/** Of ky's own errors nothing is kept: they hold the request with its headers. */
function failureOf(error: unknown, { method, timeout }: Sent): ClientError {
  if (error instanceof TimeoutError)
    return new ClientError("TIMEOUT", `There was no whole answer to ${method} within ${timeout} ms.`);
  return new ClientError("NETWORK", "The server could not be reached, or its answer broke off.", {
    cause: error,
  });
}

function aborted(signal: AbortSignal): ClientError {
  return new ClientError("ABORTED", "The call was aborted.", { cause: signal.reason });
}
