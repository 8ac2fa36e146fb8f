import { createHash } from "node:crypto";
import { type Issue, WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import { newId } from "../model/id.js";
import type { Millis } from "../model/time.js";

/** What a publisher may say of an event beside its type and data. */
export interface EventDetails {
  /** Where it happened. @default "" (the root) */
  readonly scope?: string;
  /** The event's own id, `[A-Za-z0-9_~-]{1,128}`: publishing it twice counts once. @default made by the library */
  readonly id?: string;
  /** Publishing twice with the same key, scope and type counts once, as long as the first is kept. At most 255 characters. Not together with `id`. */
  readonly idempotencyKey?: string;
  /** When it happened: a `Date`, epoch milliseconds, or an ISO 8601 text. @default now */
  readonly at?: Date | number | string;
}

const ID = /^[A-Za-z0-9_~-]{1,128}$/;

/**
 * The event to store, made from validated data.
 *
 * @param text - The data as JSON text, where it is kept as it came.
 * @throws WebhookError `INVALID_DATA` when the details, or data that JSON cannot carry, or its size are not acceptable.
 */
export function draftEvent(
  type: string,
  data: unknown,
  details: EventDetails,
  limits: { readonly maxBytes: number; readonly now: Millis },
  text: string | null = toJson(data),
): EventRecord {
  const issues: Issue[] = [];
  const at = details.at === undefined ? limits.now : toMillis(details.at);
  if (at === null) issues.push({ path: ["at"], message: "not a moment between the years 1970 and 9999" });
  addUnknown(details, issues);
  addIdIssues(details, issues);
  if (text === null) issues.push({ path: ["data"], message: "JSON cannot carry it" });
  else if (Buffer.byteLength(text) > limits.maxBytes) {
    issues.push({ path: ["data"], message: `larger than ${limits.maxBytes} bytes of JSON` });
  }
  if (issues.length > 0 || at === null || text === null) {
    throw new WebhookError("INVALID_DATA", `The event "${type}" was not published; see issues.`, { issues });
  }
  const scope = details.scope ?? "";
  return {
    id: eventId(type, scope, details, limits.now),
    type,
    scope,
    at,
    createdAt: limits.now,
    data: text,
    test: false,
  };
}

const KNOWN: ReadonlySet<string> = new Set(["type", "data", "scope", "id", "idempotencyKey", "at"]);

/** Of those that are not known, so many are named. */
const MOST_UNKNOWN = 100;

/** A detail that is misspelt would be dropped in silence, and a `tx` inside an event with it. */
function addUnknown(details: EventDetails, issues: Issue[]): void {
  let count = 0;
  for (const key of Object.keys(details)) {
    if (KNOWN.has(key) || details[key as keyof EventDetails] === undefined) continue;
    if (++count > MOST_UNKNOWN) return;
    issues.push({ path: [key.slice(0, 128)], message: "not a known detail of an event" });
  }
}

function addIdIssues(details: EventDetails, issues: Issue[]): void {
  const { id, idempotencyKey: key } = details;
  if (id !== undefined && (typeof id !== "string" || !ID.test(id))) {
    issues.push({ path: ["id"], message: "not 1 to 128 letters, digits, '_', '~' or '-'" });
  }
  if (key !== undefined && (typeof key !== "string" || key.length < 1 || key.length > 255)) {
    issues.push({ path: ["idempotencyKey"], message: "not 1 to 255 characters" });
  }
  if (id !== undefined && key !== undefined) {
    issues.push({
      path: ["idempotencyKey"],
      message: "not together with id, which already makes the event unique",
    });
  }
}

/** A key is hashed into the id, so that idempotency needs no table of its own: the event's primary key is the memory. */
function eventId(type: string, scope: string, details: EventDetails, now: Millis): string {
  if (details.id !== undefined) return details.id;
  if (details.idempotencyKey === undefined) return newId("evt", now);
  const key = JSON.stringify([scope, type, details.idempotencyKey]);
  return `evt_k${createHash("sha256").update(key).digest("hex").slice(0, 40)}`;
}

const LAST_MOMENT = Date.UTC(10_000, 0) - 1;

function toMillis(at: Date | number | string): Millis | null {
  const ms = typeof at === "number" ? at : at instanceof Date ? at.getTime() : isoMillis(at);
  return Number.isFinite(ms) && ms >= 0 && ms <= LAST_MOMENT ? Math.floor(ms) : null;
}

/** Dates without a zone mean the reader's own; such a text is refused rather than guessed at. */
function isoMillis(text: unknown): number {
  const whole = typeof text === "string" && /^\d{4}-\d\d-\d\d(T[\d:.]{5,16}(Z|[+-]\d\d:?\d\d))?$/.test(text);
  if (!whole) return Number.NaN;
  // Date.parse takes the 30th of February for the 2nd of March.
  const day = text.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const isDay = Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isDay ? Date.parse(text) : Number.NaN;
}

function toJson(data: unknown): string | null {
  try {
    return JSON.stringify(data) ?? null;
  } catch {
    return null;
  }
}
