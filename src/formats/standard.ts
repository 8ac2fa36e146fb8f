import type { Format, FormatEvent } from "../model/format.js";

/**
 * One event as `{"id","type","timestamp","scope","data"}`, the payload that Standard Webhooks recommends
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Payload structure")
 * with the event's id and scope beside it. `timestamp` is when it happened, ISO 8601 in UTC.
 */
export const standardFormat: Format = {
  contentType: "application/json",
  body: (events) => events.map(envelope).join("\n"),
};

/** The same objects as a JSON array, also when there is one event. */
export const arrayFormat: Format = {
  contentType: "application/json",
  body: (events) => `[${events.map(envelope).join(",")}]`,
};

/** The object of one event. The data's text is joined in as it was made at publish: what is signed is what was published. */
function envelope(event: FormatEvent): string {
  const head = JSON.stringify({
    id: event.id,
    type: event.type,
    timestamp: new Date(event.at).toISOString(),
    scope: event.scope,
  });
  return `${head.slice(0, -1)},"data":${event.json}}`;
}
