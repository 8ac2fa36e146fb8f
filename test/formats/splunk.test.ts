import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, contentTypeOf } from "../../src/formats/body.js";
import { builtInFormats } from "../../src/formats/registry.js";
import { hecCode, splunkFormat } from "../../src/formats/splunk.js";
import type { EventRecord } from "../../src/model/event.js";
import type { AnswerMeaning } from "../../src/model/format.js";
import { event } from "../make.js";
import { rawMembers, rawValues, someEvents } from "./raw.js";

const SUBSCRIPTION = { id: "sub_1", name: "Splunk", scope: "", metadata: {} };

const body = (events: readonly EventRecord[], isBatch = true) =>
  String(bodyOf(builtInFormats, "splunk", events, SUBSCRIPTION, isBatch));

describe("splunk bodies", () => {
  it("are exactly these bytes", () => {
    const at = 1_775_000_000_250;
    const one = event({ type: "alarms", scope: "organization:acme/site:hq", at, data: '{ "n" : 1.0 }' });
    expect(body([one], false)).toBe(
      '{"time":1775000000.250,"source":"organization:acme/site:hq","sourcetype":"alarms",' +
        '"event":{ "n" : 1.0 },"fields":{"id":"evt_1"}}',
    );
  });

  it("name the library as the source of what happens at the root, because a source cannot be empty", () => {
    expect(JSON.parse(body([event({ scope: "" })]))).toMatchObject({ source: "hookwright" });
  });

  it("are objects back to back, no array and nothing between them, each with the time to the millisecond", () => {
    fc.assert(
      fc.property(someEvents, fc.boolean(), (events, isBatch) => {
        const text = body(events, isBatch);
        const objects = rawValues(text);
        expect(objects.join("")).toBe(text);
        expect(objects).toHaveLength(events.length);
        for (const [index, object] of objects.entries()) {
          const { id, type, scope, at, data } = events[index] ?? event();
          expect(JSON.parse(object)).toEqual({
            time: at / 1000,
            source: scope === "" ? "hookwright" : scope,
            sourcetype: type,
            event: JSON.parse(data) as unknown,
            fields: { id },
          });
          expect(rawMembers(object).get("time")).toMatch(/^\d+\.\d{3}$/);
          expect(object).toContain(`"event":${data},"fields"`);
          expect(body([events[index] ?? event()])).toBe(object);
        }
      }),
    );
  });

  it("are JSON, and all types share a batch", () => {
    for (const isBatch of [true, false])
      expect(contentTypeOf(splunkFormat, isBatch)).toBe("application/json");
    expect(splunkFormat.lane).toBeUndefined();
  });
});

/**
 * Codes of the HTTP Event Collector with the status each comes with, from the table "Possible error codes" of Splunk's
 * documentation ("Troubleshoot HTTP Event Collector").
 */
const CODES: readonly (readonly [number, number, AnswerMeaning])[] = [
  [0, 200, "delivered"],
  [1, 403, "retry"],
  [2, 401, "retry"],
  [3, 401, "retry"],
  [4, 403, "retry"],
  [5, 400, "final"],
  [6, 400, "final"],
  [7, 400, "retry"],
  [8, 500, "retry"],
  [9, 503, "retry"],
  [10, 400, "retry"],
  [11, 400, "retry"],
  [12, 400, "final"],
  [13, 400, "final"],
  [14, 400, "retry"],
  [15, 400, "final"],
  [16, 400, "retry"],
];

const meaning = (status: number, text: string) => splunkFormat.meaning?.({ status, headers: {}, body: text });

describe("splunk answers", () => {
  it.each(CODES)("code %i with HTTP %i means %s", (code, status, expected) => {
    expect(meaning(status, `{"text":"said so","code":${code}}`)).toBe(expected);
  });

  it("are taken by their code also with more beside it, as acknowledgement and bad events have", () => {
    expect(meaning(200, '{"text":"Success","code":0,"ackId":7}')).toBe("delivered");
    expect(meaning(400, '{"text":"Invalid data format","code":6,"invalid-event-number":3}')).toBe("final");
  });

  it("say success only together with a 2xx", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        const expected = status >= 200 && status < 300 ? "delivered" : null;
        expect(meaning(status, '{"text":"Success","code":0}')).toBe(expected);
      }),
    );
  });

  it("count as a failure with any code but 0, whatever the status, and never as delivered", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 100, max: 599 }), (code, status) => {
        const expected = [5, 6, 12, 13, 15].includes(code) ? "final" : "retry";
        expect(meaning(status, JSON.stringify({ text: "", code }))).toBe(expected);
      }),
    );
  });

  it.each([
    "",
    "OK",
    "<html>",
    "null",
    "0",
    '"code"',
    "[0]",
    "{}",
    '{"code":"0"}',
    '{"code":0.5}',
    '{"code":null}',
  ])("leave it to the status when the body is %j", (text) => {
    expect(hecCode(text)).toBeNull();
    for (const status of [200, 400, 503]) expect(meaning(status, text)).toBeNull();
  });

  it("are read without throwing, whatever comes back", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), fc.integer(), (text, status) => {
        expect([null, "delivered", "retry", "final"]).toContain(meaning(status, text));
      }),
    );
  });
});
