import type { RangeName } from "./range.js";

/** Writes a moment as short as the range allows, in the reader's language and zone. */
export function axisTime(range: RangeName): (at: number) => string {
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  const format = new Intl.DateTimeFormat(undefined, range === "1h" ? clock : { weekday: "short", ...clock });
  return (at) => format.format(at);
}
