import type { AttemptRecord, DeliveryError } from "../model/delivery.js";
import type { Millis } from "../model/time.js";

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
  /** The subscription's own headers: their values are secrets, and are cut out of all that is kept. */
  readonly secrets: Readonly<Record<string, string>>;
}

const REDACTED = "[redacted]";

/** The record of an attempt. Secrets are left out, also where the endpoint echoes them. */
export function attemptRecord(facts: AttemptFacts): AttemptRecord {
  const { request, response, error, secrets } = facts;
  const shown = (name: string, value: string) => (Object.hasOwn(secrets, name) ? REDACTED : value);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, shown(name, value)]),
  );
  const asked = { url: request.url, headers };
  const answer = response === null ? null : withoutSecrets(response, writings(Object.values(secrets)));
  return {
    number: facts.number,
    at: facts.at,
    durationMs: Math.round(facts.durationMs * 1000) / 1000,
    document: JSON.stringify({ request: asked, response: answer, error }),
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

/** Shorter values are no secrets worth the name, and cutting every "1" out of an answer would leave nothing to read. */
const SHORTEST_SECRET = 6;

/** How each secret may be written: as it is, without its `Basic` or `Bearer`, and as JSON writes it. Longest first, so that none hides in another. */
function writings(secrets: readonly string[]): string[] {
  const bare = secrets.flatMap((secret) => [secret, secret.replace(/^[A-Za-z][\w-]* +/, "")]);
  const written = bare.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(written)]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
}

type Answer = NonNullable<AttemptDocument["response"]>;

/** Cut out of the texts one by one and not of the record: a secret such as `"truncated"` must not change its shape. */
function withoutSecrets(response: Answer, secrets: readonly string[]): Answer {
  if (secrets.length === 0) return response;
  const cut = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  const headers = Object.entries(response.headers).map(([name, value]) => [cut(name), cut(value)]);
  return { ...response, headers: Object.fromEntries(headers), body: cut(response.body) };
}
