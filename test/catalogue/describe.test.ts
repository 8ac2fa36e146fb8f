import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod/v3";
import { buildCatalogue, defineCatalogue } from "../../src/catalogue/define.js";
import { standard, thrown } from "./helpers.js";

const catalogue = defineCatalogue({
  scopes: {
    organization: { audit: "organization.audit" },
    signin: { parent: "organization", label: "Sign In" },
  },
  events: {
    ping: { description: "Are you there?" },
    "session.created": {
      description: "A session began.",
      group: "Sessions",
      at: ["signin"],
      schema: z.object({ id: z.string(), at: z.coerce.date<string>() }),
      example: { id: "s_1", at: "2026-01-02" },
    },
    "lease.granted": { group: "DHCP", deprecated: "Use lease.given." },
    "session.ended": { group: "Sessions", deprecated: true, at: ["signin", ""] },
  },
});

const jsonSchemaOf = (event: object) =>
  buildCatalogue({ events: { a: event } }).describe().events[0]?.jsonSchema;

describe("groups", () => {
  test("in the order they are first named, those without one last", () => {
    expect(catalogue.groups()).toEqual([
      {
        group: "Sessions",
        types: [
          { type: "session.created", label: null, description: "A session began.", deprecated: false },
          { type: "session.ended", label: null, description: "", deprecated: true },
        ],
      },
      {
        group: "DHCP",
        types: [{ type: "lease.granted", label: null, description: "", deprecated: "Use lease.given." }],
      },
      {
        group: "Configuration audit",
        types: [
          {
            type: "organization.audit",
            label: null,
            description: "The configuration was changed: Organization.",
            deprecated: false,
          },
        ],
      },
      {
        group: null,
        types: [{ type: "ping", label: null, description: "Are you there?", deprecated: false }],
      },
    ]);
  });

  const at = (kind: string) =>
    catalogue.groups({ at: kind }).flatMap(({ types }) => types.map(({ type }) => type));

  test("only what may be subscribed to at a kind", () => {
    expect(at("signin")).toEqual(["session.created", "session.ended", "lease.granted", "ping"]);
    expect(at("organization")).toEqual(["lease.granted", "organization.audit", "ping"]);
    expect(at("")).toEqual(["lease.granted", "session.ended", "organization.audit", "ping"]);
  });

  test("no group is empty, and without types there is none", () => {
    expect(catalogue.groups({ at: "organization" }).map(({ group }) => group)).toEqual([
      "DHCP",
      "Configuration audit",
      null,
    ]);
    expect(buildCatalogue({ events: {} }).groups()).toEqual([]);
  });

  test("an unknown kind is refused, by describe too", () => {
    const error = thrown("UNKNOWN_SCOPE", () => catalogue.groups({ at: "planet" }));
    expect(error.message).toBe('There is no scope kind "planet"; there are "", "organization", "signin".');
    thrown("UNKNOWN_SCOPE", () => catalogue.describe({ at: "planet" }));
  });
});

describe("describe", () => {
  test("is the whole catalogue as plain JSON, with data as it is delivered", () => {
    const description = catalogue.describe();
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    expect(description.scopes).toEqual([
      { kind: "", label: "Root", parent: null, audit: null },
      { kind: "organization", label: "Organization", parent: null, audit: "organization.audit" },
      { kind: "signin", label: "Sign In", parent: "organization", audit: null },
    ]);
    expect(description.events.map(({ type }) => type)).toEqual(catalogue.types);
    expect(description.events[0]).toEqual({
      type: "ping",
      label: null,
      description: "Are you there?",
      group: null,
      at: ["", "organization", "signin"],
      deprecated: false,
      audit: false,
      example: null,
      jsonSchema: null,
    });
    expect(description.events[1]).toEqual({
      type: "session.created",
      label: null,
      description: "A session began.",
      group: "Sessions",
      at: ["signin"],
      deprecated: false,
      audit: false,
      example: { id: "s_1", at: "2026-01-02T00:00:00.000Z" },
      jsonSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { id: { type: "string" }, at: { type: "string", format: "date-time" } },
        required: ["id", "at"],
      },
    });
    expect(description.events[4]).toMatchObject({
      type: "organization.audit",
      audit: true,
      jsonSchema: { type: "object", required: expect.arrayContaining(["scope", "actor", "before", "after"]) },
    });
  });

  test("only what may be subscribed to at a kind; all scopes", () => {
    const description = catalogue.describe({ at: "organization" });
    expect(description.events.map(({ type }) => type)).toEqual([
      "ping",
      "lease.granted",
      "organization.audit",
    ]);
    expect(description.scopes).toHaveLength(3);
  });

  test("is made anew: what a caller does to it stays with the caller", () => {
    const first = catalogue.describe() as unknown as {
      events: { at: string[]; jsonSchema: { type?: string } | null }[];
    };
    first.events[0]?.at.push("planet");
    for (const event of first.events) if (event.jsonSchema) event.jsonSchema.type = "spoilt";
    const second = catalogue.describe();
    expect(second.events[0]?.at).toEqual(["", "organization", "signin"]);
    expect(JSON.stringify(second)).not.toContain("spoilt");
  });

  test("converts a schema once", () => {
    let converted = 0;
    const jsonSchema = { output: () => ({ n: ++converted }), input: () => ({}) };
    const made = buildCatalogue({
      events: { a: { schema: standard((value) => ({ value }), { jsonSchema }) } },
    });
    expect(converted).toBe(0);
    made.describe();
    expect(made.describe().events[0]?.jsonSchema).toEqual({ n: 1 });
  });
});

describe("JSON Schema", () => {
  test("zod: open objects stay open, strict ones closed, at any depth", () => {
    const schema = z.object({
      open: z.array(z.object({ a: z.string() })),
      strict: z.strictObject({}),
      loose: z.looseObject({}),
      rest: z.object({}).catchall(z.number()),
    });
    const json = jsonSchemaOf({ schema }) as { properties: Record<string, unknown> };
    expect(json).not.toHaveProperty("additionalProperties");
    expect(json.properties).toEqual({
      open: {
        type: "array",
        items: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      },
      strict: { type: "object", properties: {}, additionalProperties: false },
      loose: { type: "object", properties: {}, additionalProperties: {} },
      rest: { type: "object", properties: {}, additionalProperties: { type: "number" } },
    });
  });

  test("zod: what is delivered, not what is taken; a transform may be anything", () => {
    const schema = z.object({ kind: z.string().default("guest"), n: z.string().transform(Number) });
    expect(jsonSchemaOf({ schema })).toMatchObject({
      properties: { kind: { type: "string", default: "guest" }, n: {} },
      required: ["kind", "n"],
    });
  });

  test("zod/mini is zod", () => {
    const schema = mini.object({ id: mini.string(), n: mini.optional(mini.number()) });
    expect(jsonSchemaOf({ schema })).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { id: { type: "string" }, n: { type: "number" } },
      required: ["id"],
    });
  });

  test("zod of a copy that ours cannot read falls back to its own extension, else to null", () => {
    expect(jsonSchemaOf({ schema: z3.object({ id: z3.string() }) })).toBeNull();
    const own = { vendor: "zod", jsonSchema: { output: () => ({ type: "string" }), input: () => ({}) } };
    expect(jsonSchemaOf({ schema: standard((value) => ({ value }), own) })).toEqual({ type: "string" });
  });

  test("other libraries through the Standard JSON Schema extension, output side, draft 2020-12", () => {
    const jsonSchema = {
      output: ({ target }: { target: string }) => ({ title: `out ${target}` }),
      input: () => ({ title: "in" }),
    };
    const schema = standard((value) => ({ value }), { jsonSchema });
    expect(jsonSchemaOf({ schema })).toEqual({ title: "out draft-2020-12" });
  });

  test("null where there is no way, or the way throws, or JSON cannot carry what it gives", () => {
    expect(jsonSchemaOf({ schema: v.object({ id: v.string() }) })).toBeNull();
    for (const output of [
      () => {
        throw new Error("unsupported");
      },
      () => undefined,
      () => "text",
      () => ({ const: 1n }),
    ]) {
      expect(
        jsonSchemaOf({ schema: standard((value) => ({ value }), { jsonSchema: { output } }) }),
      ).toBeNull();
    }
  });

  test("the host's own wins, with any schema and with none", () => {
    const jsonSchema = { type: "object", title: "mine" };
    expect(jsonSchemaOf({ jsonSchema })).toEqual(jsonSchema);
    expect(jsonSchemaOf({ jsonSchema, schema: z.object({}) })).toEqual(jsonSchema);
    expect(jsonSchemaOf({ jsonSchema, schema: v.object({}) })).toEqual(jsonSchema);
  });
});
