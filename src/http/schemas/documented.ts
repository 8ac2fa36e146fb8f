import * as z from "zod";
import type { Same } from "./same.js";

/** How a schema is named and shown in the documents. */
export interface SchemaInfo {
  /** The name under `components.schemas`. */
  readonly id: string;
  readonly description: string;
  readonly examples?: readonly unknown[];
}

/**
 * The schemas that have a name. A registry of our own and not zod's global one, which belongs to the host: its own
 * `Subscription` would meet ours there.
 */
export const documentedSchemas: z.core.$ZodRegistry<SchemaInfo> = z.registry<SchemaInfo>();

/** Gives a schema a name and a description in the documents, and answers it. */
export function documented<S extends z.ZodType>(info: SchemaInfo, schema: S): S {
  documentedSchemas.add(schema, info);
  return schema;
}

/**
 * Says that a schema describes exactly `T`, a type of the library. Where they drift apart, whichever of them has
 * changed, the schema is no argument for this and the compiler stops.
 */
export function answering<T>(): <S extends z.ZodType>(
  info: SchemaInfo,
  schema: Same<z.output<S>, T> extends true ? S : never,
) => S {
  return documented;
}

/** A moment as it is answered. */
export function moment(description: string): z.ZodString {
  return z.string().meta({ format: "date-time", description });
}

/** A length of time as it is answered. */
export function millis(description: string): z.ZodNumber {
  return z
    .number()
    .min(0)
    .meta({ description: `${description} Milliseconds.` });
}
