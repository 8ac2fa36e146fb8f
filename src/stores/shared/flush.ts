import type { SealRequest } from "../../model/store.js";

/** What the flush rule needs of a waiting event. */
export interface Waiting {
  readonly bytes: number;
  readonly at: number;
}

/** What the flush rule needs of the first `limit` waiting events of a lane, at least one. */
export interface Queued {
  readonly count: number;
  /** Bytes of all of them. */
  readonly bytes: number;
  /** When the oldest began to wait. */
  readonly oldestAt: number;
  /** How many of them, from the oldest on, have no more than `maxBytes` bytes together. */
  readonly fitting: number;
}

/** What of a seal request the rule asks. */
export type FlushLimits = Pick<SealRequest, "limit" | "maxBytes" | "flushBefore">;

/**
 * How many of the waiting events a seal takes. Pure arithmetic on the request's own rule: nothing unless the oldest
 * has waited long enough, or `limit` events or `maxBytes` bytes are waiting; then as many as fit both, and at least one.
 *
 * @param waiting - The first `limit` waiting events of the lane, oldest first.
 */
export function sealCount(waiting: readonly Waiting[], limits: FlushLimits): number {
  const oldest = waiting[0];
  if (!oldest) return 0;
  let bytes = 0;
  let fitting = 0;
  for (const event of waiting) {
    bytes += event.bytes;
    if (bytes <= limits.maxBytes) fitting++;
  }
  return sealCountOf({ count: waiting.length, bytes, oldestAt: oldest.at, fitting }, limits);
}

/** The rule of {@link sealCount}, for a store that counts for itself. */
export function sealCountOf(queued: Queued, { limit, maxBytes, flushBefore }: FlushLimits): number {
  if (limit < 1) return 0;
  const isDue = queued.oldestAt <= flushBefore || queued.count >= limit || queued.bytes >= maxBytes;
  return isDue ? Math.max(1, Math.min(queued.fitting, limit)) : 0;
}
