import type { Json } from "./schemas.js";

/** Keywords whose value is data, in which a `$ref` means nothing. */
const DATA = new Set(["const", "enum", "default", "example", "examples"]);

/** Keywords whose value is schemas by a name that the author chose. */
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

/** Changes one schema; those inside it are changed already. */
type Change = (schema: Record<string, unknown>) => Json;

/** A JSON Schema with a change made to it and to every schema inside it. */
export function everySchema(schema: unknown, change: Change): unknown {
  if (Array.isArray(schema)) return schema.map((item) => everySchema(item, change));
  if (typeof schema !== "object" || schema === null) return schema;
  return change(
    mapped(schema, (key, value) => {
      if (DATA.has(key)) return value;
      if (!BY_NAME.has(key) || typeof value !== "object" || value === null) return everySchema(value, change);
      return mapped(value, (_, inner) => everySchema(inner, change));
    }),
  );
}

/**
 * A JSON Schema document as a part of a larger one: its references to itself lead to where it stands there. Its own
 * `$id` and dialect are left out, for a part has none; a dialect other than draft 2020-12 is kept.
 *
 * @param at - Where it will stand, as a JSON Pointer in a URI fragment.
 */
export function relocated(document: Json, at: string): Json {
  const { $id, ...root } = document;
  const isOwn =
    typeof $id === "string" ? (base: string) => base === "" || base === $id : (base: string) => base === "";
  return everySchema(root, ({ $schema, ...schema }) => {
    const dialect = $schema === undefined || $schema === DIALECT ? {} : { $schema };
    return { ...dialect, ...moved(schema) };
  }) as Json;

  function moved(schema: Json): Json {
    const { $ref } = schema;
    if (typeof $ref !== "string") return schema;
    const [base = "", fragment = ""] = $ref.split("#", 2);
    if (!isOwn(base) || (fragment !== "" && !fragment.startsWith("/"))) return schema;
    return { ...schema, $ref: at + fragment };
  }
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** Own properties even for names such as `__proto__`. */
function mapped(object: object, change: (key: string, value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}
