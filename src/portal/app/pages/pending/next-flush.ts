import type { PendingEvent } from "../../../../history/pending.js";

/** When time alone makes the next flush: the oldest that waits has waited the interval then. ISO 8601; `null` where nothing waits. Pure. */
export function nextFlush(
  oldest: Pick<PendingEvent, "since"> | undefined,
  intervalMinutes: number,
): string | null {
  if (oldest === undefined) return null;
  return new Date(Date.parse(oldest.since) + intervalMinutes * 60_000).toISOString();
}
