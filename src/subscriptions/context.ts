import * as z from "zod";
import { actorField } from "./fields.js";
import type { ActorContext, ChangeContext } from "./input.js";
import { errorOf, parseSafely } from "./issues.js";
import { metadataField } from "./metadata-field.js";

const who = { actor: actorField.optional(), metadata: metadataField.optional() };

const actorContext: z.ZodType<ActorContext, unknown> = z.strictObject(who);

const changeContext: z.ZodType<ChangeContext, unknown> = z.strictObject({
  ...who,
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

/** Who asks. Throws `INVALID_ARGUMENT`. */
export function parseActorContext(value: unknown): ActorContext {
  return parseArguments(actorContext, value);
}

/** Who asks, and for which version. Throws `INVALID_ARGUMENT`. */
export function parseChangeContext(value: unknown): ChangeContext {
  return parseArguments(changeContext, value);
}
