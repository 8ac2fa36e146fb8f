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
  const at =
    value instanceof Date || typeof value === "number" || typeof value === "string"
      ? Number(new Date(value))
      : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new WebhookError(
    "INVALID_ARGUMENT",
    `${name} must be a Date, epoch milliseconds or an ISO 8601 text.`,
    {
      issues: [{ path: [name], message: "Must be a moment." }],
    },
  );
}
