import type { Format } from "../model/format.js";
import { withOwn } from "../model/registry.js";
import { cloudEventsFormat } from "./cloudevents.js";
import { splunkFormat } from "./splunk.js";
import { arrayFormat, standardFormat } from "./standard.js";
import { topicFormat } from "./topic.js";

/** The formats that need no registration, by the name a subscription uses. */
export const builtInFormats: ReadonlyMap<string, Format> = new Map([
  ["standard", standardFormat],
  ["array", arrayFormat],
  ["topic", topicFormat],
  ["splunk", splunkFormat],
  ["cloudevents", cloudEventsFormat],
]);

/** The format of a subscription that names none. */
export const DEFAULT_FORMAT = { event: "standard", batch: "array" } as const;

/** The built-in formats and the host's. Throws as {@link withOwn} does. */
export function formatsWith(own: Readonly<Record<string, Format>>): ReadonlyMap<string, Format> {
  return withOwn(builtInFormats, own, "formats");
}
