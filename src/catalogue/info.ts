import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ScopeDefinition } from "./definition.js";

/** A scope kind, as the rooms of the library see it. */
export interface ScopeKindInfo {
  /** Its name; `""` is the root. */
  readonly kind: string;
  readonly label: string;
  /** The kind above it; `null` for the root and for kinds that stand directly under it. */
  readonly parent: string | null;
  /** The kinds above it, nearest first, without the root. */
  readonly ancestors: readonly string[];
  /** The audit event type of scopes of this kind. */
  readonly audit: string | null;
  /** How that type is shown, where the host says so. */
  readonly auditInfo: ScopeDefinition["auditInfo"] | null;
}

/** An event type, as the rooms of the library see it. */
export interface EventTypeInfo {
  readonly type: string;
  /** What people call it; `null` where the host says nothing. */
  readonly label: string | null;
  readonly description: string;
  readonly group: string | null;
  /** The scope kinds at which one may subscribe to it, every one named; `""` is the root. */
  readonly at: readonly string[];
  readonly schema: StandardSchemaV1 | null;
  /** The JSON Schema the host gave; `null`: it is made from `schema`. */
  readonly jsonSchema: Readonly<Record<string, unknown>> | null;
  /** Data as `publish` takes it; `undefined` when there is none. */
  readonly example: unknown;
  readonly deprecated: boolean | string;
  /** Whether the library supplied it because a scope kind names it as its audit type. */
  readonly audit: boolean;
}
