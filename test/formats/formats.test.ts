import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, formatNamed } from "../../src/formats/body.js";
import { formatEvent } from "../../src/formats/event.js";
import { builtInFormats, DEFAULT_FORMAT, formatsWith } from "../../src/formats/registry.js";
import type { EventRecord } from "../../src/model/event.js";
import type { Format } from "../../src/model/format.js";
import { event, failure, paths } from "../make.js";

const SUBSCRIPTION = { id: "sub_1", name: "Slack", scope: "", metadata: { channel: "#ops" } };

function body(name: string, events: readonly EventRecord[], formats = builtInFormats): string | Uint8Array {
  return bodyOf(formats, name, events, SUBSCRIPTION, events.length > 1);
}

describe("standard", () => {
  it("is exactly these bytes", () => {
    const one = event({ scope: "organization:acme", data: '{ "n" : 1.0,"a":"\\u00e9" }' });
    expect(body("standard", [one])).toBe(
      '{"id":"evt_1","type":"order.paid","timestamp":"2026-01-15T12:00:00.000Z",' +
        '"scope":"organization:acme","data":{ "n" : 1.0,"a":"\\u00e9" }}',
    );
  });

  it("is an array in a batch, also of one, as array has it", () => {
    const batch = [event({ id: "a" }), event({ id: "b" })];
    for (const events of [batch, batch.slice(1)]) {
      expect(bodyOf(builtInFormats, "standard", events, SUBSCRIPTION, true)).toBe(body("array", events));
    }
  });

  it("tells when it happened, not when it was published", () => {
    expect(body("standard", [event({ at: 0 })])).toContain('"timestamp":"1970-01-01T00:00:00.000Z"');
  });
});

describe("array", () => {
  it("is an array, also of one and of none", () => {
    expect(body("array", [])).toBe("[]");
    expect(body("array", [event()])).toBe(`[${body("standard", [event()])}]`);
  });

  it("joins the same objects as standard, in the order given", () => {
    const [a, b] = [event({ id: "a" }), event({ id: "b", data: "null" })];
    expect(body("array", [b, a])).toBe(`[${body("standard", [b])},${body("standard", [a])}]`);
  });
});

describe("both", () => {
  it("say what was published, whatever it was, and carry the data's own bytes", () => {
    const record = fc.record({
      // As publishing lets them through: nothing that JSON would have to escape.
      id: fc.stringMatching(/^[A-Za-z0-9_~-]{1,40}$/),
      type: fc.stringMatching(/^[A-Za-z0-9_-]{1,10}(\.[A-Za-z0-9_-]{1,10}){0,3}$/),
      scope: fc.stringMatching(/^([a-z]{1,5}:[A-Za-z0-9._~-]{1,10})?$/),
      at: fc.integer({ min: 0, max: Date.UTC(9999, 0) }),
      data: fc.json(),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (drafts) => {
        const events = drafts.map((draft) => event(draft));
        const wanted = events.map(({ id, type, scope, at, data }) => ({
          id,
          type,
          timestamp: new Date(at).toISOString(),
          scope,
          data: JSON.parse(data) as unknown,
        }));
        const text = String(body("array", events));
        expect(JSON.parse(text)).toEqual(wanted);
        for (const [index, one] of events.entries()) {
          const alone = String(body("standard", [one]));
          expect(JSON.parse(alone)).toEqual(wanted[index]);
          expect(alone.endsWith(`"data":${one.data}}`)).toBe(true);
          expect(text).toContain(alone);
        }
      }),
    );
  });

  it("are the same bytes each time", () => {
    for (const name of ["standard", "array"]) expect(body(name, [event()])).toBe(body(name, [event()]));
  });
});

describe("formatEvent", () => {
  it("shows the text as it is stored, and the data parsed anew at each read", () => {
    const shown = formatEvent(event());
    expect(shown).toMatchObject({
      id: "evt_1",
      type: "order.paid",
      scope: "",
      json: '{"n":1}',
      data: { n: 1 },
    });
    (shown.data as { n: number }).n = 2;
    expect(shown.data).toEqual({ n: 1 });
  });

  it("parses nothing that no format asks for", () => {
    expect(formatEvent(event({ data: "no JSON" })).json).toBe("no JSON");
  });
});

describe("formatsWith", () => {
  const slack: Format = {
    contentType: "application/json",
    body: (events, { name, metadata }) =>
      JSON.stringify({ name, metadata, types: events.map(({ type }) => type) }),
  };

  it("adds the host's formats, which see the events and the subscription", () => {
    const formats = formatsWith({ slack });
    expect(body("slack", [event()], formats)).toBe(
      '{"name":"Slack","metadata":{"channel":"#ops"},"types":["order.paid"]}',
    );
    expect(formatNamed(formats, "array")).toBe(builtInFormats.get("array"));
    expect(builtInFormats.has("slack")).toBe(false);
  });

  it("hands on bytes as they are", () => {
    const bytes = new Uint8Array([0, 255]);
    expect(body("bin", [], formatsWith({ bin: { contentType: "x/y", body: () => bytes } }))).toBe(bytes);
  });

  it.each(["standard", "array", "", "Slack", "-x", ".x", "a b", "é", "x".repeat(65), "__proto__x"])(
    "refuses the name %j",
    async (name) => {
      const error = await failure("CONFIGURATION", () => formatsWith({ [name]: slack }));
      expect(paths(error)).toEqual([`formats.${name}`]);
    },
  );

  it.each(["a", "0", "my-format_v1.2", "x".repeat(64)])("takes the name %j", (name) => {
    expect(formatsWith({ [name]: slack }).get(name)).toBe(slack);
  });

  it("knows the formats of subscriptions that name none", () => {
    for (const name of Object.values(DEFAULT_FORMAT)) expect(builtInFormats.has(name)).toBe(true);
  });

  it("says that a format is not registered, and where to", async () => {
    const error = await failure("CONFIGURATION", () => body("slack", [event()]));
    expect(error.message).toMatch(/"slack".*createWebhooks/);
  });
});
