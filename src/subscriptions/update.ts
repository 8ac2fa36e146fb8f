import { applyFields } from "./apply.js";
import type { ChangeAction } from "./change.js";
import { parseChangeContext } from "./context.js";
import type { Draft } from "./draft.js";
import type { ChangeContext, SubscriptionPatch } from "./input.js";
import { throwIssues } from "./issues.js";
import { parseFields } from "./parse.js";
import type { Subscription } from "./present.js";
import { change, draftOf, type ManageParts, present } from "./save.js";

/** Changes the fields given: see `Manage.update`. */
export async function update(
  parts: ManageParts,
  id: string,
  patch: SubscriptionPatch,
  context: ChangeContext = {},
): Promise<Subscription> {
  const parsedContext = parseChangeContext(context);
  const parsed = parseFields(patch);
  const saved = await change(parts, id, parsedContext, (current, now) => {
    const before = draftOf(current);
    const target = { id, scope: current.stored.scope, now, isNew: false };
    const { issues, secret: _, ...draft } = applyFields(before, parsed, target, parts.rules, parts.sealer);
    throwIssues(issues, "INVALID_SUBSCRIPTION", "The subscription was not changed.");
    return { draft, action: actionOf(before, draft, Object.keys(parsed.values)) };
  });
  return present(parts, saved);
}

/** A patch of `enabled` alone is a switch, whichever call made it. */
function actionOf(before: Draft, after: Draft, fields: readonly string[]): ChangeAction {
  if (before.enabled === after.enabled || fields.some((field) => field !== "enabled")) return "updated";
  return after.enabled ? "enabled" : "disabled";
}
