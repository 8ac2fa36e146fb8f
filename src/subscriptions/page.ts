import { WebhookError } from "../model/errors.js";
import type { PageRequest, Position } from "../model/store.js";
import { type CursorList, decodeCursor, encodeCursor } from "./cursor.js";

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` for what follows; `null` at the end. */
  readonly next: string | null;
}

/** Which part of a list. */
export interface PageOptions {
  /** At most this many items, 1 to 200. @default 50 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

const DEFAULT_LIMIT = 50;
/** The most items a page can have. */
export const LARGEST_PAGE = 200;

/**
 * Reads one page. One row more than asked for is read, to know whether anything follows.
 *
 * @throws WebhookError `INVALID_CURSOR`; `INVALID_ARGUMENT` when `limit` is out of range.
 */
export async function readPage<Row, Item>(
  options: PageOptions,
  list: CursorList,
  read: (request: PageRequest) => Promise<readonly Row[]>,
  position: (row: Row) => Position,
  present: (row: Row) => Item,
): Promise<Page<Item>> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) {
    throw new WebhookError("INVALID_ARGUMENT", `limit must be a whole number from 1 to ${LARGEST_PAGE}.`, {
      issues: [{ path: ["limit"], message: `not a whole number from 1 to ${LARGEST_PAGE}` }],
    });
  }
  const after = options.cursor === undefined ? null : decodeCursor(options.cursor, list);
  const rows = await read({ limit: limit + 1, after });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(position(last), list) : null;
  return { items: shown.map(present), next };
}
