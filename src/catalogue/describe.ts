import type { CatalogueDescription, EventTypeDescription, EventTypeGroup } from "./catalogue.js";
import type { EventTypeInfo, ScopeKindInfo } from "./info.js";
import { jsonSchemaOf } from "./json-schema.js";
import { validateAs } from "./validate.js";

/** The types under their headings, in the order of their first type; those without a group last. */
export function groupTypes(infos: readonly EventTypeInfo[]): EventTypeGroup[] {
  const groups = new Map<string | null, EventTypeInfo[]>();
  for (const info of infos) {
    const group = groups.get(info.group);
    if (group) group.push(info);
    else groups.set(info.group, [info]);
  }
  const loose = groups.get(null);
  groups.delete(null);
  if (loose) groups.set(null, loose);
  return Array.from(groups, ([group, members]) => ({
    group,
    types: members.map(({ type, label, description, deprecated }) => ({
      type,
      label,
      description,
      deprecated,
    })),
  }));
}

/** All of it as plain JSON that shares nothing with the catalogue. */
export function describeCatalogue(
  kinds: Iterable<ScopeKindInfo>,
  events: readonly EventTypeDescription[],
): CatalogueDescription {
  const scopes = Array.from(kinds, ({ kind, label, parent, audit }) => ({ kind, label, parent, audit }));
  return structuredClone({ scopes, events });
}

/** One type as plain JSON. Converts its schema, so keep the answer. */
export function describeType(info: EventTypeInfo): EventTypeDescription {
  const { schema: _, at, ...rest } = info;
  return {
    ...rest,
    at: [...at],
    example: plain(deliveredExample(info)),
    jsonSchema: plain(jsonSchemaOf(info)),
  };
}

/** What a receiver would get of the example; as it was given where the schema answers later. */
function deliveredExample(info: EventTypeInfo): unknown {
  if (info.example === undefined) return null;
  const checked = validateAs(info, info.example);
  if (!(checked instanceof Promise)) return checked.value;
  checked.catch(() => {});
  return info.example;
}

/** As JSON carries it; `null` where JSON cannot. */
function plain<T>(value: T): T | null {
  try {
    return JSON.parse(JSON.stringify(value)) as T;
  } catch {
    return null;
  }
}
