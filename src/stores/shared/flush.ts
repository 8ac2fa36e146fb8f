import type { SealRequest } from "../../model/store.js";

/** What the flush rule needs of a waiting event. */
export interface Waiting {
  readonly bytes: number;
  readonly at: number;
}

/**
 * How many of the waiting events a seal takes. Pure arithmetic on the request's own rule: nothing unless the oldest
 * has waited long enough, or `limit` events or `maxBytes` bytes are waiting; then as many as fit both, and at least one.
 *
 * @param waiting - The first `limit` waiting events of the lane, oldest first.
 */
export function sealCount(
  waiting: readonly Waiting[],
  request: Pick<SealRequest, "limit" | "maxBytes" | "flushBefore">,
): number {
  const oldest = waiting[0];
  if (!oldest || request.limit < 1) return 0;

  let total = 0;
  let fitting = 0;
  for (const event of waiting) {
    total += event.bytes;
    if (total <= request.maxBytes) fitting++;
  }
  const isDue =
    oldest.at <= request.flushBefore || waiting.length >= request.limit || total >= request.maxBytes;
  return isDue ? Math.max(1, Math.min(fitting, request.limit)) : 0;
}
