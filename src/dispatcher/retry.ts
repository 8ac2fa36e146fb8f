import type { Millis } from "../model/time.js";

/** The longest a `Retry-After` is heeded. */
export const LONGEST_RETRY_AFTER: Millis = 24 * 3_600_000;

/**
 * The wait before the next scheduled attempt, or `null` when the schedule is used up.
 *
 * @param schedule - The waits between attempts; n waits are n + 1 attempts.
 * @param used - Scheduled attempts made so far.
 */
export function nextWait(schedule: readonly Millis[], used: number): Millis | null {
  if (used === 0) return 0;
  return schedule[used - 1] ?? null;
}

/**
 * How long a `Retry-After` asks to wait, from 0 to {@link LONGEST_RETRY_AFTER}; `null` when there is none or it is
 * neither delay-seconds nor an HTTP-date (RFC 9110, section 10.2.3; IMF-fixdate, the only form servers may send).
 */
export function parseRetryAfter(value: string | undefined, now: Millis): Millis | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_RETRY_AFTER);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), LONGEST_RETRY_AFTER);
}

/** Failures in a row from which the queue visits a subscription only now and then. */
const BREAKER_AFTER = 20;
const LONGEST_PAUSE: Millis = 60_000;

/**
 * How long a subscription that keeps failing is left alone after each further failure: from twenty failures in a row,
 * a tenth of the time it has been failing, at most a minute. `null`: it is not. It paces the queue, so that a dead
 * endpoint costs next to nothing, and delays a schedule by no more than that tenth.
 */
export function breakerPause(consecutiveFailures: number, failingFor: Millis): Millis | null {
  if (consecutiveFailures < BREAKER_AFTER || failingFor <= 0) return null;
  return Math.min(Math.ceil(failingFor / 10), LONGEST_PAUSE);
}
