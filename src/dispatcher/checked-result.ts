import type { TransportFailureReason, TransportResult } from "../model/transport.js";

const REASONS: Readonly<Record<TransportFailureReason, true>> = {
  timeout: true,
  dns: true,
  connect: true,
  tls: true,
  reset: true,
  protocol: true,
  "refused-by-policy": true,
};

/**
 * The same result, or an error when it is none. What a host's transport answers is written to the store together with
 * other outcomes, so one that is malformed must not get there.
 *
 * @throws TypeError when it is not a {@link TransportResult}.
 */
export function checkedResult(result: TransportResult): TransportResult {
  const isResult =
    typeof result === "object" &&
    result !== null &&
    Number.isFinite(result.ms) &&
    (isAnswer(result) || isFailure(result));
  if (!isResult) throw new TypeError("The transport answered something that is no TransportResult.");
  return result;
}

function isAnswer(result: TransportResult): boolean {
  return (
    result.kind === "response" &&
    Number.isInteger(result.status) &&
    typeof result.headers === "object" &&
    result.headers !== null &&
    areTexts(result.headers) &&
    typeof result.body === "string" &&
    typeof result.truncated === "boolean"
  );
}

function areTexts(headers: Readonly<Record<string, unknown>>): boolean {
  for (const name in headers) if (typeof headers[name] !== "string") return false;
  return true;
}

function isFailure(result: TransportResult): boolean {
  return (
    result.kind === "failure" && Object.hasOwn(REASONS, result.reason) && typeof result.message === "string"
  );
}
