import type { ProblemError } from "../../../../http/problem.js";
import type { SubscriptionPatch } from "../../../../subscriptions/input.js";
import type { FieldName } from "./form.js";
import type { HeaderRow } from "./header-rows.js";

/** What is wrong, beside what it is wrong with. */
export interface Faults {
  /** Goes up at each failure, so that the page knows when to lead the reader to the first one. */
  readonly attempt: number;
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
  /** By the key of the row. */
  readonly rows: Readonly<Record<string, string>>;
  /** By the entry of the list of events. */
  readonly events: Readonly<Record<string, string>>;
  /** What belongs to no field of the page. */
  readonly rest: readonly string[];
}

/** Nothing is wrong. */
export const NO_FAULTS: Faults = { attempt: 0, fields: {}, rows: {}, events: {}, rest: [] };

/** Fields of the API that have one field of the form, by the beginning of their path. */
const PLACES: readonly (readonly [path: string, name: FieldName])[] = [
  ["name", "name"],
  ["description", "description"],
  ["url", "url"],
  ["credentials", "forgetCredentials"],
  ["format", "format"],
  ["contentType", "contentType"],
  ["ordered", "ordered"],
  ["batch/maxEvents", "maxEvents"],
  ["batch/intervalMinutes", "intervalMinutes"],
  ["batch/maxBytes", "maxBytes"],
  ["headers", "headers"],
  ["signing/secret", "secret"],
  ["signing", "scheme"],
  ["events", "events"],
  ["retry/schedule", "schedule"],
  ["retry/timeout", "timeout"],
  ["autoDisable", "autoDisable"],
  ["tls", "verifyTls"],
];

/** The path of a JSON Pointer in a URI fragment (RFC 6901 section 6). */
export function pathOf(pointer: string): string[] {
  return pointer
    .replace(/^#?\//, "")
    .split("/")
    .map((token) => decode(token).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Puts each error of the API beside what it is about. */
export function faultsOf(
  errors: readonly ProblemError[],
  sent: { readonly patch: SubscriptionPatch; readonly rows: readonly HeaderRow[] },
): Omit<Faults, "attempt"> {
  const fields: Partial<Record<FieldName, string>> = {};
  const rows: Record<string, string> = {};
  const events: Record<string, string> = {};
  const rest: string[] = [];
  for (const error of errors) {
    const path = "pointer" in error ? pathOf(error.pointer) : [];
    const [first, second] = path;
    const row = first === "headers" && sent.rows.find(({ name }) => isNamed(name, second));
    const event = first === "events" ? sent.patch.events?.[Number(second)] : undefined;
    const text = path.join("/");
    const place = PLACES.find(([beginning]) => text === beginning || text.startsWith(`${beginning}/`));
    if (row) rows[row.key] = add(rows[row.key], error.detail);
    else if (event !== undefined) events[event] = add(events[event], error.detail);
    else if (place) fields[place[1]] = add(fields[place[1]], `${waitOf(path, sent.patch)}${error.detail}`);
    else rest.push(error.detail);
  }
  return { fields, rows, events, rest };
}

/** A pointer names the first 128 characters of a header. */
function isNamed(name: string, token: string | undefined): boolean {
  return token !== undefined && name.trim().slice(0, 128).toLowerCase() === token.toLowerCase();
}

/** Which of the waits it is about. */
function waitOf([first, second, index]: readonly string[], { retry }: SubscriptionPatch): string {
  const wait = first === "retry" && second === "schedule" ? retry?.schedule?.[Number(index)] : undefined;
  return wait === undefined || index === undefined ? "" : `${Number(index) + 1}: `;
}

function add(text: string | undefined, more: string): string {
  return text === undefined ? more : `${text} ${more}`;
}

/** What is wrong still once a field has been changed. */
export function withoutFault(faults: Faults, name: FieldName): Faults {
  const { [name]: _, ...fields } = faults.fields;
  return {
    ...faults,
    fields,
    rows: name === "headers" ? {} : faults.rows,
    events: name === "events" ? {} : faults.events,
    rest: [],
  };
}

/** Whether anything is wrong. */
export function hasFaults({ fields, rows, events, rest }: Faults): boolean {
  return [fields, rows, events, rest].some((part) => Object.keys(part).length > 0);
}
