import type { Page } from "../subscriptions/page.js";
import { ClientError } from "./error.js";

/**
 * Every item of every page, one page in memory at a time; the next is asked for when its first item is. Stops when the
 * consumer does.
 *
 * @param cursor - Where to begin. @default the beginning
 * @throws ClientError `BAD_RESPONSE` when cursors go round in a circle, and what `list` throws.
 */
export async function* each<T>(
  list: (cursor: string | undefined) => Promise<Page<T>>,
  cursor: string | undefined,
): AsyncGenerator<T, void, undefined> {
  // Brent's algorithm (BIT 20, 1980): one cursor is kept, a later one after twice as many steps, and each compared.
  let kept = cursor;
  let steps = 0;
  let most = 1;
  for (let at = cursor; ; ) {
    const { items, next } = await list(at);
    yield* items;
    if (next === null) return;
    if (next === kept)
      throw new ClientError("BAD_RESPONSE", "The list does not end: its cursors go round in a circle.");
    if (++steps === most) {
      kept = next;
      steps = 0;
      most *= 2;
    }
    at = next;
  }
}
