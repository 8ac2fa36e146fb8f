import type { EventDefinitions, ScopeDefinitions } from "./definition.js";
import type { EventTypeOf } from "./event-type.js";
import type { EventTypeInfo, ScopeKindInfo } from "./info.js";

/** One line of an event type picker. */
export type EventTypeChoice = Pick<EventTypeInfo, "type" | "label" | "description" | "deprecated">;

/** One heading of an event type picker. */
export interface EventTypeGroup {
  /** `null` for the types that name no group; they come last. */
  readonly group: string | null;
  readonly types: readonly EventTypeChoice[];
}

/** An event type in a {@link CatalogueDescription}. */
export interface EventTypeDescription extends Omit<EventTypeInfo, "schema"> {
  /** As it is delivered; `null` when there is none. */
  readonly example: unknown;
  /** JSON Schema, draft 2020-12, of the data as it is delivered; `null` when none could be made. */
  readonly jsonSchema: Readonly<Record<string, unknown>> | null;
}

/** A whole catalogue as plain JSON: for documentation, an API, a portal. */
export interface CatalogueDescription {
  /** The root first, then in the order of definition. */
  readonly scopes: readonly Omit<ScopeKindInfo, "ancestors" | "auditInfo">[];
  readonly events: readonly EventTypeDescription[];
}

/** Which event types to show. */
export interface AtFilter {
  /** Only those one may subscribe to at a scope of this kind; `""` is the root. Left out: all. */
  readonly at?: string | undefined;
}

/** A catalogue whose names the compiler does not know: what the rooms work with. Any catalogue is one. */
export interface AnyCatalogue {
  /** As declared, without the types the library supplied. */
  readonly definition: { readonly scopes: ScopeDefinitions; readonly events: EventDefinitions };
  /** Every event type, in the order of definition, audit types last. */
  readonly types: readonly string[];
  /** Every scope kind: the root `""` first, then in the order of definition. */
  readonly kinds: readonly string[];
  has(type: string): boolean;
  get(type: string): EventTypeInfo | undefined;
  /** The scope kind of that name; `""`, the root, is always there. */
  kind(kind: string): ScopeKindInfo | undefined;
  /** The types that an exact name, `prefix.*` or `*` stands for; none when it is no pattern. */
  matching(pattern: string): readonly string[];
  /** Whether one may subscribe to the type at a scope of this kind. False when either is unknown. */
  allowedAt(type: string, kind: string): boolean;
  /** The types under their headings, for a picker. Throws `UNKNOWN_SCOPE` when there is no such kind. */
  groups(filter?: AtFilter): readonly EventTypeGroup[];
  /** All of it as plain JSON, made anew at each call. Throws `UNKNOWN_SCOPE` when there is no such kind. */
  describe(filter?: AtFilter): CatalogueDescription;
}

/**
 * What can be published, and where it can be heard. Made by `defineCatalogue`; frozen.
 *
 * @typeParam S - The scope kinds as they were declared.
 * @typeParam E - The event types as they were declared; audit types come from `S`.
 */
export interface Catalogue<S extends ScopeDefinitions, E extends EventDefinitions> extends AnyCatalogue {
  readonly definition: { readonly scopes: S; readonly events: E };
  readonly types: readonly EventTypeOf<S, E>[];
  readonly kinds: readonly (Extract<keyof S, string> | "")[];
  /** Narrows a text to a name that `publish` takes. */
  has(type: string): type is EventTypeOf<S, E>;
  matching(pattern: string): readonly EventTypeOf<S, E>[];
}
