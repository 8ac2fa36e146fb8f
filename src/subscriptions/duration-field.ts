import * as z from "zod";
import { parseDuration } from "../model/duration.js";
import type { Duration, Millis } from "../model/time.js";

/** A zod schema for a duration between two others, both included. It answers milliseconds. */
export function durationBetween(shortest: Duration, longest: Duration): z.ZodType<Millis, unknown> {
  const [least, most] = [parseDuration(shortest) ?? 0, parseDuration(longest) ?? 0];
  const message = `Must be a duration from ${shortest} to ${longest}, such as "15s", or milliseconds.`;
  return z.unknown().transform((value, context) => {
    const ms = typeof value === "number" || typeof value === "string" ? parseDuration(value) : null;
    if (ms !== null && ms >= least && ms <= most) return ms;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}
