import { parseDuration } from "../model/duration.js";
import type { Clock, Duration, Millis } from "../model/time.js";

/** A clock that stands still until it is told to move. */
export interface TestClock extends Clock {
  /** Moves on. Throws `RangeError` for what is no duration. */
  advance(by: Duration): void;
  /** Jumps to a moment, backwards too. */
  set(to: Date | Millis): void;
}

/**
 * A clock for tests: give it as `createWebhooks({ clock })`, move it, and drive the rooms with `runUntilIdle`.
 *
 * @param start - @default 2026-01-01T00:00:00.000Z
 */
export function testClock(start: Date | Millis = Date.UTC(2026, 0, 1)): TestClock {
  let now = Number(start);
  return {
    now: () => now,
    advance(by) {
      const ms = parseDuration(by);
      if (ms === null) throw new RangeError(`not a duration: ${by}`);
      now += ms;
    },
    set(to) {
      now = Number(to);
    },
  };
}
