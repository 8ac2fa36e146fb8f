import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, contentTypeOf } from "../../src/formats/body.js";
import { builtInFormats } from "../../src/formats/registry.js";
import { topicFormat } from "../../src/formats/topic.js";
import type { EventRecord } from "../../src/model/event.js";
import { event } from "../make.js";
import { rawMembers, rawValues, someEvents } from "./raw.js";

const SUBSCRIPTION = { id: "sub_1", name: "Mist", scope: "", metadata: {} };

const body = (events: readonly EventRecord[], isBatch: boolean) =>
  String(bodyOf(builtInFormats, "topic", events, SUBSCRIPTION, isBatch));

describe("topic", () => {
  it("is exactly these bytes, of one event and of many", () => {
    const one = event({ type: "alarms", data: '{ "n" : 1.0,"a":"\\u00e9" }' });
    expect(body([one], false)).toBe('{"topic":"alarms","events":[{ "n" : 1.0,"a":"\\u00e9" }]}');
    const two = event({ type: "alarms", data: "null" });
    expect(body([two, one], true)).toBe('{"topic":"alarms","events":[null,{ "n" : 1.0,"a":"\\u00e9" }]}');
  });

  it("parses to the topic and the data, in order, with no byte of the data changed", () => {
    fc.assert(
      fc.property(someEvents, fc.string({ minLength: 1 }), fc.boolean(), (drafts, type, isBatch) => {
        const events = drafts.map((draft) => ({ ...draft, type }));
        const text = body(events, isBatch);
        expect(JSON.parse(text)).toEqual({
          topic: type,
          events: events.map(({ data }) => JSON.parse(data) as unknown),
        });
        const members = rawMembers(text);
        expect([...members.keys()]).toEqual(["topic", "events"]);
        const inside = members.get("events")?.slice(1, -1) ?? "";
        expect(rawValues(inside)).toEqual(events.map(({ data }) => rawValues(data)[0]));
        expect(inside).toBe(events.map(({ data }) => data).join(","));
        expect(body(events, isBatch)).toBe(text);
      }),
    );
  });

  it("says nothing of ids, scopes and times: Mist's events carry what they need in themselves", () => {
    const one = event({ id: "evt_hidden", scope: "organization:hidden", at: 1 });
    expect(body([one], false)).toBe('{"topic":"order.paid","events":[{"n":1}]}');
  });

  it("is JSON, and every type has batches of its own", () => {
    for (const isBatch of [true, false]) expect(contentTypeOf(topicFormat, isBatch)).toBe("application/json");
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(topicFormat.lane?.(a) === topicFormat.lane?.(b)).toBe(a === b);
      }),
    );
  });

  it("leaves answers to their status", () => {
    expect(builtInFormats.get("topic")?.meaning).toBeUndefined();
  });
});
