import { createHash } from "node:crypto";
import { WebhookError } from "../model/errors.js";
import type { Position } from "../model/store.js";

/** Which list a cursor belongs to. */
export interface CursorList {
  /** The list: `"subscriptions"`, `"deliveries"`, `"events"`, `"pending"`. */
  readonly kind: string;
  /** Its filters as they are asked for. One that is `undefined` is the same as one left out; their order means nothing. */
  readonly filters: Readonly<Record<string, unknown>>;
}

const MAX_LENGTH = 1024;
/** Ids are ours or the host's; what no id can be must not reach a store. */
const ID = /^[\x21-\x7e]{1,256}$/;

/** An opaque cursor: where a page ended, tied to its list and its filters. Not signed, because it opens nothing its filters do not: they are asked for anew at each call, and checked by whoever calls. */
export function encodeCursor(position: Position, list: CursorList): string {
  const text = JSON.stringify([fingerprint(list), position.at, position.id]);
  return Buffer.from(text, "utf8").toString("base64url");
}

/**
 * Where the page before ended.
 * @throws WebhookError `INVALID_CURSOR` for one that this list with these filters did not make.
 */
export function decodeCursor(cursor: string, list: CursorList): Position {
  const position = decode(cursor, fingerprint(list));
  if (position) return position;
  throw new WebhookError(
    "INVALID_CURSOR",
    "The cursor was not made by this list with these filters: leave it out to start from the first page.",
    { issues: [{ path: ["cursor"], message: "Was not made by this list with these filters." }] },
  );
}

function decode(cursor: unknown, expected: string): Position | null {
  if (typeof cursor !== "string" || cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return null;
  const bytes = Buffer.from(cursor, "base64url");
  // One spelling for each, so that what was changed is refused also where decoding would overlook it.
  if (bytes.toString("base64url") !== cursor) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 3 || parts[0] !== expected) return null;
  const [, at, id] = parts as unknown[];
  if (!Number.isSafeInteger(at) || typeof id !== "string" || !ID.test(id)) return null;
  return { at: at as number, id };
}

function fingerprint({ kind, filters }: CursorList): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  given.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([kind, given]))
    .digest("base64url")
    .slice(0, 12);
}
