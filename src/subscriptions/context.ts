import * as z from "zod";
import { actorField } from "./fields.js";
import type { ChangeContext, CreateContext, WithinContext } from "./input.js";
import { errorOf, parseSafely } from "./issues.js";
import { metadataField } from "./metadata-field.js";

const who = { actor: actorField.optional(), metadata: metadataField.optional() };

const within = { within: z.string().optional() };

const withinContext: z.ZodType<WithinContext, unknown> = z.strictObject(within);

const KEY = "Must have 1 to 255 characters.";

const createContext: z.ZodType<CreateContext, unknown> = z.strictObject({
  ...who,
  idempotencyKey: z.string().min(1, KEY).max(255, KEY).optional(),
});

const changeContext: z.ZodType<ChangeContext, unknown> = z.strictObject({
  ...who,
  ...within,
  ifVersion: z
    .int("Must be a version: a whole number.")
    .min(1, "Must be a version: a whole number.")
    .optional(),
});

/** Checks the arguments of a call that are not fields. Throws `INVALID_ARGUMENT`. */
export function parseArguments<T>(schema: z.ZodType<T, unknown>, value: unknown): T {
  const parsed = parseSafely(schema, value, [], "INVALID_ARGUMENT");
  if ("issues" in parsed) {
    throw errorOf(parsed.issues, "INVALID_ARGUMENT", "The call is not acceptable.");
  }
  return parsed.value;
}

/** Who creates. Throws `INVALID_ARGUMENT`. */
export function parseCreateContext(value: unknown): CreateContext {
  return parseArguments(createContext, value);
}

/** Whose it must be. Throws `INVALID_ARGUMENT`. */
export function parseWithinContext(value: unknown): WithinContext {
  return parseArguments(withinContext, value);
}

/** Who asks, and for which version. Throws `INVALID_ARGUMENT`. */
export function parseChangeContext(value: unknown): ChangeContext {
  return parseArguments(changeContext, value);
}
