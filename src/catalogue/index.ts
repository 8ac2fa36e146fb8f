export { type AuditData, type AuditInput, auditSchema } from "./audit.js";
export type {
  AnyCatalogue,
  AtFilter,
  Catalogue,
  CatalogueDescription,
  EventTypeChoice,
  EventTypeDescription,
  EventTypeGroup,
} from "./catalogue.js";
export { defineCatalogue } from "./define.js";
export type {
  EventDefinition,
  EventDefinitions,
  NoScopes,
  RootDefinition,
  ScopeDefinition,
  ScopeDefinitions,
} from "./definition.js";
export type { DataOf, EventType, InputOf, JsonInput, ScopeKind } from "./infer.js";
export type { EventTypeInfo, ScopeKindInfo } from "./info.js";
export { type MergedCatalogue, mergeCatalogues } from "./merge.js";
export { isPattern, matchesPattern } from "./pattern.js";
export { type ValidData, validateAs, validateData } from "./validate.js";
