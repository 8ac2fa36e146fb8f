import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draftEvent, type EventDetails } from "../../src/publish/draft.js";
import { failure, NOW, paths } from "../make.js";

const limits = { maxBytes: 100, now: NOW };

function draft(data: unknown, details: EventDetails = {}, maxBytes = limits.maxBytes) {
  return draftEvent("order.paid", data, details, { ...limits, maxBytes });
}

function refused(data: unknown, details: EventDetails = {}) {
  return failure("INVALID_DATA", () => draft(data, details));
}

describe("draftEvent", () => {
  it("fills in what the publisher left out", () => {
    expect(draft({ n: 1 })).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-z]{26}$/),
      type: "order.paid",
      scope: "",
      at: NOW,
      createdAt: NOW,
      data: '{"n":1}',
      test: false,
    });
  });

  it("takes what the publisher said", () => {
    const details = { scope: "organization:acme", id: "mine~1", at: 5 };
    expect(draft(null, details)).toMatchObject({
      id: "mine~1",
      scope: "organization:acme",
      at: 5,
      createdAt: NOW,
      data: "null",
    });
  });

  it("names every bad field at once, and the type", async () => {
    const error = await refused(() => {}, { id: "a.b", at: "soon" });
    expect(paths(error).sort()).toEqual(["at", "data", "id"]);
    expect(error.message).toContain("order.paid");
  });
});

describe("details there are none of", () => {
  it("are named, a misspelt one and a transaction in the wrong place", async () => {
    const details = { idempotencykey: "k", tx: {}, at: undefined } as unknown as EventDetails;
    expect(paths(await refused(1, details))).toEqual(["idempotencykey", "tx"]);
  });

  it("are none where they are undefined", () => {
    expect(draft(1, { tx: undefined } as EventDetails).data).toBe("1");
  });
});

describe("id and idempotencyKey", () => {
  it.each(["a", "A-z_0~9", "x".repeat(128)])("takes the id %s", (id) => {
    expect(draft(1, { id }).id).toBe(id);
  });

  it.each([
    "",
    "a.b",
    "a b",
    "a/b",
    "é",
    "x".repeat(129),
    "a\n",
    7 as unknown as string,
    null as unknown as string,
  ])("refuses the id %j", async (id) => {
    expect(paths(await refused(1, { id }))).toEqual(["id"]);
  });

  it.each(["", "x".repeat(256), 7 as unknown as string, null as unknown as string])(
    "refuses the key %j",
    async (idempotencyKey) => {
      expect(paths(await refused(1, { idempotencyKey }))).toEqual(["idempotencyKey"]);
    },
  );

  it("refuses both together", async () => {
    expect(paths(await refused(1, { id: "a", idempotencyKey: "b" }))).toEqual(["idempotencyKey"]);
  });

  it("makes one id of one key, scope and type, whatever the data and the time", () => {
    const first = draft(1, { idempotencyKey: "k", scope: "a:1" });
    expect(first.id).toMatch(/^evt_k[0-9a-f]{40}$/);
    const again = draftEvent(
      "order.paid",
      2,
      { idempotencyKey: "k", scope: "a:1", at: 7 },
      { ...limits, now: NOW + 1 },
    );
    expect(again.id).toBe(first.id);
  });

  it("tells apart what would be one text if it were only joined", () => {
    const id = (scope: string, type: string, idempotencyKey: string) =>
      draftEvent(type, 1, { scope, idempotencyKey }, limits).id;
    expect(id("a", "b,c", "d")).not.toBe(id("a,b", "c", "d"));
    expect(id("a", "b", "c,d")).not.toBe(id("a", "b,c", "d"));
    expect(id("", "ab", "c")).not.toBe(id("", "a", "bc"));
  });

  it("tells keys, scopes and types apart, also where their joined texts are the same", () => {
    const part = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", '"', ",", "\\") });
    const triple = fc.tuple(part, part, part);
    const id = ([key, scope, type]: readonly [string, string, string]) =>
      draftEvent(type, 1, { idempotencyKey: key, scope }, limits).id;
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        expect(id(a) === id(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it("takes a key of 255 characters of any kind", () => {
    expect(draft(1, { idempotencyKey: `${"é.".repeat(127)}x` }).id).toMatch(/^evt_k/);
  });
});

describe("at", () => {
  it.each([
    [0, 0],
    [1.9, 1],
    [new Date(5), 5],
    ["1970-01-01", 0],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2026-01-15T12:00:00Z", NOW],
    ["2026-01-15T12:00Z", NOW],
    ["2026-01-15T12:00:00.250Z", NOW + 250],
    ["2026-01-15T14:00:00+02:00", NOW],
    ["2026-01-15T06:30:00-05:30", NOW],
    ["9999-12-31T23:59:59.999Z", Date.UTC(10_000, 0) - 1],
  ])("%s is %s", (at, ms) => {
    expect(draft(1, { at }).at).toBe(ms);
  });

  it.each([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Date.UTC(10_000, 0),
    new Date(Number.NaN),
    "",
    "now",
    "1768478400000",
    "2026-01-15T12:00:00",
    "2026-01-15 12:00:00Z",
    "15 Jan 2026",
    "2026-13-01",
    "2026-02-30",
    "2026-02-29",
    "2026-04-31T12:00:00Z",
    "2026-01-00",
    "1969-12-31",
    "2026-01-15T99:00:00Z",
    null as unknown as string,
    {} as unknown as string,
    10n as unknown as number,
  ])("%s is no moment", async (at) => {
    expect(paths(await refused(1, { at }))).toEqual(["at"]);
  });
});

describe("data", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const throwing = {
    toJSON() {
      throw new Error("secret");
    },
  };

  it.each([
    ["undefined", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a BigInt", 1n],
    ["a BigInt deep inside", { a: [{ b: 1n }] }],
    ["a circle", cyclic],
    ["a toJSON that throws", throwing],
    ["a toJSON that answers nothing", { toJSON: () => undefined }],
  ])("%s cannot be carried", async (_, data) => {
    const error = await refused(data);
    expect(paths(error)).toEqual(["data"]);
    expect(JSON.stringify([error.message, error.issues])).not.toContain("secret");
  });

  it("is what toJSON answers", () => {
    expect(draft({ toJSON: () => ({ shown: true }) }).data).toBe('{"shown":true}');
    expect(draft({ at: new Date(0) }).data).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });

  it("is measured in bytes of its JSON, not in characters, and may be exactly as large as allowed", async () => {
    for (const text of ["x", "é", "€", "😀", '"']) {
      const bytes = Buffer.byteLength(JSON.stringify(text));
      expect(draft(text, {}, bytes).data).toBe(JSON.stringify(text));
      const error = await failure("INVALID_DATA", () => draft(text, {}, bytes - 1));
      expect(error.issues).toEqual([{ path: ["data"], message: `larger than ${bytes - 1} bytes of JSON` }]);
    }
  });

  it("is JSON that says the same, whatever it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const event = draft(data, {}, 1_000_000);
        expect(JSON.parse(event.data)).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});
