import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import type { EventTypeInfo } from "./info.js";

type JsonSchema = Readonly<Record<string, unknown>>;

const TARGET = "draft-2020-12";

/**
 * The JSON Schema, draft 2020-12, of a type's data as it is delivered: what the host gave, else what can be made of
 * its schema. `null` when nothing can: a description without one is better than none.
 */
export function jsonSchemaOf({ jsonSchema, schema }: EventTypeInfo): JsonSchema | null {
  if (jsonSchema !== null || schema === null) return jsonSchema;
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema["~standard"];
  return (
    (standard.vendor === "zod" ? attempt(() => fromZod(schema)) : null) ??
    attempt(() => standard.jsonSchema?.output({ target: TARGET }))
  );
}

/**
 * Zod 4 of any copy, `zod/mini` too; zod 3 makes this throw. Two things differ from what zod would say: an ordinary
 * object stays open, because receivers must tolerate fields to come, and a `Date` is the text that JSON makes of it.
 * What has no JSON Schema (a transform) may be anything.
 */
function fromZod(schema: unknown): JsonSchema {
  return z.toJSONSchema(schema as z.core.$ZodType, {
    target: TARGET,
    io: "output",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === "object" && !def.catchall) delete jsonSchema.additionalProperties;
      if (def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
    },
  });
}

function attempt(make: () => JsonSchema | undefined): JsonSchema | null {
  try {
    const made = make();
    return typeof made === "object" ? made : null;
  } catch {
    return null;
  }
}
