import { describe, expect, it, test } from "vitest";
import { toDraft07 } from "../../src/http/openapi/draft-07.js";
import { relocated } from "../../src/http/openapi/relocate.js";

const AT = "#/components/schemas/x";

describe("a JSON Schema inside another document", () => {
  test.each<[string, object, object]>([
    ["leads to itself", { $ref: "#" }, { $ref: AT }],
    ["leads to a part of itself", { items: { $ref: "#/$defs/a" } }, { items: { $ref: `${AT}/$defs/a` } }],
    ["in a list", { anyOf: [{ $ref: "#/$defs/a" }, true] }, { anyOf: [{ $ref: `${AT}/$defs/a` }, true] }],
    ["by its own id", { $id: "urn:x:y", not: { $ref: "urn:x:y#/a" } }, { not: { $ref: `${AT}/a` } }],
    ["by its own id alone", { $id: "urn:x:y", not: { $ref: "urn:x:y" } }, { not: { $ref: AT } }],
    ["elsewhere", { $ref: "https://example.com/a.json#/b" }, { $ref: "https://example.com/a.json#/b" }],
    [
      "to an anchor",
      { $ref: "#a", $defs: { b: { $anchor: "a" } } },
      { $ref: "#a", $defs: { b: { $anchor: "a" } } },
    ],
    [
      "keeps data",
      { const: { $ref: "#" }, enum: [{ $ref: "#" }] },
      { const: { $ref: "#" }, enum: [{ $ref: "#" }] },
    ],
    [
      "keeps examples",
      { examples: [{ $ref: "#" }], default: { $ref: "#" } },
      { examples: [{ $ref: "#" }], default: { $ref: "#" } },
    ],
    [
      "takes properties by their name",
      { properties: { const: { $ref: "#" }, $ref: { $ref: "#" } } },
      { properties: { const: { $ref: AT }, $ref: { $ref: AT } } },
    ],
    ["leaves its dialect out", { $schema: "https://json-schema.org/draft/2020-12/schema" }, {}],
    [
      "keeps another dialect",
      { $schema: "http://json-schema.org/draft-07/schema#" },
      { $schema: "http://json-schema.org/draft-07/schema#" },
    ],
  ])("%s", (_, given, expected) => {
    const before = structuredClone(given);
    expect(relocated(given as Record<string, unknown>, AT)).toEqual(expected);
    expect(given).toEqual(before);
  });

  it("keeps a property of any name", () => {
    const made = relocated(JSON.parse('{"properties":{"__proto__":{"$ref":"#"}}}'), AT);
    expect(JSON.stringify(made)).toBe(`{"properties":{"__proto__":{"$ref":"${AT}"}}}`);
  });
});

describe("draft 07", () => {
  test.each<[string, object, object]>([
    ["a tuple", { prefixItems: [{ type: "string" }] }, { items: [{ type: "string" }] }],
    ["and what follows", { prefixItems: [true], items: false }, { items: [true], additionalItems: false }],
    ["a list stays", { items: { type: "string" } }, { items: { type: "string" } }],
    [
      "definitions",
      { $ref: "#/$defs/a", $defs: { a: {} }, definitions: { b: {} } },
      { $ref: "#/definitions/a", definitions: { a: {}, b: {} } },
    ],
    [
      "dependencies",
      { dependentRequired: { a: ["b"] }, dependentSchemas: { c: { prefixItems: [true] } } },
      { dependencies: { a: ["b"], c: { items: [true] } } },
    ],
    ["inside", { properties: { a: { prefixItems: [true] } } }, { properties: { a: { items: [true] } } }],
    [
      "no dialect",
      { $schema: "https://json-schema.org/draft/2020-12/schema", type: "string" },
      { type: "string" },
    ],
  ])("%s", (_, given, expected) => {
    expect(toDraft07(given as Record<string, unknown>)).toEqual(expected);
  });
});
