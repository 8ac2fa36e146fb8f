import { WebhookError } from "../model/errors.js";
import { isWithin, parseScope, type ScopeKinds } from "../subscriptions/scope.js";
import type { Authorization } from "./authorize.js";
import { HttpProblem } from "./problem.js";

/**
 * The scope that a caller named, if it is theirs; their own where they named none.
 *
 * @throws HttpProblem `FORBIDDEN`, whether there is anything at that scope or not. WebhookError `UNKNOWN_SCOPE`.
 */
export function reached({ scope }: Authorization, given: unknown): string {
  if (given === undefined || given === null) return scope;
  if (typeof given !== "string") {
    const issues = [{ path: ["scope"], message: "Must be a string." }];
    throw new WebhookError("UNKNOWN_SCOPE", "The scope is not valid.", { issues });
  }
  if (isWithin(given, scope)) return given;
  throw new HttpProblem("FORBIDDEN", "This scope is not within what you may see.");
}

/**
 * Checks what the host said the caller's scope is.
 *
 * @throws WebhookError `CONFIGURATION`: a fault of the host's, which must not be taken for one of the caller's.
 */
export function checkReach({ scope }: Authorization, kinds: ScopeKinds): void {
  try {
    parseScope(scope, kinds);
  } catch (cause) {
    throw new WebhookError("CONFIGURATION", "authorize answered a scope that the catalogue does not know.", {
      cause,
    });
  }
}

/**
 * Refuses a field that a body must not have: one that is misspelt would be ignored in silence.
 *
 * @throws WebhookError `INVALID_ARGUMENT`, with an issue for each.
 */
export function onlyFields(body: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const issues = Object.keys(body)
    .filter((name) => !known.includes(name))
    .slice(0, 100)
    .map((name) => ({ path: [name.slice(0, 128)], message: "Is not a known field." }));
  if (issues.length > 0)
    throw new WebhookError("INVALID_ARGUMENT", "The body has unknown fields.", { issues });
}
