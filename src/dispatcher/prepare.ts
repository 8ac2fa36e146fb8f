import { contentTypeOf, formatNamed } from "../formats/body.js";
import { formatEvent } from "../formats/event.js";
import type { LeasedDelivery } from "../model/delivery.js";
import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import type { Format, FormatEvent } from "../model/format.js";
import { setOwn } from "../model/set-own.js";
import type { Millis } from "../model/time.js";
import type { TransportRequest } from "../model/transport.js";
import type { Recipient } from "./recipient.js";

const USER_AGENT = "hookwright";

/** What every request of this process shares. */
export interface RequestSettings {
  readonly formats: ReadonlyMap<string, Format>;
  readonly maxResponseBytes: number;
}

/**
 * The request of one attempt, signed for this moment. Pure, as far as the host's own format and scheme are.
 *
 * @throws as {@link composeBody} and {@link signRequest} do.
 */
export function prepareRequest(
  delivery: LeasedDelivery,
  events: readonly EventRecord[],
  recipient: Recipient,
  settings: RequestSettings,
  now: Millis,
): TransportRequest {
  const body = composeBody(delivery, events.map(formatEvent), recipient, settings);
  return signRequest(delivery, body, recipient, settings, now);
}

/**
 * The body of a delivery.
 *
 * @throws WebhookError `CONFIGURATION` when the format is not registered; `NOT_FOUND` when an event is gone; whatever a host's format throws.
 */
export function composeBody(
  delivery: LeasedDelivery,
  events: readonly FormatEvent[],
  recipient: Recipient,
  settings: RequestSettings,
): string | Uint8Array {
  if (events.length < delivery.eventIds.length) {
    throw new WebhookError("NOT_FOUND", "An event of this delivery is no longer in the store.");
  }
  return formatNamed(settings.formats, delivery.format).body(events, recipient, delivery.kind === "batch");
}

/**
 * The request with this body, signed for this moment. Our headers are set last, so that none can be replaced by a
 * custom one.
 *
 * @throws WebhookError `CONFIGURATION` when the format is not registered; whatever a host's scheme throws.
 */
export function signRequest(
  delivery: LeasedDelivery,
  body: string | Uint8Array,
  recipient: Recipient,
  settings: RequestSettings,
  now: Millis,
): TransportRequest {
  const isBatch = delivery.kind === "batch";
  const contentType =
    recipient.contentType ?? contentTypeOf(formatNamed(settings.formats, delivery.format), isBatch);
  const headers: Record<string, string> = { "user-agent": USER_AGENT };
  for (const name in recipient.headers) setOwn(headers, name, recipient.headers[name] ?? "");
  headers["content-type"] = contentType;
  const signed = recipient.sign({ id: messageId(delivery), timestamp: Math.floor(now / 1000), body }, now);
  // A host's scheme may name its headers in any case; left so, a custom header of the same name would be sent beside them.
  for (const name in signed) setOwn(headers, name.toLowerCase(), signed[name] ?? "");
  return {
    url: recipient.url,
    headers,
    body,
    tls: recipient.tls,
    maxResponseBytes: settings.maxResponseBytes,
  };
}

/** The event id of a single event, the delivery id of a batch: by it a receiver tells a repetition. */
function messageId(delivery: LeasedDelivery): string {
  const [only] = delivery.eventIds;
  return delivery.kind === "batch" || only === undefined ? delivery.id : only;
}
