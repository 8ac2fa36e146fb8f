import type { Page } from "../subscriptions/page.js";
import { ClientError } from "./error.js";

/** What came back, read to its end. */
export interface Answer {
  /** `0`: a redirect that a browser does not show. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Makes of a successful answer what it says. Throws ClientError `BAD_RESPONSE` when it does not. */
export type Read<T> = (answer: Answer) => T;

/**
 * Reads an object that has these fields. A login page or a proxy may answer 200, too: fields are how such an answer is
 * told from ours. What the fields hold is the server's word.
 */
export function object<T>(...fields: readonly (keyof T & string)[]): Read<T> {
  return (answer) => {
    const value = json(answer.text);
    if (isObject(value) && fields.every((field) => Object.hasOwn(value, field))) return value as T;
    throw notOurs(answer);
  };
}

/** Reads a part of a list. */
export function page<T>(): Read<Page<T>> {
  const read = object<Page<T>>("items", "next");
  return (answer) => {
    const { items, next } = read(answer);
    if (Array.isArray(items) && (next === null || typeof next === "string")) return { items, next };
    throw notOurs(answer);
  };
}

/** Reads how many events a call was about. */
export function events(answer: Answer): number {
  const { events } = object<{ events: number }>("events")(answer);
  if (typeof events === "number") return events;
  throw notOurs(answer);
}

/** Reads that there is nothing to read. Only 204 says so: any other may be a page of someone else's. */
export function nothing(answer: Answer): void {
  if (answer.status !== 204) throw notOurs(answer);
}

/** The value of a JSON text; `undefined` when it is none. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether it has fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error for an answer that this API does not give. The body is left out: it is anyone's. */
export function notOurs({ status, headers, text }: Answer): ClientError {
  const type = headers.get("content-type")?.split(";")[0]?.trim().slice(0, 100);
  const what = text === "" ? "nothing" : (type ?? "something without a type");
  const said = status === 0 || (status >= 300 && status < 400) ? "a redirect" : `${status} with ${what}`;
  return new ClientError(
    "BAD_RESPONSE",
    `The answer is not one of this API, but ${said}. Check baseUrl, the login, and what stands between.`,
    { status: status === 0 ? null : status },
  );
}
