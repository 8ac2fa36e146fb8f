import type { Format } from "../model/format.js";

/**
 * `{"topic": type, "events": [data, ...]}`, as Juniper Mist posts its webhooks
 * (https://www.juniper.net/documentation/us/en/software/mist/automation-integration/topics/topic-map/webhook-topics.html).
 * Each topic has batches of its own.
 */
export const topicFormat: Format = {
  contentType: "application/json",
  lane: (type) => type,
  body(events) {
    const topic = JSON.stringify(events[0]?.type ?? "");
    return `{"topic":${topic},"events":[${events.map(({ json }) => json).join(",")}]}`;
  },
};
