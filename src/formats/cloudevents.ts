import type { Format, FormatEvent } from "../model/format.js";

/**
 * CloudEvents 1.0, JSON format, structured mode, and JSON batch mode for batches
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). `source` is the scope as a path.
 */
export const cloudEventsFormat: Format = {
  contentType: (isBatch) => `application/cloudevents${isBatch ? "-batch" : ""}+json`,
  body: (events, _, isBatch) =>
    isBatch ? `[${events.map(cloudEvent).join(",")}]` : events.map(cloudEvent).join(""),
};

function cloudEvent({ id, type, scope, at, json }: FormatEvent): string {
  const time = new Date(at).toISOString();
  return `{"specversion":"1.0","id":"${id}","source":"/${scope}","type":"${type}","time":"${time}","datacontenttype":"application/json","data":${json}}`;
}
