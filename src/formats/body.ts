import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import type { Format, FormatSubscription } from "../model/format.js";
import { formatEvent } from "./event.js";

/**
 * The body of a delivery: the same events in the same format give the same bytes, at each attempt and in the history.
 *
 * @throws WebhookError `CONFIGURATION` when the format is not registered; whatever a host's own format throws.
 */
export function bodyOf(
  formats: ReadonlyMap<string, Format>,
  name: string,
  events: readonly EventRecord[],
  subscription: FormatSubscription,
  isBatch: boolean,
): string | Uint8Array {
  return formatNamed(formats, name).body(events.map(formatEvent), subscription, isBatch);
}

/** The media type of a format's bodies. */
export function contentTypeOf({ contentType }: Format, isBatch: boolean): string {
  return typeof contentType === "string" ? contentType : contentType(isBatch);
}

/** The format of that name. Throws WebhookError `CONFIGURATION` when it is not registered. */
export function formatNamed(formats: ReadonlyMap<string, Format>, name: string): Format {
  const format = formats.get(name);
  if (format !== undefined) return format;
  throw new WebhookError(
    "CONFIGURATION",
    `The format "${name}" is not registered. Register it in createWebhooks({ formats }).`,
  );
}
