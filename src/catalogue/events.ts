import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import type { Issue, WebhookError } from "../model/errors.js";
import type { EventTypeInfo, ScopeKindInfo } from "./info.js";
import { fromStandardIssues } from "./issues.js";
import { jsonIssue } from "./json.js";
import { isEventTypeName, MAX_TYPE_LENGTH } from "./pattern.js";
import { validateAs } from "./validate.js";

const shape = z.strictObject({
  label: z.string().trim().min(1).optional(),
  description: z.string().optional(),
  group: z.string().trim().min(1).optional(),
  at: z.array(z.string()).min(1).optional(),
  schema: z
    .custom<StandardSchemaV1>(isStandardSchema, {
      error:
        "Must be a Standard Schema (https://standardschema.dev): zod from 3.24, valibot from 1.0, arktype from 2.0.",
    })
    .optional(),
  jsonSchema: z
    .custom<Record<string, unknown>>(
      (value) => typeof value === "object" && value !== null && !jsonIssue(value),
      {
        error: "Must be a JSON Schema: an object that JSON can carry.",
      },
    )
    .optional(),
  example: z.unknown().optional(),
  deprecated: z.union([z.boolean(), z.string().min(1)]).optional(),
});

/** Reads the declared event types. What is wrong goes to `issues`, and the answer is then of no use. */
export function readEvents(
  events: object,
  kinds: ReadonlyMap<string, ScopeKindInfo>,
  issues: Issue[],
): EventTypeInfo[] {
  const infos: EventTypeInfo[] = [];
  for (const [type, value] of Object.entries(events)) {
    const at = (found: readonly Issue[], ...path: string[]) => {
      for (const issue of found) issues.push({ ...issue, path: ["events", type, ...path, ...issue.path] });
    };
    if (!isEventTypeName(type)) at([{ path: [], message: NAME_RULE }]);
    const parsed = shape.safeParse(value);
    if (!parsed.success) {
      at(fromStandardIssues(parsed.error.issues, value));
      continue;
    }
    const info = eventInfo(type, parsed.data, kinds);
    at(unknownKinds(parsed.data.at ?? [], kinds), "at");
    if (info.example !== undefined) at(exampleIssues(info), "example");
    infos.push(info);
  }
  return infos;
}

const NAME_RULE = `An event type name is letters, digits, _ and - in segments joined by full stops, at most ${MAX_TYPE_LENGTH} characters.`;

function eventInfo(
  type: string,
  definition: z.output<typeof shape>,
  kinds: ReadonlyMap<string, ScopeKindInfo>,
): EventTypeInfo {
  return Object.freeze({
    type,
    label: definition.label ?? null,
    description: definition.description ?? "",
    group: definition.group ?? null,
    at: Object.freeze(definition.at ? [...new Set(definition.at)] : [...kinds.keys()]),
    schema: definition.schema ?? null,
    jsonSchema: definition.jsonSchema ?? null,
    example: definition.example,
    deprecated: definition.deprecated ?? false,
    audit: false,
  });
}

function unknownKinds(at: readonly string[], kinds: ReadonlyMap<string, ScopeKindInfo>): Issue[] {
  return at.flatMap((kind, i) =>
    kinds.has(kind)
      ? []
      : [{ path: [i], message: `There is no scope kind "${kind}": declare it in scopes.` }],
  );
}

/** An example whose schema answers later is taken as it is: definition cannot wait. */
function exampleIssues(info: EventTypeInfo): readonly Issue[] {
  try {
    const checked = validateAs(info, info.example);
    if (checked instanceof Promise) {
      checked.catch(() => {});
      return [];
    }
    const found = jsonIssue(checked.value);
    return found === null ? [] : [found];
  } catch (error) {
    return (error as WebhookError).issues;
  }
}

function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  // Some libraries' schemas are functions (arktype).
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as Partial<StandardSchemaV1>)["~standard"];
  return standard?.version === 1 && typeof standard.validate === "function";
}
