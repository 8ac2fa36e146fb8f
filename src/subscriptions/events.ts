import type { Issue } from "../model/errors.js";
import type { CodedIssue } from "./issues.js";
import type { CatalogueLike } from "./ports.js";
import { kindOf } from "./scope.js";

/**
 * The issues of a subscription's event types: each must mean something in the catalogue (`UNKNOWN_EVENT_TYPE`), and
 * at least one type it means must be open to scopes of this kind (`SCOPE_NOT_ALLOWED`).
 *
 * @param scope - `null` judges nothing by scope.
 */
export function eventIssues(
  events: readonly string[],
  scope: string | null,
  catalogue: CatalogueLike,
): CodedIssue[] {
  const kind = scope === null ? null : kindOf(scope);
  return events.flatMap((pattern, index): CodedIssue[] => {
    const path: Issue["path"] = ["events", index];
    const types = catalogue.matching(pattern);
    if (types.length === 0) {
      return [{ code: "UNKNOWN_EVENT_TYPE", path, message: "Matches no event type of the catalogue." }];
    }
    if (kind === null || types.some((type) => catalogue.allowedAt(type, kind))) return [];
    const place = kind === "" ? "the root" : `scopes of kind ${kind}`;
    return [{ code: "SCOPE_NOT_ALLOWED", path, message: `Cannot be chosen at ${place}.` }];
  });
}
