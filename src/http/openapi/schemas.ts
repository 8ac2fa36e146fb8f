import * as z from "zod";
import { documentedSchemas } from "../schemas/documented.js";

/** A JSON Schema, or another part of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** Schemas of a document: what each one is where it is used, and the named ones by their name. */
export interface Schemas {
  /** The schema, or a `$ref` where it has a name. Must be one of those given. */
  of(schema: z.ZodType): Json;
  /** In the order of their names. */
  readonly named: Readonly<Record<string, Json>>;
}

/** Zod's own descriptions, and our names. */
class Described extends z.core.$ZodRegistry<Record<string, unknown>> {
  override get(schema: z.core.$ZodType): Record<string, unknown> {
    return { ...z.globalRegistry.get(schema), ...documentedSchemas.get(schema) };
  }
}

const DEFS = "#/$defs/";

/**
 * Converts schemas all at once, so that each named one is written down once. As they are on the way in: objects are
 * open unless they are strict, because receivers must tolerate fields to come.
 */
export function schemasOf(given: Iterable<z.ZodType>): Schemas {
  const keys = new Map<z.ZodType, string>();
  for (const schema of given) if (!keys.has(schema)) keys.set(schema, `s${keys.size}`);
  const shape = Object.fromEntries(Array.from(keys, ([schema, key]) => [key, schema]));
  const made = z.toJSONSchema(z.object(shape), {
    metadata: new Described(),
    io: "input",
    target: "draft-2020-12",
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  const properties = asComponents(made.properties ?? {});
  const named = asComponents(made.$defs ?? {});
  return {
    of(schema) {
      const key = keys.get(schema);
      const found = key === undefined ? undefined : properties[key];
      if (found === undefined) throw new Error("This schema was not given to schemasOf.");
      return found as Json;
    },
    named: Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1))) as Schemas["named"],
  };
}

/** Drops what zod says and nobody needs: our own name, the bounds of every integer, that keys are texts. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (typeof schema.id === "string") delete schema.id;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.type === "object") delete schema.propertyNames;
}

function asComponents(schemas: object): Json {
  const text = JSON.stringify(schemas, (key, value: unknown) =>
    key === "$ref" && typeof value === "string" && value.startsWith(DEFS)
      ? `#/components/schemas/${value.slice(DEFS.length)}`
      : value,
  );
  return JSON.parse(text) as Json;
}
