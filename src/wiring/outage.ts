import { isWebhookError } from "../model/errors.js";
import type { Clock, Millis } from "../model/time.js";

/** Between two reports of a store that is away. */
const GAP: Millis = 1_000;

/**
 * Reports faults, but of a store that is away only one in a second: it fails each of the hundreds of deliveries that are
 * under way, and the first says it all. The next report says how many were left out.
 */
export function calmed(
  clock: Clock,
  report: (error: unknown, message: string) => void,
): (error: unknown, message: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return (error, message) => {
    if (!isWebhookError(error, "STORE_UNAVAILABLE")) return report(error, message);
    const now = clock.now();
    // A clock that was set back must not silence it until the old time is reached again.
    if (now >= last && now - last < GAP) {
      leftOut++;
      return;
    }
    const others = leftOut === 0 ? "" : ` So did ${leftOut} others since the last report.`;
    last = now;
    leftOut = 0;
    report(error, message + others);
  };
}
