import { type CloudEvent, HTTP } from "cloudevents";
import { describe, expect, it } from "vitest";
import { bodyOf, contentTypeOf, formatNamed } from "../../src/formats/body.js";
import { builtInFormats } from "../../src/formats/registry.js";
import { event } from "../make.js";

const SUBSCRIPTION = { id: "sub_1", name: "Bus", scope: "", metadata: {} };
const EVENTS = [
  event({ id: "evt_1", scope: "organization:acme/signin:lobby", data: '{"n":1}' }),
  event({ id: "evt_2", data: '"text"' }),
];

/** Read by the CNCF's own library, which validates each event against the specification's schema. */
function parse(isBatch: boolean): CloudEvent<unknown>[] {
  const events = isBatch ? EVENTS : EVENTS.slice(0, 1);
  const body = String(bodyOf(builtInFormats, "cloudevents", events, SUBSCRIPTION, isBatch));
  const contentType = contentTypeOf(formatNamed(builtInFormats, "cloudevents"), isBatch);
  const parsed = HTTP.toEvent({ headers: { "content-type": contentType }, body });
  return (Array.isArray(parsed) ? parsed : [parsed]) as CloudEvent<unknown>[];
}

describe("cloudevents, against the cloudevents package", () => {
  it.each([
    ["structured", false, 1],
    ["batch", true, 2],
  ])("%s mode is valid and says what was published", (_, isBatch, count) => {
    const parsed = parse(isBatch);
    expect(parsed).toHaveLength(count);
    for (const [index, one] of parsed.entries()) {
      const published = EVENTS[index];
      expect(one.validate()).toBe(true);
      expect(one).toMatchObject({
        id: published?.id,
        type: published?.type,
        source: `/${published?.scope}`,
        specversion: "1.0",
        time: new Date(published?.at ?? 0).toISOString(),
      });
      expect(one.data).toEqual(JSON.parse(published?.data ?? ""));
    }
  });
});
