import type { Backlog } from "../model/store.js";
import type { Millis } from "../model/time.js";

/** When a batch is flushed. */
export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly intervalMinutes: number;
}

/** The moment at or before which the oldest event must have begun to wait for time alone to flush it. */
export function flushBefore(limits: BatchLimits, now: Millis): Millis {
  return now - limits.intervalMinutes * 60_000;
}

/** Whether waiting events are due: enough of them, bytes enough, or the oldest has waited long enough. Pure. */
export function isFlushDue(backlog: Backlog, limits: BatchLimits, now: Millis): boolean {
  return (
    backlog.count >= limits.maxEvents ||
    backlog.bytes >= limits.maxBytes ||
    backlog.oldestAt <= flushBefore(limits, now)
  );
}
