import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What a host says of one scope kind. */
export interface ScopeDefinition<Kind extends string = string> {
  /** The kind above it. Left out: it stands directly under the root. */
  readonly parent?: Kind;
  /** For people. @default the kind with a capital and its hyphens as spaces */
  readonly label?: string;
  /**
   * The event type that tells of changes to subscriptions at scopes of this kind. The library adds that type to the
   * catalogue; several kinds may share one. Left out: such changes are not published.
   */
  readonly audit?: string;
  /** How that audit type is shown, and where it may be chosen. Of kinds that share a type, the first that says so counts. */
  readonly auditInfo?: {
    /** @default null */
    readonly label?: string;
    /** @default a sentence that names the kinds */
    readonly description?: string;
    /** @default "Configuration audit" */
    readonly group?: string;
    /** Scope kinds at which one may subscribe to it; `""` is the root. @default the kind, every kind above it and the root */
    readonly at?: readonly (Kind | "")[];
  };
}

/** What a host says of the root: as of a kind, but nothing is above it. */
export type RootDefinition = Omit<ScopeDefinition, "parent">;

/** Scope kinds by name; `""` is the root. */
export type ScopeDefinitions = Readonly<Record<string, ScopeDefinition>>;

/** What a host says of one event type. */
export interface EventDefinition<Kind extends string = string> {
  /** What people call it, beside its name. Left out: the name is all. */
  readonly label?: string;
  /** One sentence for the person who chooses event types. @default "" */
  readonly description?: string;
  /** The heading it is listed under. Left out: it is listed last, under none. */
  readonly group?: string;
  /** Scope kinds at which one may subscribe to it; `""` is the root. @default every kind and the root */
  readonly at?: readonly Kind[];
  /** Any Standard Schema. Left out: the data may be anything JSON can carry. */
  readonly schema?: StandardSchemaV1;
  /** JSON Schema to show instead of the one made from `schema`: for schemas that cannot be converted, or not well. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  /** Data as `publish` takes it; shown in the portal and sent by `sendTest`. */
  readonly example?: unknown;
  /** `true`, or what to use instead. A deprecated type works as before. @default false */
  readonly deprecated?: boolean | string;
}

/** Event types by name. */
export type EventDefinitions<Kind extends string = string> = Readonly<Record<string, EventDefinition<Kind>>>;

/** No scopes at all: everything is at the root. */
export type NoScopes = Readonly<Record<never, never>>;
