import { type Issue, WebhookError } from "../model/errors.js";
import { auditTypes } from "./audit.js";
import type { AnyCatalogue, AtFilter, Catalogue, EventTypeDescription } from "./catalogue.js";
import type {
  EventDefinitions,
  NoScopes,
  RootDefinition,
  ScopeDefinition,
  ScopeDefinitions,
} from "./definition.js";
import { describeCatalogue, describeType, groupTypes } from "./describe.js";
import { readEvents } from "./events.js";
import type { EventTypeInfo } from "./info.js";
import { summarise } from "./issues.js";
import { matchesPattern } from "./pattern.js";
import { readScopes } from "./scopes.js";

/** Scope kinds whose parents are among themselves. */
export type ScopesWithin<S> = {
  readonly [K in keyof S]: K extends ""
    ? RootDefinition
    : ScopeDefinition<Exclude<Extract<keyof S, string>, "">>;
};

/**
 * Declares what can be published: event types with their schemas, and the scope kinds they happen in. Names are
 * inferred literally, so that `publish` checks type and data without `as const`.
 *
 * The audit type of each scope kind is supplied by the library: declaring it in `events` as well is refused.
 *
 * Throws `CONFIGURATION` with one issue for each thing that is wrong: names, unknown or circular parents, more than
 * eight levels, `at` with unknown kinds, an example its own schema refuses (unless that schema is asynchronous).
 */
export function defineCatalogue<
  const S extends ScopesWithin<S> = NoScopes,
  const E extends EventDefinitions<Extract<keyof S, string> | ""> = EventDefinitions<
    Extract<keyof S, string> | ""
  >,
>(definition: { readonly scopes?: S; readonly events: E }): Catalogue<S, E> {
  return buildCatalogue(definition) as Catalogue<S, E>;
}

/** {@link defineCatalogue} without the types. */
export function buildCatalogue(definition: unknown): AnyCatalogue {
  const issues: Issue[] = [];
  const { scopes, events } = readDefinition(definition, issues);
  const kinds = readScopes(scopes, issues);
  const infos = readEvents(events, kinds, issues);
  const byType = new Map(infos.map((info) => [info.type, info]));
  for (const info of auditTypes(kinds)) {
    if (Object.hasOwn(events, info.type)) {
      const message =
        "It is the audit type of a scope kind, which the library supplies: remove it from events.";
      issues.push({ path: ["events", info.type], message });
    }
    byType.set(info.type, info);
  }
  if (issues.length > 0) {
    throw new WebhookError("CONFIGURATION", `The catalogue is not valid. ${summarise(issues)}`, { issues });
  }

  const descriptions = new Map<string, EventTypeDescription>();
  const describe = (info: EventTypeInfo): EventTypeDescription => {
    const description = descriptions.get(info.type) ?? describeType(info);
    descriptions.set(info.type, description);
    return description;
  };
  const shown = ({ at }: AtFilter): EventTypeInfo[] => {
    if (at === undefined) return [...byType.values()];
    if (kinds.has(at)) return [...byType.values()].filter((info) => info.at.includes(at));
    const known = [...kinds.keys()].map((kind) => JSON.stringify(kind)).join(", ");
    throw new WebhookError(
      "UNKNOWN_SCOPE",
      `There is no scope kind ${JSON.stringify(at)}; there are ${known}.`,
    );
  };
  const types = Object.freeze([...byType.keys()]);

  return Object.freeze({
    definition: Object.freeze({ scopes: Object.freeze({ ...scopes }), events: Object.freeze({ ...events }) }),
    types,
    kinds: Object.freeze([...kinds.keys()]),
    has: (type) => byType.has(type),
    get: (type) => byType.get(type),
    kind: (kind) => kinds.get(kind),
    matching: (pattern) => types.filter((type) => matchesPattern(pattern, type)),
    allowedAt: (type, kind) => byType.get(type)?.at.includes(kind) ?? false,
    groups: (filter = {}) => groupTypes(shown(filter)),
    describe: (filter = {}) => describeCatalogue(kinds.values(), shown(filter).map(describe)),
  } satisfies AnyCatalogue);
}

/** The two parts of a definition; an empty object for one that is missing or wrong. */
function readDefinition(
  definition: unknown,
  issues: Issue[],
): { scopes: ScopeDefinitions; events: EventDefinitions } {
  const { scopes = {}, events, ...others } = asRecord(definition) ?? {};
  for (const key of Object.keys(others)) {
    issues.push({ path: [key], message: "Unknown: a catalogue has scopes and events." });
  }
  const parts = { scopes: asRecord(scopes), events: asRecord(events) };
  for (const [key, part] of Object.entries(parts)) {
    if (part === null) issues.push({ path: [key], message: `Must be an object of ${key} by name.` });
  }
  return { scopes: parts.scopes ?? {}, events: parts.events ?? {} } as ReturnType<typeof readDefinition>;
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
