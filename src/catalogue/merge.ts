import { type Issue, WebhookError } from "../model/errors.js";
import type { AnyCatalogue, Catalogue } from "./catalogue.js";
import { buildCatalogue } from "./define.js";
import type { EventDefinitions, ScopeDefinitions } from "./definition.js";
import { summarise } from "./issues.js";

type Flat<T> = { readonly [K in keyof T]: T[K] };

type MergedPart<Cs, P extends "scopes" | "events"> = Cs extends readonly [
  infer C extends AnyCatalogue,
  ...infer Rest,
]
  ? C["definition"][P] & MergedPart<Rest, P>
  : Cs extends readonly []
    ? unknown
    : AnyCatalogue["definition"][P];

/** The catalogue that several make together. */
export type MergedCatalogue<Cs extends readonly AnyCatalogue[]> =
  Flat<MergedPart<Cs, "scopes">> extends infer S extends ScopeDefinitions
    ? Flat<MergedPart<Cs, "events">> extends infer E extends EventDefinitions
      ? Catalogue<S, E>
      : never
    : never;

/**
 * One catalogue of several, so that each module of a host can declare its own. Each must stand on its own: a module
 * that names another's scope kind declares that kind again, alike.
 *
 * Throws `CONFIGURATION` when two of them define a scope kind or an event type differently. Definitions are alike when
 * their fields are: texts and `at` by value, schemas and examples by identity.
 */
export function mergeCatalogues<const Cs extends readonly [AnyCatalogue, ...AnyCatalogue[]]>(
  ...catalogues: Cs
): MergedCatalogue<Cs> {
  const issues: Issue[] = [];
  const scopes = union("scopes", catalogues, issues);
  const events = union("events", catalogues, issues);
  if (issues.length > 0) {
    throw new WebhookError("CONFIGURATION", `The catalogues do not fit together. ${summarise(issues)}`, {
      issues,
    });
  }
  return buildCatalogue({ scopes, events }) as MergedCatalogue<Cs>;
}

function union(part: "scopes" | "events", catalogues: readonly AnyCatalogue[], issues: Issue[]): object {
  const merged = new Map<string, object>();
  for (const { definition } of catalogues) {
    for (const [name, entry] of Object.entries(definition[part])) {
      const known = merged.get(name);
      if (known === undefined) merged.set(name, entry);
      else if (!isAlike(known, entry)) {
        issues.push({
          path: [part, name],
          message: "Defined twice, differently: rename one, or share one object.",
        });
      }
    }
  }
  // Own properties even for names such as __proto__.
  return Object.fromEntries(merged);
}

function isAlike(a: object, b: object): boolean {
  const [left, right] = [definedFields(a), definedFields(b)];
  return left.size === right.size && [...left].every(([key, value]) => isSame(value, right.get(key)));
}

function definedFields(definition: object): Map<string, unknown> {
  return new Map(Object.entries(definition).filter(([, value]) => value !== undefined));
}

function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}
