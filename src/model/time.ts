/** Milliseconds: since the Unix epoch for a moment, or a length for a duration. */
export type Millis = number;

/** A length of time: milliseconds, or a number with a unit, such as `"500ms"`, `"15s"`, `"30m"`, `"2h"`, `"3d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Where the library reads the time. Rooms never call `Date.now` themselves, so that a test can hold the clock. */
export interface Clock {
  /** Now, in epoch milliseconds. It may jump backwards; nothing is lost when it does. */
  now(): Millis;
}
