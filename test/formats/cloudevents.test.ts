import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, contentTypeOf } from "../../src/formats/body.js";
import { cloudEventsFormat } from "../../src/formats/cloudevents.js";
import { builtInFormats } from "../../src/formats/registry.js";
import type { EventRecord } from "../../src/model/event.js";
import { event } from "../make.js";
import { rawMembers, rawValues, someEvents } from "./raw.js";

/**
 * The rules below are written down from the specification's own text, CloudEvents 1.0.2 and its JSON event format, and
 * share no code with the format they judge: they hold for every event that can be stored.
 * `cloudevents-library.test.ts` asks the CNCF's library.
 */

const SUBSCRIPTION = { id: "sub_1", name: "Events", scope: "", metadata: {} };

const body = (events: readonly EventRecord[], isBatch: boolean) =>
  String(bodyOf(builtInFormats, "cloudevents", events, SUBSCRIPTION, isBatch));

/** RFC 3986, appendix A, as far as a reference can be told by its characters and its escapes. */
const URI_REFERENCE = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
/** RFC 3339, section 5.6. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** RFC 2046, section 5.1: type and subtype. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:;.*)?$/;

const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;

/** Section 2.4.1 of the JSON format, and "Context attributes" of the specification: each broken rule by its name. */
function broken(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["is no object"];
  const one = value as Record<string, unknown>;
  const rules: readonly (readonly [string, boolean])[] = [
    ["specversion is 1.0", one.specversion === "1.0"],
    ["id is a text", isText(one.id)],
    ["type is a text", isText(one.type)],
    ["source is a URI-reference", isText(one.source) && URI_REFERENCE.test(one.source)],
    // A colon in the first segment of a relative path would make a scheme of what is before it (RFC 3986, 4.2).
    ["source is no scheme by accident", isText(one.source) && !/^[^/?#]*:/.test(one.source)],
    ["source has no authority by accident", isText(one.source) && !one.source.startsWith("//")],
    ["time is RFC 3339", one.time === undefined || (isText(one.time) && RFC_3339.test(one.time))],
    [
      "datacontenttype is a media type",
      one.datacontenttype === undefined ||
        (isText(one.datacontenttype) && MEDIA_TYPE.test(one.datacontenttype)),
    ],
    ["data and data_base64 are not both there", !("data" in one && "data_base64" in one)],
    [
      "attribute names are lower-case letters and digits",
      Object.keys(one).every((name) => name === "data_base64" || /^[a-z0-9]+$/.test(name)),
    ],
    [
      "attributes are scalars",
      Object.entries(one).every(
        ([name, attribute]) => name === "data" || ["string", "boolean", "number"].includes(typeof attribute),
      ),
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}

describe("the rules", () => {
  const valid = { specversion: "1.0", id: "1", type: "a.b", source: "/x", data: {} };

  it("take the specification's own example", () => {
    expect(
      broken({
        specversion: "1.0",
        type: "com.example.someevent",
        source: "/mycontext",
        id: "C234-1234-1234",
        time: "2018-04-05T17:31:00Z",
        comexampleextension1: "value",
        comexampleothervalue: 5,
        datacontenttype: "application/json",
        data: { appinfoA: "abc", appinfoB: 123, appinfoC: true },
      }),
    ).toEqual([]);
  });

  it.each([
    [{ specversion: "1.0.2" }, "specversion is 1.0"],
    [{ id: "" }, "id is a text"],
    [{ type: 1 }, "type is a text"],
    [{ source: "/a b" }, "source is a URI-reference"],
    [{ source: "organization:acme" }, "source is no scheme by accident"],
    [{ source: "//acme" }, "source has no authority by accident"],
    [{ time: "2026-01-01" }, "time is RFC 3339"],
    [{ datacontenttype: "json" }, "datacontenttype is a media type"],
    [{ data_base64: "AA==" }, "data and data_base64 are not both there"],
    [{ eventScope: "x" }, "attribute names are lower-case letters and digits"],
    [{ scope: {} }, "attributes are scalars"],
  ])("refuse %j", (change, rule) => {
    expect(broken({ ...valid, ...change })).toEqual([rule]);
  });
});

describe("cloudevents", () => {
  it("is exactly these bytes, alone and in a batch of one", () => {
    const one = event({ scope: "organization:acme", data: '{ "n" : 1.0 }' });
    const text =
      '{"specversion":"1.0","id":"evt_1","source":"/organization:acme","type":"order.paid",' +
      '"time":"2026-01-15T12:00:00.000Z","datacontenttype":"application/json","data":{ "n" : 1.0 }}';
    expect(body([one], false)).toBe(text);
    expect(body([one], true)).toBe(`[${text}]`);
  });

  it("alone is one valid event whose data is the published text, byte for byte", () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        for (const one of events) {
          const text = body([one], false);
          expect(broken(JSON.parse(text))).toEqual([]);
          expect(JSON.parse(text)).toMatchObject({
            id: one.id,
            type: one.type,
            source: `/${one.scope}`,
            data: JSON.parse(one.data) as unknown,
          });
          expect(Date.parse((JSON.parse(text) as { time: string }).time)).toBe(one.at);
          expect(text.endsWith(`"data":${one.data}}`)).toBe(true);
          expect(rawMembers(text).get("id")).toBe(JSON.stringify(one.id));
        }
      }),
    );
  });

  it("batched is an array of the same events in order, also of one", () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const text = body(events, true);
        const parsed = JSON.parse(text) as unknown[];
        expect(Array.isArray(parsed)).toBe(true);
        expect(parsed.flatMap(broken)).toEqual([]);
        expect(rawValues(text.slice(1, -1))).toEqual(events.map((one) => body([one], false)));
      }),
    );
  });

  it("tells the structured and the batched mode by its content type", () => {
    expect(contentTypeOf(cloudEventsFormat, false)).toBe("application/cloudevents+json");
    expect(contentTypeOf(cloudEventsFormat, true)).toBe("application/cloudevents-batch+json");
  });

  it("makes source and id of different events a different pair, as the specification asks", () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const pairs = events.map((one) => {
          const { source, id } = JSON.parse(body([one], false)) as { source: string; id: string };
          return JSON.stringify([source, id]);
        });
        expect(new Set(pairs).size).toBe(new Set(events.map(({ scope, id }) => `${scope} ${id}`)).size);
      }),
    );
  });
});
