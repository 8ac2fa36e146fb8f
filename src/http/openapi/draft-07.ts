import { everySchema } from "./relocate.js";
import type { Json } from "./schemas.js";

/**
 * A JSON Schema of draft 2020-12 as one of draft 07, the one that AsyncAPI has and its tools read. What draft 07 has no
 * word for (`unevaluatedProperties`, `minContains`) stays: readers of it pass over what they do not know.
 */
export function toDraft07(schema: Json): Json {
  return everySchema(schema, ({ $schema: _, ...one }) =>
    withDependencies(withTuple(withDefinitions(one))),
  ) as Json;
}

/** `prefixItems` was `items`, and what comes after it `additionalItems`. */
function withTuple(schema: Json): Json {
  const { prefixItems, items, ...rest } = schema;
  if (prefixItems === undefined) return schema;
  return { ...rest, items: prefixItems, ...(items === undefined ? {} : { additionalItems: items }) };
}

function withDependencies(schema: Json): Json {
  const { dependentRequired, dependentSchemas, ...rest } = schema;
  if (dependentRequired === undefined && dependentSchemas === undefined) return schema;
  return { ...rest, dependencies: { ...(dependentRequired as Json), ...(dependentSchemas as Json) } };
}

/** `$defs` was `definitions`; references to it are pointers into the document, wherever it stands. */
function withDefinitions(schema: Json): Json {
  const { $defs, definitions, $ref, ...rest } = schema;
  return {
    ...(typeof $ref === "string" ? { $ref: $ref.replaceAll("/$defs/", "/definitions/") } : {}),
    ...rest,
    ...($defs === undefined && definitions === undefined
      ? {}
      : { definitions: { ...(definitions as Json), ...($defs as Json) } }),
  };
}
