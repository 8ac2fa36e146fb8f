import type { EndpointPolicy } from "../endpoints/policy.js";
import type { Format } from "../model/format.js";
import type { SignatureScheme } from "../model/signature.js";
import type { ScopeKinds } from "./scope.js";

/** What subscriptions ask of the catalogue. */
export interface CatalogueLike extends ScopeKinds {
  /** The types an exact name, `prefix.*` or `*` stands for; none when it means nothing. */
  matching(pattern: string): readonly string[];
  /** Whether the type may be chosen at scopes of this kind; `""` is the root. */
  allowedAt(type: string, kind: string): boolean;
}

/** What the fields of a subscription are checked against. */
export interface Rules {
  readonly catalogue: CatalogueLike;
  readonly endpoints: Pick<EndpointPolicy, "checkUrl">;
  /** Signature schemes by name, built-in ones and the host's. */
  readonly schemes: ReadonlyMap<string, SignatureScheme<unknown>>;
  /** Formats by name, built-in ones and the host's. */
  readonly formats: ReadonlyMap<string, Format>;
  /** Whether the operator lets a subscription turn the check of its endpoint's certificate off. */
  readonly allowInsecureTls: boolean;
}
