import type { AttemptRecord, DeliveryError } from "../model/delivery.js";
import { setOwn } from "../model/set-own.js";
import type { Millis } from "../model/time.js";
import { REDACTED } from "../subscriptions/headers.js";
import type { Redact } from "../subscriptions/redact.js";

/** What an attempt's record holds beside its number and times. */
interface AttemptDocument {
  /** What was sent. The values of the subscription's own headers read `[redacted]`. */
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** What was answered; `null` when nothing was. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The body as text, at most 16 KiB of it unless the option `limits.responseBytes` says otherwise. Never interpreted. */
    readonly body: string;
    /** Whether there was more of the body. */
    readonly truncated: boolean;
  } | null;
  readonly error: DeliveryError | null;
}

/** One HTTP request of a delivery, as the history shows it. */
export interface Attempt extends AttemptDocument {
  /** From 1. A number is missing where a process died before it could record the attempt. */
  readonly number: number;
  /** When it began, ISO 8601 in UTC. */
  readonly at: string;
  readonly durationMs: Millis;
}

/** What an attempt met, ready to be recorded. */
export interface AttemptFacts extends AttemptDocument {
  readonly number: number;
  readonly at: Millis;
  readonly durationMs: Millis;
  /** The subscription's own headers: their values are secrets, whatever they are. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Cuts what is secret out of everything else that is kept. */
  readonly redact: Redact;
}

/**
 * The record of an attempt. Secrets are left out, also where the endpoint echoes them, and where its answer was cut
 * off in the middle of one. Cut out of the texts one by one and not of the record: a secret such as `"truncated"`
 * must not change its shape.
 */
export function attemptRecord(facts: AttemptFacts): AttemptRecord {
  const { request, response, error, secrets, redact } = facts;
  const asked: Record<string, string> = {};
  for (const name in request.headers) {
    setOwn(asked, name, Object.hasOwn(secrets, name) ? REDACTED : redact(request.headers[name] ?? ""));
  }
  let answer: AttemptDocument["response"] = null;
  if (response !== null) {
    const headers: Record<string, string> = {};
    for (const name in response.headers) setOwn(headers, redact(name), redact(response.headers[name] ?? ""));
    const { status, truncated } = response;
    answer = { status, headers, body: redact(response.body, truncated), truncated };
  }
  return {
    number: facts.number,
    at: facts.at,
    durationMs: Math.round(facts.durationMs * 1000) / 1000,
    document: JSON.stringify({ request: { url: request.url, headers: asked }, response: answer, error }),
  };
}

/** An attempt as the history shows it, read back from its record. */
export function presentAttempt(record: AttemptRecord): Attempt {
  const document = JSON.parse(record.document) as AttemptDocument;
  return {
    number: record.number,
    at: new Date(record.at).toISOString(),
    durationMs: record.durationMs,
    ...document,
  };
}
