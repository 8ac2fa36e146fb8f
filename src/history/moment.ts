import { WebhookError } from "../model/errors.js";
import type { Millis } from "../model/time.js";

/** A moment as callers say it: a `Date`, epoch milliseconds, or an ISO 8601 text. */
export type Moment = Date | number | string;

/**
 * Epoch milliseconds of a moment.
 *
 * @param name - The option that held it, for the error.
 * @throws WebhookError `INVALID_ARGUMENT` when it is none.
 */
export function toMillis(value: Moment, name: string): Millis {
  const at = epochMillis(value);
  if (Number.isFinite(at)) return at;
  throw new WebhookError(
    "INVALID_ARGUMENT",
    `${name} must be a Date, epoch milliseconds or an ISO 8601 text.`,
    {
      issues: [{ path: [name], message: "Must be a moment." }],
    },
  );
}

/** A date, or a date and a time with its zone. Without one it would be the zone of whoever reads it. */
const ISO = /^\d{4}-\d\d-\d\d(?:T[\d:.]{5,16}(?:Z|[+-]\d\d:?\d\d))?$/;

/** `NaN` for what is no moment, or one further off than dates reach. */
function epochMillis(value: unknown): number {
  if (typeof value === "number") return new Date(value).getTime();
  if (typeof value === "string") return ISO.test(value) ? Date.parse(value) : Number.NaN;
  return value instanceof Date ? value.getTime() : Number.NaN;
}
