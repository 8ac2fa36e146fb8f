import type { Format, FormatEvent } from "../model/format.js";

/**
 * One event as `{"id","type","timestamp","scope","data"}`, the payload that Standard Webhooks recommends
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Payload structure")
 * with the event's id and scope beside it. `timestamp` is when it happened, ISO 8601 in UTC. A batch is an array of them.
 */
export const standardFormat: Format = {
  contentType: "application/json",
  body: (events, _, isBatch) => (isBatch ? array(events) : events.map(envelope).join("")),
};

/** The same objects as a JSON array, also when there is one event. */
export const arrayFormat: Format = {
  contentType: "application/json",
  body: (events) => array(events),
};

function array(events: readonly FormatEvent[]): string {
  return `[${events.map(envelope).join(",")}]`;
}

/**
 * The object of one event. Ids, types and scopes hold no character that JSON escapes, and the data is the text made at
 * publish: what is signed is what was published, and a batch of 20 000 is joined in milliseconds.
 */
function envelope(event: FormatEvent): string {
  const { id, type, scope, json } = event;
  const timestamp = new Date(event.at).toISOString();
  return `{"id":"${id}","type":"${type}","timestamp":"${timestamp}","scope":"${scope}","data":${json}}`;
}
