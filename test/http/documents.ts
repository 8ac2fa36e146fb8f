import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { type AnyCatalogue, defineCatalogue } from "hookwright";
import { z } from "zod";
import { juniperMist } from "../../examples/catalogues/juniper-mist.js";
import { netgraph } from "../../examples/catalogues/netgraph.js";
import { secureCodingHub } from "../../examples/catalogues/securecodinghub.js";
import { catalogue as github } from "../../examples/demo/github.js";
import { schemasOf } from "../../src/http/openapi/schemas.js";
import { catalogue as flow } from "../flow/harness.js";

/** What the tests of the documents share. */

const recursive = z.object({
  name: z.string(),
  get children() {
    return z.array(recursive);
  },
});

/** All that JSON Schemas do that is awkward inside another document. */
export const awkward = defineCatalogue({
  scopes: { site: { label: "Site", audit: "site.audit" } },
  events: {
    "tree.grown": { schema: recursive, example: { name: "a", children: [{ name: "b", children: [] }] } },
    "pair.made": { schema: z.tuple([z.string(), z.number()]).rest(z.boolean()), example: ["a", 1, true] },
    "host.said": {
      jsonSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: "https://example.com/said.json",
        type: "object",
        properties: {
          default: { $ref: "#/$defs/word" },
          said: { $ref: "https://example.com/said.json#/$defs/word" },
        },
        $defs: { word: { type: "string" } },
        dependentRequired: { said: ["default"] },
      },
      deprecated: "Use tree.grown.",
      example: { said: "x", default: "y" },
    },
    "no.schema": { description: "Says nothing of its data.", deprecated: true },
    "odd.schema": { schema: z.string().transform((text) => text.length), example: "abc" },
    __proto__: { description: "Lost, as any prototype in a literal." },
    Subscription: { description: "Is named like a schema of the API.", schema: z.number(), example: 1 },
  },
});

/** Every catalogue there is: the examples', from which the systems in test/flow are made, the demo's, and odd ones. */
export const CATALOGUES: readonly (readonly [string, AnyCatalogue])[] = [
  ["netgraph", netgraph],
  ["juniperMist", juniperMist],
  ["secureCodingHub", secureCodingHub],
  ["the flows", flow],
  ["the demo", github],
  ["awkward", awkward],
  ["empty", defineCatalogue({ events: {} })],
];

type Check = (value: unknown) => readonly string[];

/** Judges values by a schema of the documents. `strict`: fields that it does not name are refused. */
export function judge(schema: z.ZodType, strict = false): Check {
  const schemas = schemasOf([schema]);
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  const components = { schemas: strict ? closed(schemas.named) : schemas.named };
  const check = ajv.compile({
    ...(strict ? (closed(schemas.of(schema)) as object) : schemas.of(schema)),
    components,
  });
  return (value) => {
    check(value);
    return (check.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
  };
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]));
  const isObject = inner.type === "object" && "properties" in inner && !("additionalProperties" in inner);
  return isObject ? { ...inner, additionalProperties: false } : inner;
}

/** Every `$ref` in a document that leads nowhere in it. */
export function lostRefs(document: object): string[] {
  const lost: string[] = [];
  const visit = (value: unknown, key: string): void => {
    if (typeof value !== "object" || value === null || DATA.has(key)) return;
    for (const [name, item] of Object.entries(value)) {
      if (name === "$ref" && typeof item === "string" && at(document, item) === undefined) lost.push(item);
      visit(item, name);
    }
  };
  visit(document, "");
  return lost;
}

/** A `$ref` in these is data, not a reference. */
const DATA = new Set(["const", "enum", "examples", "example", "value"]);

/** How many references there are, so that none being lost means something. */
export function countRefs(document: object): number {
  return JSON.stringify(document).split('"$ref":"#/').length - 1;
}

/** What a JSON Pointer in a fragment leads to. */
export function at(document: unknown, ref: string): unknown {
  if (!ref.startsWith("#/")) return undefined;
  let value = document;
  for (const token of ref.slice(2).split("/")) {
    const name = decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
