import type { Moment } from "../history/moment.js";
import { ClientError } from "./error.js";

/** What a query may be made of; what is `undefined` is left out of it. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A path with ids in it, each encoded: path`/deliveries/${id}/retry`.
 *
 * @throws ClientError `INVALID_ARGUMENT` for an id that no path can carry: it would ask for another address.
 */
export function path(texts: TemplateStringsArray, ...ids: readonly string[]): string {
  return texts.reduce((whole, text, index) => whole + segment(ids[index - 1]) + text);
}

function segment(id: unknown): string {
  // Two that URLs take for a way up, encoded or not (WHATWG URL, "double-dot URL path segment"), and the empty one.
  if (typeof id === "string" && id !== "" && id !== "." && id !== "..") {
    try {
      return encodeURIComponent(id);
    } catch {
      // Half of a surrogate pair.
    }
  }
  throw new ClientError("INVALID_ARGUMENT", "The id is not one: give the `id` of what was listed or made.");
}

/** The query of an address, with its question mark; empty where there is nothing to ask. */
export function search(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.append(name, String(value));
  }
  const text = given.toString();
  return text === "" ? "" : `?${text}`;
}

/**
 * A moment as a query carries it: ISO 8601.
 *
 * @throws ClientError `INVALID_ARGUMENT` for a number or a `Date` that is none.
 */
export function momentText(moment: Moment | undefined, name: string): string | undefined {
  if (moment === undefined || typeof moment === "string") return moment;
  const at = new Date(moment);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  const detail = "Must be a Date, epoch milliseconds or an ISO 8601 text.";
  const errors = [{ parameter: name, detail }];
  throw new ClientError("INVALID_ARGUMENT", `${name}: ${detail}`, { errors });
}
